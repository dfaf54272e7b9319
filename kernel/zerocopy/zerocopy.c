// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Zerocopy owners: commands, and the owner's side of completion. */
#include <linux/mm.h>
#include <linux/skbuff.h>
#include "core/objects.h"

#define UARGS 128

/* The words of ubuf_alloc()'s flags. */
#define WORD_SHARED_FRAG 1u
#define WORD_DONT_ORPHAN 2u

static struct skbcheck_uarg uargs[UARGS];

static void unpin_pages(struct skbcheck_uarg *uarg)
{
	while (uarg->pinned_pages)
		put_page(uarg->pinned[--uarg->pinned_pages]);
}

/* As msg_zerocopy_complete(): drops one reference, and with the last the pages go. */
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

static u32 ubuf_alloc(const struct skbcheck_call *call)
{
	struct skbcheck_uarg *uarg = find_unused();
	u32 words = call->args[0];

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
	uarg->ubuf.flags = SKBFL_ZEROCOPY_ENABLE | (words & WORD_SHARED_FRAG ? SKBFL_SHARED_FRAG : 0) |
			   (words & WORD_DONT_ORPHAN ? SKBFL_DONT_ORPHAN : 0);
	skbcheck_bind(call->result, KIND_UARG, uarg);
	return 1;
}

static u32 zcopy_put(const struct skbcheck_call *call)
{
	struct skbcheck_uarg *uarg = skbcheck_arg(call, 0)->uarg;

	uarg->handle = SKBCHECK_NO_HANDLE;
	skbcheck_unbind(call->args[0]);
	net_zcopy_put(&uarg->ubuf);
	return 0;
}

static u32 zcopy_set(const struct skbcheck_call *call)
{
	skb_zcopy_set(skbcheck_skb_arg(call, 0), &skbcheck_arg(call, 1)->uarg->ubuf, NULL);
	return 0;
}

static u32 copy_ubufs(const struct skbcheck_call *call)
{
	return skb_copy_ubufs(skbcheck_skb_arg(call, 0), GFP_ATOMIC | __GFP_NOWARN);
}

/*
 * A frag without a reference, as io_sg_from_iter() fills it: the name's reference moves to the
 * owner, which puts it when it is completed.
 */
static u32 fill_page_desc_managed(const struct skbcheck_call *call)
{
	const struct skbcheck_object *region = skbcheck_arg(call, 1);
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);
	struct skb_shared_info *shared = skb_shinfo(skb);
	struct ubuf_info *ubuf = skb_zcopy(skb);
	struct skbcheck_uarg *uarg = container_of(ubuf, struct skbcheck_uarg, ubuf);
	u32 size = call->args[2];

	if (!ubuf || shared->nr_frags >= MAX_SKB_FRAGS || uarg->pinned_pages == UARG_PAGES_MAX ||
	    size > skbcheck_region_end(region))
		return SKBCHECK_BAD_CALL;
	if (!shared->nr_frags)
		shared->flags |= SKBFL_MANAGED_FRAG_REFS;
	__skb_fill_page_desc_noacc(shared, shared->nr_frags, region->page, region->region.offset, size);
	shared->nr_frags++;
	skb->len += size;
	skb->data_len += size;
	skb->truesize += call->args[3];
	uarg->pinned[uarg->pinned_pages++] = region->page;
	skbcheck_unbind(call->args[1]);
	return 0;
}

void skbcheck_uargs_reset(void)
{
	u32 i;

	for (i = 0; i < UARGS; i++)
		uargs[i].used = false;
}

const struct skbcheck_command skbcheck_zerocopy_commands[] = {
	{ 107, 0, "s", copy_ubufs },
	{ 110, 0, "su", zcopy_set },
	{ 111, KIND_UARG, "i", ubuf_alloc },
	{ 112, 0, "u", zcopy_put },
	{ 113, 0, "spii", fill_page_desc_managed },
	{ }
};
