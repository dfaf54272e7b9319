// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The words of an sk_buff, its data, its frags and the members of its frag_list.
 *
 * Scratch words in the kernel's own objects: skb->cb belongs to the holder of the skb, and
 * skb_shinfo()->hwtstamps to drivers that stamp packets. Both are cleared when an skb is made, and
 * a stamp that was copied with them is of an older generation.
 */
#include <net/sock.h>
#include "core/system.h"
#include "observe/observe.h"
#include "page_pool/netmem.h"
#include "zerocopy/zerocopy.h"

#define NESTING_MAX 8

/* From the byte of skb flags that starts with `cloned` to the flags of an observation. */
static u8 flags_by_byte[256];
static unsigned int flags_byte_offset;

u32 skbcheck_hash_bytes(u32 hash, const u8 *bytes, u32 count)
{
	u32 last = 0;

	hash = skbcheck_fold(hash, count);
	for (; count >= 16; count -= 16, bytes += 16) {
		hash = skbcheck_fold(hash, ((const u32 *)bytes)[0]);
		hash = skbcheck_fold(hash, ((const u32 *)bytes)[1]);
		hash = skbcheck_fold(hash, ((const u32 *)bytes)[2]);
		hash = skbcheck_fold(hash, ((const u32 *)bytes)[3]);
	}
	for (; count >= 4; count -= 4, bytes += 4)
		hash = skbcheck_fold(hash, *(const u32 *)bytes);
	if (count) {
		memcpy(&last, bytes, count);
		hash = skbcheck_fold(hash, last);
	}
	return hash;
}

static u32 hash_payload(u32 hash, const struct sk_buff *skb, u32 nesting)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);
	const struct sk_buff *member;
	u32 i;

	hash = skbcheck_hash_bytes(hash, skb->data, skb_headlen(skb));
	for (i = 0; i < shared->nr_frags && i < MAX_SKB_FRAGS; i++) {
		const skb_frag_t *frag = &shared->frags[i];

		hash = skbcheck_hash_bytes(hash, skbcheck_frag_address(frag), skb_frag_size(frag));
	}
	if (nesting < NESTING_MAX)
		for (member = shared->frag_list; member; member = member->next)
			hash = hash_payload(hash, member, nesting + 1);
	return hash;
}

static u32 sock_handle(const struct sock *sk)
{
	u32 i;

	for (i = 0; sk && i < skbcheck_socks.count; i++)
		if (skbcheck_objects[skbcheck_socks.handles[i]].sk == sk)
			return skbcheck_socks.handles[i];
	return SKBCHECK_NO_HANDLE;
}

u32 *skbcheck_put_frag(u32 *w, const skb_frag_t *frag)
{
	struct page *page = skbcheck_frag_page(frag);
	struct page *head = compound_head(page);
	u32 offset = skb_frag_off(frag) + ((page - head) << PAGE_SHIFT);

	w = skbcheck_put_page_index(w, head);
	WORD(w, FRAG, offset, skbcheck_is_opaque(head) ? 0 : offset);
	WORD(w, FRAG, size, skb_frag_size(frag));
	return WORDS_END(w, FRAG);
}

static u32 uarg_handle(const struct skb_shared_info *shared)
{
	if (!(shared->flags & SKBFL_ZEROCOPY_ENABLE))
		return SKBCHECK_NO_HANDLE;
	return container_of((struct ubuf_info *)shared->destructor_arg, struct skbcheck_uarg, ubuf)->handle;
}

static u32 *put_members(u32 *w, struct sk_buff *member)
{
	skbcheck_view.nesting++;
	for (; member && skbcheck_view.nesting < NESTING_MAX && skbcheck_room_for_run(w); member = member->next) {
		*w++ = 1;
		w = skbcheck_put_skb_index(w, member);
	}
	skbcheck_view.nesting--;
	*w++ = 0;
	return w;
}

static u32 *put_data_words(u32 *w, const struct sk_buff *skb, const struct skb_shared_info *shared)
{
	u32 frags = min_t(u32, shared->nr_frags, MAX_SKB_FRAGS), i;

	WORD(w, DATA, dataref, atomic_read(&shared->dataref));
	WORD(w, DATA, shinfo_flags, shared->flags);
	WORD(w, DATA, nr_frags, shared->nr_frags);
	WORD(w, DATA, gso_size, shared->gso_size);
	WORD(w, DATA, gso_type, skbcheck_gso_type(shared->gso_type));
	WORD(w, DATA, uarg, uarg_handle(shared));
	w = WORDS_END(w, DATA);
	if (skb->head_frag)
		w = skbcheck_put_page_index(w, virt_to_head_page(skb->head));
	else
		*w++ = 0;
	for (i = 0; i < frags; i++)
		w = skbcheck_put_frag(w, &shared->frags[i]);
	return put_members(w, shared->frag_list);
}

#define CLEARED_MAX 512
bool skbcheck_clears_stamps;
void (*skbcheck_tcp_wfree)(struct sk_buff *skb);
static struct skb_shared_info *stamped[CLEARED_MAX];
static u32 stamped_count;

void skbcheck_clear_stamps(void)
{
	while (stamped_count)
		memset(&stamped[--stamped_count]->hwtstamps, 0, sizeof(struct skb_shared_hwtstamps));
}

static u32 *put_data_index(u32 *w, const struct sk_buff *skb)
{
	struct skb_shared_info *shared = skb_shinfo(skb);
	struct skbcheck_stamp *stamp = (struct skbcheck_stamp *)&shared->hwtstamps;

	if (stamp->generation == skbcheck_view.generation) {
		*w++ = stamp->number;
		return w;
	}
	if (unlikely(skbcheck_clears_stamps)) {
		if (stamped_count == CLEARED_MAX)
			return w; /* never: no observation has room for more */
		stamped[stamped_count++] = shared;
	}
	stamp->generation = skbcheck_view.generation;
	stamp->number = ++skbcheck_view.datas;
	*w++ = stamp->number;
	return put_data_words(w, skb, shared);
}

static u32 destructor_number(const struct sk_buff *skb)
{
	if (likely(!skb->destructor))
		return DESTRUCTOR_NONE;
	if (skb->destructor == sock_wfree)
		return DESTRUCTOR_SOCK_WFREE;
	if (skb->destructor == sock_rfree)
		return DESTRUCTOR_SOCK_RFREE;
	return skb->destructor == skbcheck_tcp_wfree ? DESTRUCTOR_TCP_WFREE : DESTRUCTOR_OTHER;
}

bool skbcheck_is_hashed(const void *object)
{
	u32 i;

	for (i = 0; i < skbcheck_view.hashed_count; i++)
		if (skbcheck_view.hashed[i] == object)
			return true;
	return false;
}

static u32 unreadable_bit(const struct sk_buff *skb)
{
#if SKBCHECK_HAS_NET_IOVS
	return skb->unreadable ? SKB_BIT_UNREADABLE : 0;
#else
	return 0;
#endif
}

static u32 *put_skb_words(u32 *w, const struct sk_buff *skb)
{
	WORD(w, SKB, len, skb->len);
	WORD(w, SKB, data_len, skb->data_len);
	WORD(w, SKB, truesize, skb->truesize);
	WORD(w, SKB, headroom, skb_headroom(skb));
	WORD(w, SKB, tail, skb_tail_pointer(skb) - skb->head);
	WORD(w, SKB, end, skb_end_offset(skb));
	WORD(w, SKB, flags, flags_by_byte[((const u8 *)skb)[flags_byte_offset]] | unreadable_bit(skb));
	WORD(w, SKB, users, refcount_read(&skb->users));
	WORD(w, SKB, hdr_len, skb->hdr_len);
	WORD(w, SKB, sk, sock_handle(skb->sk));
	WORD(w, SKB, destructor, destructor_number(skb));
	WORD(w, SKB, payload_hash, skbcheck_is_hashed(skb) ? hash_payload(0, skb, 0) : 0);
	return put_data_index(WORDS_END(w, SKB), skb);
}

u32 *skbcheck_put_skb_index(u32 *w, struct sk_buff *skb)
{
	struct skbcheck_stamp *stamp = (struct skbcheck_stamp *)skb->cb;

	if (stamp->generation == skbcheck_view.generation) {
		*w++ = stamp->number;
		return w;
	}
	stamp->generation = skbcheck_view.generation;
	stamp->number = ++skbcheck_view.skbs;
	*w++ = stamp->number;
	return put_skb_words(w, skb);
}

/* An skb, and the list of segments that hangs on it. */
u32 *skbcheck_observe_skb(u32 *w, struct skbcheck_object *object)
{
	struct sk_buff *skb = object->skb;

	w = skbcheck_put_skb_index(w, skb);
	if (likely(!object->of_skb.leads_list))
		return w;
	for (skb = skb->next; skb && skbcheck_room_for_run(w); skb = skb->next) {
		*w++ = KIND_SKB << 16 | SKBCHECK_SEGMENT;
		w = skbcheck_put_skb_index(w, skb);
	}
	return w;
}

/* The compiler alone knows where the bits of a flag byte lie. */
void skbcheck_learn_flags(struct sk_buff *skb)
{
	u32 byte;

	flags_byte_offset = offsetof(struct sk_buff, __cloned_offset);
	for (byte = 0; byte < 256; byte++) {
		((u8 *)skb)[flags_byte_offset] = byte;
		flags_by_byte[byte] = skb->cloned * SKB_BIT_CLONED | skb->nohdr * SKB_BIT_NOHDR |
				      skb->head_frag * SKB_BIT_HEAD_FRAG | skb->pfmemalloc * SKB_BIT_PFMEMALLOC |
				      skb->pp_recycle * SKB_BIT_PP_RECYCLE | skb->fclone * SKB_BIT_FCLONE;
	}
}
