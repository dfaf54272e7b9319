// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Zerocopy owners: commands, and the owner's side of completion. */
#include <linux/mm.h>
#include <linux/skbuff.h>
#include "core/command.h"
#include "core/system.h"
#include "core/words.h"
#include "zerocopy/zerocopy.h"

#define UARGS 128

static struct skbcheck_uarg uargs[UARGS];

static void unpin_pages(struct skbcheck_uarg *uarg)
{
	while (uarg->pinned_pages)
		put_page(uarg->pinned[--uarg->pinned_pages]);
}

/* Drops one reference, as msg_zerocopy_complete() does. The last one releases the pages. */
static void on_complete(struct sk_buff *skb, struct ubuf_info *ubuf, bool success)
{
	struct skbcheck_uarg *uarg = container_of(ubuf, struct skbcheck_uarg, ubuf);

	uarg->completions++;
	uarg->successes += success;
	if (!refcount_dec_and_test(&ubuf->refcnt))
		return;
	unpin_pages(uarg);
	uarg->used = false;
}

#if SKBCHECK_UARG_HAS_OPS
static const struct ubuf_info_ops operations = { .complete = on_complete };
#endif

static struct skbcheck_uarg *find_unused(void)
{
	u32 i;

	for (i = 0; i < UARGS; i++)
		if (!uargs[i].used)
			return &uargs[i];
	return NULL;
}

static u32 ubuf_alloc(const struct skbcheck_call *call, const struct ubuf_alloc_args *args)
{
	struct skbcheck_uarg *uarg = find_unused();
	u32 words = args->flags;

	if (!uarg)
		return SKBCHECK_NO_ROOM;
	uarg->used = true;
	uarg->handle = call->result;
	uarg->completions = 0;
	uarg->successes = 0;
	uarg->pinned_pages = 0;
#if SKBCHECK_UARG_HAS_OPS
	uarg->ubuf.ops = &operations;
#else
	uarg->ubuf.callback = on_complete;
#endif
	refcount_set(&uarg->ubuf.refcnt, 1);
	/* Managed references are a flag of the skb alone: io_sg_from_iter() sets it with the frags. */
	uarg->ubuf.flags = SKBFL_ZEROCOPY_ENABLE | (words & ubuf_alloc_flags_shared_frag ? SKBFL_SHARED_FRAG : 0) |
			   (words & ubuf_alloc_flags_dont_orphan ? SKBFL_DONT_ORPHAN : 0);
	skbcheck_bind(call->result, KIND_UARG, uarg);
	return 1;
}

static u32 zcopy_put(const struct skbcheck_call *call, const struct net_zcopy_put_args *args)
{
	struct skbcheck_uarg *uarg = skbcheck_object_of(args->uarg)->uarg;

	uarg->handle = SKBCHECK_NO_HANDLE;
	skbcheck_unbind(args->uarg);
	net_zcopy_put(&uarg->ubuf);
	return 0;
}

static u32 zcopy_set(const struct skbcheck_call *call, const struct skb_zcopy_set_args *args)
{
	skb_zcopy_set(skbcheck_skb_of(args->skb), &skbcheck_object_of(args->uarg)->uarg->ubuf, NULL);
	return 0;
}

static u32 copy_ubufs(const struct skbcheck_call *call, const struct skb_copy_ubufs_args *args)
{
	return skb_copy_ubufs(skbcheck_skb_of(args->skb), GFP_ATOMIC | __GFP_NOWARN);
}

/*
 * A frag without a reference, as io_sg_from_iter() fills it: the name's reference moves to the
 * owner, which puts it when it is completed.
 */
static u32 fill_page_desc_managed(const struct skbcheck_call *call,
				  const struct skb_fill_page_desc_managed_args *args)
{
	const struct skbcheck_object *region = skbcheck_object_of(args->page);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	struct skb_shared_info *shared = skb_shinfo(skb);
	struct ubuf_info *ubuf = skb_zcopy(skb);
	struct skbcheck_uarg *uarg = container_of(ubuf, struct skbcheck_uarg, ubuf);
	u32 size = args->size;

	if (!ubuf || shared->nr_frags >= MAX_SKB_FRAGS || uarg->pinned_pages == UARG_PAGES_MAX ||
	    size > skbcheck_region_end(region))
		return SKBCHECK_BAD_CALL;
	if (!shared->nr_frags)
		shared->flags |= SKBFL_MANAGED_FRAG_REFS;
	__skb_fill_page_desc_noacc(shared, shared->nr_frags, region->page, region->region.offset, size);
	shared->nr_frags++;
	skb->len += size;
	skb->data_len += size;
	skb->truesize += args->truesize;
	uarg->pinned[uarg->pinned_pages++] = region->page;
	skbcheck_unbind(args->page);
	return 0;
}

static void reset(void)
{
	u32 i;

	for (i = 0; i < UARGS; i++)
		uargs[i].used = false;
}

void skbcheck_release_uarg(struct skbcheck_object *object)
{
	object->uarg->handle = SKBCHECK_NO_HANDLE;
	net_zcopy_put(&object->uarg->ubuf);
}

u32 *skbcheck_observe_uarg(u32 *w, struct skbcheck_object *object)
{
	const struct skbcheck_uarg *uarg = object->uarg;

	WORD(w, UARG, refcnt, refcount_read(&uarg->ubuf.refcnt));
	WORD(w, UARG, completions, uarg->completions);
	WORD(w, UARG, successes, uarg->successes);
	return WORDS_END(w, UARG);
}

SKBCHECK_COMMAND(skb_copy_ubufs, copy_ubufs);
SKBCHECK_COMMAND(skb_zcopy_set, zcopy_set);
SKBCHECK_COMMAND(ubuf_alloc, ubuf_alloc);
SKBCHECK_COMMAND(net_zcopy_put, zcopy_put);
SKBCHECK_COMMAND(skb_fill_page_desc_managed, fill_page_desc_managed);

const struct skbcheck_system skbcheck_zerocopy = { .reset = reset };
