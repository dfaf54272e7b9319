// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The canonical observation of every live object, and its digest. This is what the VM does most,
 * under emulation: everything is found by a stamp in the object itself or in a table by page frame
 * number, nothing is allocated, and nothing is cleared between observations.
 *
 * Scratch words in the kernel's own objects: skb->cb belongs to whoever holds the skb, and
 * skb_shinfo()->hwtstamps to drivers that stamp packets. Both are cleared when an skb is made, and
 * a stamp that was copied with them is of an older generation.
 */
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/vmalloc.h>
#include <net/sock.h>
#include "skbcheck_objects.h"

#define WORDS_MAX (256u << 10)
/* The longest run that is written between two checks for room: the frags of one head, each a new page. */
#define RUN_WORDS 256
#define NESTING_MAX 8
#define OVERFLOW_DIGEST 0xffffffffu
#define BIAS_MARK 0x40000000u
#define HASHED_MAX 6

struct stamp {
	u32 generation;
	u32 number;
};

static struct {
	u32 generation;
	u32 skbs;
	u32 datas;
	u32 pages;
	u32 nesting;
	u32 hashed_count;
	const struct sk_buff *hashed[HASHED_MAX];
} view;

static u32 *words;
static struct stamp *page_stamps; /* by page frame number */
static unsigned long page_frames;
/* From the byte of skb flags that starts with `cloned` to the flags of an observation. */
static u8 flags_by_byte[256];
static unsigned int flags_byte_offset;

static __always_inline u32 fold(u32 hash, u32 word)
{
	hash = (hash ^ word) * 0x9E3779B1u;
	return hash ^ (hash >> 15);
}

static u32 hash_bytes(u32 hash, const u8 *bytes, u32 count)
{
	u32 last = 0;

	hash = fold(hash, count);
	for (; count >= 16; count -= 16, bytes += 16) {
		hash = fold(hash, ((const u32 *)bytes)[0]);
		hash = fold(hash, ((const u32 *)bytes)[1]);
		hash = fold(hash, ((const u32 *)bytes)[2]);
		hash = fold(hash, ((const u32 *)bytes)[3]);
	}
	for (; count >= 4; count -= 4, bytes += 4)
		hash = fold(hash, *(const u32 *)bytes);
	if (count) {
		memcpy(&last, bytes, count);
		hash = fold(hash, last);
	}
	return hash;
}

static u32 hash_payload(u32 hash, const struct sk_buff *skb, u32 nesting)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);
	const struct sk_buff *member;
	u32 i;

	hash = hash_bytes(hash, skb->data, skb_headlen(skb));
	for (i = 0; i < shared->nr_frags && i < MAX_SKB_FRAGS; i++) {
		const skb_frag_t *frag = &shared->frags[i];

		hash = hash_bytes(hash, skb_frag_address(frag), skb_frag_size(frag));
	}
	if (nesting < NESTING_MAX)
		for (member = shared->frag_list; member; member = member->next)
			hash = hash_payload(hash, member, nesting + 1);
	return hash;
}

static u32 pool_handle(const struct page_pool *pool)
{
	u32 i;

	for (i = 0; i < skbcheck_handle_end; i++)
		if (skbcheck_kinds[i] == KIND_POOL && skbcheck_objects[i].pool == pool)
			return i;
	return SKBCHECK_NO_HANDLE;
}

static u32 sock_handle(const struct sock *sk)
{
	u32 i;

	for (i = 0; sk && i < skbcheck_handle_end; i++)
		if (skbcheck_kinds[i] == KIND_SOCK && skbcheck_objects[i].sk == sk)
			return i;
	return SKBCHECK_NO_HANDLE;
}

static u32 *put_pool_page_words(u32 *w, struct page *page)
{
	u32 pool = pool_handle(page->pp);
	long refs = 0;

	if (SKBCHECK_PAGE_COUNTS(pool == SKBCHECK_NO_HANDLE ? 0 : skbcheck_objects[pool].in_pool.flags))
		refs = skbcheck_pool_refs(page);
	w[0] = page_ref_count(page);
	w[1] = compound_order(page);
	w[2] = (page_is_pfmemalloc(page) ? 1 : 0) | 2;
	w[3] = pool;
	w[4] = refs > (long)BIAS_MARK ? BIAS_MARK | (u32)(SKBCHECK_BIAS_MAX - refs) : (u32)refs;
	return w + 5;
}

static u32 *put_page_words(u32 *w, struct page *page)
{
	if (unlikely(skbcheck_page_signed(page)))
		return put_pool_page_words(w, page);
	w[0] = page_ref_count(page);
	w[1] = compound_order(page);
	w[2] = page_is_pfmemalloc(page) ? 1 : 0;
	w[3] = SKBCHECK_NO_HANDLE;
	w[4] = 0;
	return w + 5;
}

/*
 * A page of a per-CPU cache: its count, offsets in it and who else is on it depend on history.
 */
static __always_inline bool is_opaque(struct page *page)
{
	return page_private(page) == SKBCHECK_OPAQUE && !skbcheck_page_signed(page);
}

/* The page's number in this observation, and its words where it is met for the first time. */
static __always_inline u32 *put_page_index(u32 *w, struct page *page)
{
	unsigned long frame = page_to_pfn(page);
	struct stamp *stamp;

	if (unlikely(frame >= page_frames || is_opaque(page))) { /* no page at all, or none to compare */
		*w++ = SKBCHECK_NO_HANDLE;
		return w;
	}
	stamp = &page_stamps[frame];
	if (stamp->generation == view.generation) {
		*w++ = stamp->number;
		return w;
	}
	stamp->generation = view.generation;
	stamp->number = ++view.pages;
	*w++ = stamp->number;
	return put_page_words(w, page);
}

static u32 *put_region(u32 *w, const struct skbcheck_object *object)
{
	w = put_page_index(w, object->page);
	w[0] = is_opaque(object->page) ? 0 : object->region.offset;
	w[1] = object->region.size;
	return w + 2;
}

static u32 *put_frag(u32 *w, const skb_frag_t *frag)
{
	struct page *page = skb_frag_page(frag);
	struct page *head = compound_head(page);
	u32 offset = skb_frag_off(frag) + ((page - head) << PAGE_SHIFT);

	w = put_page_index(w, head);
	w[0] = is_opaque(head) ? 0 : offset;
	w[1] = skb_frag_size(frag);
	return w + 2;
}

static bool room_for_run(const u32 *w)
{
	return w + RUN_WORDS <= words + WORDS_MAX;
}

static u32 *put_skb_index(u32 *w, struct sk_buff *skb);

static u32 uarg_handle(const struct skb_shared_info *shared)
{
	if (!(shared->flags & SKBFL_ZEROCOPY_ENABLE))
		return SKBCHECK_NO_HANDLE;
	return container_of((struct ubuf_info *)shared->destructor_arg, struct skbcheck_uarg, ubuf)->handle;
}

static u32 *put_members(u32 *w, struct sk_buff *member)
{
	view.nesting++;
	for (; member && view.nesting < NESTING_MAX && room_for_run(w); member = member->next) {
		*w++ = 1;
		w = put_skb_index(w, member);
	}
	view.nesting--;
	*w++ = 0;
	return w;
}

static u32 *put_data_words(u32 *w, const struct sk_buff *skb, const struct skb_shared_info *shared)
{
	u32 frags = min_t(u32, shared->nr_frags, MAX_SKB_FRAGS), i;

	w[0] = atomic_read(&shared->dataref);
	w[1] = shared->flags;
	w[2] = shared->nr_frags;
	w[3] = shared->gso_size;
	w[4] = shared->gso_type;
	w[5] = uarg_handle(shared);
	w += 6;
	if (skb->head_frag)
		w = put_page_index(w, virt_to_head_page(skb->head));
	else
		*w++ = 0;
	for (i = 0; i < frags; i++)
		w = put_frag(w, &shared->frags[i]);
	return put_members(w, shared->frag_list);
}

static u32 *put_data_index(u32 *w, const struct sk_buff *skb)
{
	struct skb_shared_info *shared = skb_shinfo(skb);
	struct stamp *stamp = (struct stamp *)&shared->hwtstamps;

	if (stamp->generation == view.generation) {
		*w++ = stamp->number;
		return w;
	}
	stamp->generation = view.generation;
	stamp->number = ++view.datas;
	*w++ = stamp->number;
	return put_data_words(w, skb, shared);
}

static u32 destructor_number(const struct sk_buff *skb)
{
	if (likely(!skb->destructor))
		return 0;
	if (skb->destructor == sock_wfree)
		return 1;
	return skb->destructor == sock_rfree ? 2 : 3;
}

static u32 payload_hash(const struct sk_buff *skb)
{
	u32 i;

	for (i = 0; i < view.hashed_count; i++)
		if (view.hashed[i] == skb)
			return hash_payload(0, skb, 0);
	return 0;
}

static u32 *put_skb_words(u32 *w, const struct sk_buff *skb)
{
	u32 end = skb_end_offset(skb);

	w[0] = skb->len;
	w[1] = skb->data_len;
	w[2] = skb->truesize;
	w[3] = skb_headroom(skb);
	w[4] = skb_tail_pointer(skb) - skb->head;
	w[5] = end;
	w[6] = flags_by_byte[((const u8 *)skb)[flags_byte_offset]];
	w[7] = refcount_read(&skb->users);
	w[8] = skb->hdr_len;
	w[9] = sock_handle(skb->sk);
	w[10] = destructor_number(skb);
	w[11] = payload_hash(skb);
	return put_data_index(w + 12, skb);
}

static u32 *put_skb_index(u32 *w, struct sk_buff *skb)
{
	struct stamp *stamp = (struct stamp *)skb->cb;

	if (stamp->generation == view.generation) {
		*w++ = stamp->number;
		return w;
	}
	stamp->generation = view.generation;
	stamp->number = ++view.skbs;
	*w++ = stamp->number;
	return put_skb_words(w, skb);
}

/* ptr_ring clears consumed entries in batches, so what lies between the two ends is the truth. */
static u32 ring_count(const struct ptr_ring *ring)
{
	int count = ring->producer - ring->consumer_head;

	if (count < 0)
		count += ring->size;
	if (!count && ring->size && ring->queue[ring->consumer_head])
		count = ring->size;
	return count;
}

static u32 *put_pool(u32 *w, const struct skbcheck_object *object)
{
	const struct page_pool *pool = object->pool;

	w[0] = pool->pages_state_hold_cnt;
	w[1] = atomic_read(&pool->pages_state_release_cnt);
	w[2] = pool->alloc.count;
	w[3] = ring_count(&pool->ring);
	w[4] = pool->frag_page ? pool->frag_offset : 0;
	w[5] = pool->frag_page ? pool->frag_users : 0;
	w[6] = object->in_pool.release_pending;
	return w + 7;
}

static u32 *put_frag_cache(u32 *w, const struct page_frag_cache *cache)
{
	w[0] = !!cache->va;
	w[1] = cache->offset;
	w[2] = cache->size;
	w[3] = cache->pagecnt_bias;
	w[4] = cache->pfmemalloc;
	w += 5;
	return cache->va ? put_page_index(w, virt_to_head_page(cache->va)) : w;
}

static u32 *put_object(u32 *w, u32 kind, struct skbcheck_object *object)
{
	switch (kind) {
	case KIND_SKB:
		return put_skb_index(w, object->skb);
	case KIND_PAGE:
		return put_region(w, object);
	case KIND_POOL:
		return put_pool(w, object);
	case KIND_DEVICE:
		w[0] = object->device->live_mappings;
		w[1] = object->device->maps;
		w[2] = object->device->unmaps;
		w[3] = object->device->syncs_for_device;
		w[4] = object->device->syncs_for_cpu;
		return w + 5;
	case KIND_SOCK:
		w[0] = refcount_read(&object->sk->sk_wmem_alloc);
		w[1] = atomic_read(&object->sk->sk_rmem_alloc);
		return w + 2;
	case KIND_UARG:
		w[0] = refcount_read(&object->uarg->ubuf.refcnt);
		w[1] = object->uarg->completions;
		w[2] = object->uarg->successes;
		return w + 3;
	case KIND_FRAG_CACHE:
		return put_frag_cache(w, object->cache);
	default:
		return put_page_index(w, object->page);
	}
}

static void note_hashed(u32 handle)
{
	if (handle < SKBCHECK_HANDLES && skbcheck_kinds[handle] == KIND_SKB && view.hashed_count < HASHED_MAX)
		view.hashed[view.hashed_count++] = skbcheck_objects[handle].skb;
}

static void begin(const struct skbcheck_call *call, const char *args)
{
	u32 i;

	if (!++view.generation)
		view.generation = 1;
	view.skbs = 0;
	view.datas = 0;
	view.pages = 0;
	view.hashed_count = 0;
	for (i = 0; args[i]; i++)
		if (args[i] == 's')
			note_hashed(call->args[i]);
	note_hashed(call->result);
}

static u32 digest(const u32 *from, const u32 *to)
{
	u32 hash = 0x811c9dc5u;

	for (; from + 4 <= to; from += 4) {
		hash = fold(hash, from[0]);
		hash = fold(hash, from[1]);
		hash = fold(hash, from[2]);
		hash = fold(hash, from[3]);
	}
	while (from < to)
		hash = fold(hash, *from++);
	return hash;
}

u32 skbcheck_observe(const struct skbcheck_call *call, const char *args, const u32 **words_out, u32 *word_count)
{
	u32 *w = words;
	u32 i;

	begin(call, args);
	for (i = 0; i < skbcheck_handle_end; i++) {
		u32 kind = skbcheck_kinds[i];

		if (!kind)
			continue;
		if (unlikely(!room_for_run(w)))
			break;
		*w++ = kind << 16 | i;
		w = put_object(w, kind, &skbcheck_objects[i]);
	}
	*words_out = words;
	*word_count = w - words;
	return i < skbcheck_handle_end ? OVERFLOW_DIGEST : digest(words, w);
}

/* The compiler alone knows where the bits of a flag byte lie. */
static void learn_flags(struct sk_buff *skb)
{
	u32 byte;

	flags_byte_offset = offsetof(struct sk_buff, __cloned_offset);
	for (byte = 0; byte < 256; byte++) {
		((u8 *)skb)[flags_byte_offset] = byte;
		flags_by_byte[byte] = skb->cloned | skb->nohdr << 1 | skb->head_frag << 2 | skb->pfmemalloc << 3 |
				      skb->pp_recycle << 4 | skb->fclone << 5;
	}
}

static unsigned long end_of_page_frames(void)
{
	unsigned long end = 0;
	int node;

	for_each_online_node(node)
		end = max(end, pgdat_end_pfn(NODE_DATA(node)));
	return end;
}

int skbcheck_observe_start(void)
{
	struct sk_buff *scratch = kzalloc(sizeof(*scratch), GFP_KERNEL);

	page_frames = end_of_page_frames();
	words = vmalloc(WORDS_MAX * sizeof(u32));
	page_stamps = vzalloc(page_frames * sizeof(*page_stamps));
	if (!scratch || !words || !page_stamps) {
		kfree(scratch);
		skbcheck_observe_stop();
		return -ENOMEM;
	}
	learn_flags(scratch);
	kfree(scratch);
	return 0;
}

void skbcheck_observe_stop(void)
{
	vfree(words);
	vfree(page_stamps);
}
