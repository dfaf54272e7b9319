// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Commands that make skbs, and that drivers fill them with. */
#include <linux/bottom_half.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include "core/objects.h"

#define SIZE_MAX_BYTES (256u << 10)

static struct napi_struct alloc_napi;

static u32 alloc_skb_command(const struct skbcheck_call *call)
{
	if ((u32)call->args[0] > SIZE_MAX_BYTES)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, alloc_skb(call->args[0], GFP_ATOMIC | __GFP_NOWARN));
}

static u32 alloc_skb_fclone_command(const struct skbcheck_call *call)
{
	if ((u32)call->args[0] > SIZE_MAX_BYTES)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, alloc_skb_fclone(call->args[0], GFP_ATOMIC | __GFP_NOWARN));
}

static u32 bind_frag_skb(const struct skbcheck_call *call, struct sk_buff *skb)
{
	if (skb)
		skbcheck_mark_opaque(skb);
	return skbcheck_bind_skb(call, skb);
}

static u32 netdev_alloc_skb_command(const struct skbcheck_call *call)
{
	if ((u32)call->args[0] > SIZE_MAX_BYTES)
		return SKBCHECK_BAD_CALL;
	return bind_frag_skb(call, netdev_alloc_skb(NULL, call->args[0]));
}

/* Only NAPI may call this and napi_build_skb(): their caches are per CPU, without a lock. */
struct sk_buff *skbcheck_napi_alloc_skb(u32 len)
{
	struct sk_buff *skb;

	/* page_frag_alloc_1k() allocates a page now and then: whether it does now depends on history. */
	if (len + NET_SKB_PAD + NET_IP_ALIGN <= SKB_WITH_OVERHEAD(1024))
		skbcheck_fault_disarm();
	local_bh_disable();
	skb = napi_alloc_skb(&alloc_napi, len);
	local_bh_enable();
	if (skb)
		skbcheck_mark_opaque(skb);
	return skb;
}

static u32 napi_alloc_skb_command(const struct skbcheck_call *call)
{
	if ((u32)call->args[0] > SIZE_MAX_BYTES)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, skbcheck_napi_alloc_skb(call->args[0]));
}

static bool frag_size_fits(const struct skbcheck_call *call)
{
	u32 size = call->args[1];

	return size > SKB_DATA_ALIGN(sizeof(struct skb_shared_info)) &&
	       size <= skbcheck_region_end(skbcheck_arg(call, 0));
}

/* The page's reference moves to the skb; a pool's must be followed by skb_mark_for_recycle(). */
static u32 take_page(const struct skbcheck_call *call, struct sk_buff *skb)
{
	bool of_pool = skbcheck_arg(call, 0)->region.of_pool;

	if (!skb)
		return 0;
	skbcheck_unbind(call->args[0]);
	skbcheck_bind(call->result, KIND_SKB, skb)->of_skb.owes_mark = of_pool;
	return 1;
}

static u32 build_skb_command(const struct skbcheck_call *call)
{
	if (!frag_size_fits(call))
		return SKBCHECK_BAD_CALL;
	return take_page(call, build_skb(skbcheck_region_address(skbcheck_arg(call, 0)), call->args[1]));
}

/* An sk_buff as a driver keeps one for build_skb_around(): the head that it was allocated with goes. */
static struct sk_buff *alloc_shell(u32 fail)
{
	struct sk_buff *skb;

	if (fail > 1)
		skbcheck_fault_disarm(); /* the head is no allocation of this command */
	skb = alloc_skb(0, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	kfree(skb->head);
	memset(skb, 0, offsetof(struct sk_buff, tail));
	return skb;
}

static u32 build_skb_around_command(const struct skbcheck_call *call)
{
	struct sk_buff *skb;

	if (!frag_size_fits(call))
		return SKBCHECK_BAD_CALL;
	skb = alloc_shell(call->fail);
	skb = build_skb_around(skb, skbcheck_region_address(skbcheck_arg(call, 0)), call->args[1]);
	return take_page(call, skb);
}

static u32 napi_build_skb_command(const struct skbcheck_call *call)
{
	struct sk_buff *skb;

	if (!frag_size_fits(call))
		return SKBCHECK_BAD_CALL;
	local_bh_disable();
	skb = napi_build_skb(skbcheck_region_address(skbcheck_arg(call, 0)), call->args[1]);
	local_bh_enable();
	return take_page(call, skb);
}

static u32 mark_for_recycle(const struct skbcheck_call *call)
{
	skb_mark_for_recycle(skbcheck_skb_arg(call, 0));
	skbcheck_arg(call, 0)->of_skb.owes_mark = false;
	return 0;
}

static u32 reserve(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);

	if ((u32)call->args[1] > skb_tailroom(skb))
		return SKBCHECK_BAD_CALL;
	skb_reserve(skb, call->args[1]);
	return 0;
}

static u32 put(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);
	u32 len = call->args[1];
	void *tail;

	if (len > skb_tailroom(skb))
		return SKBCHECK_BAD_CALL;
	tail = skb_put(skb, len);
	if (len)
		skbcheck_write_pattern(tail, len);
	return 0;
}

static u32 push(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);
	u32 len = call->args[1];
	void *data;

	if (len > skb_headroom(skb))
		return SKBCHECK_BAD_CALL;
	data = skb_push(skb, len);
	if (len)
		skbcheck_write_pattern(data, len);
	return 0;
}

static u32 pull(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);

	if ((u32)call->args[1] > skb_headlen(skb))
		return SKBCHECK_BAD_CALL;
	skb_pull(skb, call->args[1]);
	return 0;
}

static u32 trim(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);

	if (skb_is_nonlinear(skb))
		return SKBCHECK_BAD_CALL;
	skb_trim(skb, call->args[1]);
	return 0;
}

static bool frag_fits(const struct skbcheck_call *call, u32 offset, u32 size)
{
	u32 end = skbcheck_region_end(skbcheck_arg(call, 1));

	return skb_shinfo(skbcheck_skb_arg(call, 0))->nr_frags < MAX_SKB_FRAGS && offset <= end && size <= end - offset;
}

static void page_moved_in(const struct skbcheck_call *call)
{
	if (skbcheck_arg(call, 1)->region.of_pool && !skbcheck_skb_arg(call, 0)->pp_recycle)
		skbcheck_arg(call, 0)->of_skb.owes_mark = true;
	skbcheck_unbind(call->args[1]);
}

/* skb_add_rx_frag(skb, page, offset, size, truesize): offsets count from the region's start. */
static u32 add_rx_frag(const struct skbcheck_call *call)
{
	const struct skbcheck_object *region = skbcheck_arg(call, 1);
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);
	const s32 *args = call->args;

	if (!frag_fits(call, args[2], args[3]))
		return SKBCHECK_BAD_CALL;
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, region->page, region->region.offset + args[2], args[3], args[4]);
	page_moved_in(call);
	return 0;
}

/* skb_coalesce_rx_frag(skb, page, size, truesize): the page continues the last frag, its name keeps its reference. */
static u32 coalesce_rx_frag(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);
	u32 last = skb_shinfo(skb)->nr_frags - 1;

	if (!skb_shinfo(skb)->nr_frags || (u32)call->args[2] > skbcheck_region_end(skbcheck_arg(call, 1)) ||
	    compound_head(skb_frag_page(&skb_shinfo(skb)->frags[last])) != skbcheck_arg(call, 1)->page)
		return SKBCHECK_BAD_CALL;
	skb_coalesce_rx_frag(skb, last, call->args[2], call->args[3]);
	return 0;
}

/* skb_fill_page_desc(skb, page, offset, size, truesize), and the lengths as its callers add them. */
static u32 fill_page_desc(const struct skbcheck_call *call)
{
	const struct skbcheck_object *region = skbcheck_arg(call, 1);
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);
	const s32 *args = call->args;

	if (!frag_fits(call, args[2], args[3]))
		return SKBCHECK_BAD_CALL;
	skb_fill_page_desc(skb, skb_shinfo(skb)->nr_frags, region->page, region->region.offset + args[2], args[3]);
	skb->len += args[3];
	skb->data_len += args[3];
	skb->truesize += args[4];
	page_moved_in(call);
	return 0;
}

const struct skbcheck_command skbcheck_skb_alloc_commands[] = {
	{ 60, KIND_SKB, "i", alloc_skb_command },
	{ 61, KIND_SKB, "i", alloc_skb_fclone_command },
	{ 62, KIND_SKB, "i", netdev_alloc_skb_command },
	{ 63, KIND_SKB, "i", napi_alloc_skb_command },
	{ 64, KIND_SKB, "pi", build_skb_command },
	{ 65, KIND_SKB, "pi", build_skb_around_command },
	{ 66, KIND_SKB, "pi", napi_build_skb_command },
	{ 68, 0, "s", mark_for_recycle },
	{ 69, 0, "si", reserve },
	{ 70, 0, "si", put },
	{ 71, 0, "si", push },
	{ 72, 0, "si", pull },
	{ 73, 0, "si", trim },
	{ 74, 0, "spiii", add_rx_frag },
	{ 75, 0, "spii", coalesce_rx_frag },
	{ 76, 0, "spiii", fill_page_desc },
	{ }
};
