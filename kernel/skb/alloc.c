// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Commands that make skbs, and that drivers fill them with. */
#include <linux/bottom_half.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include "core/command.h"
#include "fault/fault.h"
#include "skb/skb.h"

#define SIZE_MAX_BYTES (256u << 10)

static struct napi_struct alloc_napi;

static u32 alloc_skb_command(const struct skbcheck_call *call, const struct alloc_skb_args *args)
{
	if ((u32)args->size > SIZE_MAX_BYTES)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, alloc_skb(args->size, GFP_ATOMIC | __GFP_NOWARN));
}

static u32 alloc_skb_fclone_command(const struct skbcheck_call *call,
				    const struct alloc_skb_fclone_args *args)
{
	if ((u32)args->size > SIZE_MAX_BYTES)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, alloc_skb_fclone(args->size, GFP_ATOMIC | __GFP_NOWARN));
}

static u32 bind_frag_skb(const struct skbcheck_call *call, struct sk_buff *skb)
{
	if (skb)
		skbcheck_mark_opaque(skb);
	return skbcheck_bind_skb(call, skb);
}

static u32 netdev_alloc_skb_command(const struct skbcheck_call *call,
				    const struct netdev_alloc_skb_args *args)
{
	if ((u32)args->len > SIZE_MAX_BYTES)
		return SKBCHECK_BAD_CALL;
	return bind_frag_skb(call, netdev_alloc_skb(NULL, args->len));
}

/* Only NAPI may call this and napi_build_skb(): their caches are per CPU, without a lock. */
struct sk_buff *skbcheck_napi_alloc_skb(u32 len)
{
	struct sk_buff *skb;

	/* page_frag_alloc_1k() allocates a page now and then: whether it does now depends on history. */
	if (SKBCHECK_HAS_NAPI_SMALL_FRAG && len + NET_SKB_PAD + NET_IP_ALIGN <= SKB_WITH_OVERHEAD(1024))
		skbcheck_fault_disarm();
	local_bh_disable();
	skb = napi_alloc_skb(&alloc_napi, len);
	local_bh_enable();
	if (skb)
		skbcheck_mark_opaque(skb);
	return skb;
}

static u32 napi_alloc_skb_command(const struct skbcheck_call *call,
				  const struct napi_alloc_skb_args *args)
{
	if ((u32)args->len > SIZE_MAX_BYTES)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, skbcheck_napi_alloc_skb(args->len));
}

static bool frag_size_fits(s32 page, u32 size)
{
	return size > SKB_DATA_ALIGN(sizeof(struct skb_shared_info)) &&
	       size <= skbcheck_region_end(skbcheck_object_of(page));
}

/* The page's reference moves to the skb. After a pool reference skb_mark_for_recycle() must follow. */
static u32 take_page(const struct skbcheck_call *call, s32 page, struct sk_buff *skb)
{
	bool of_pool = skbcheck_object_of(page)->region.of_pool;

	if (!skb)
		return 0;
	skbcheck_unbind(page);
	skbcheck_bind(call->result, KIND_SKB, skb)->of_skb.owes_mark = of_pool;
	return 1;
}

static u32 build_skb_command(const struct skbcheck_call *call, const struct build_skb_args *args)
{
	if (!frag_size_fits(args->page, args->frag_size))
		return SKBCHECK_BAD_CALL;
	return take_page(call, args->page,
			 build_skb(skbcheck_region_address(skbcheck_object_of(args->page)), args->frag_size));
}

/* Makes an sk_buff as a driver keeps one for build_skb_around(): the head that it was allocated with is freed. */
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

static u32 build_skb_around_command(const struct skbcheck_call *call,
				    const struct build_skb_around_args *args)
{
	struct sk_buff *skb;

	if (!frag_size_fits(args->page, args->frag_size))
		return SKBCHECK_BAD_CALL;
	skb = alloc_shell(call->fail);
	skb = build_skb_around(skb, skbcheck_region_address(skbcheck_object_of(args->page)), args->frag_size);
	return take_page(call, args->page, skb);
}

static u32 napi_build_skb_command(const struct skbcheck_call *call,
				  const struct napi_build_skb_args *args)
{
	struct sk_buff *skb;

	if (!frag_size_fits(args->page, args->frag_size))
		return SKBCHECK_BAD_CALL;
	local_bh_disable();
	skb = napi_build_skb(skbcheck_region_address(skbcheck_object_of(args->page)), args->frag_size);
	local_bh_enable();
	return take_page(call, args->page, skb);
}

static u32 mark_for_recycle(const struct skbcheck_call *call,
			    const struct skb_mark_for_recycle_args *args)
{
	skb_mark_for_recycle(skbcheck_skb_of(args->skb));
	skbcheck_object_of(args->skb)->of_skb.owes_mark = false;
	return 0;
}

static u32 reserve(const struct skbcheck_call *call, const struct skb_reserve_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if ((u32)args->len > skb_tailroom(skb))
		return SKBCHECK_BAD_CALL;
	skb_reserve(skb, args->len);
	return 0;
}

static u32 put(const struct skbcheck_call *call, const struct skb_put_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	u32 len = args->len;
	void *tail;

	if (len > skb_tailroom(skb))
		return SKBCHECK_BAD_CALL;
	tail = skb_put(skb, len);
	if (len)
		skbcheck_write_pattern(tail, len);
	return 0;
}

static u32 push(const struct skbcheck_call *call, const struct skb_push_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	u32 len = args->len;
	void *data;

	if (len > skb_headroom(skb))
		return SKBCHECK_BAD_CALL;
	data = skb_push(skb, len);
	if (len)
		skbcheck_write_pattern(data, len);
	return 0;
}

static u32 pull(const struct skbcheck_call *call, const struct skb_pull_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if ((u32)args->len > skb_headlen(skb))
		return SKBCHECK_BAD_CALL;
	skb_pull(skb, args->len);
	return 0;
}

static u32 trim(const struct skbcheck_call *call, const struct skb_trim_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (skb_is_nonlinear(skb))
		return SKBCHECK_BAD_CALL;
	skb_trim(skb, args->len);
	return 0;
}

static bool frag_fits(const struct sk_buff *skb, const struct skbcheck_object *region, u32 offset, u32 size)
{
	u32 end = skbcheck_region_end(region);

	return skb_shinfo(skb)->nr_frags < MAX_SKB_FRAGS && offset <= end && size <= end - offset;
}

static void page_moved_in(s32 skb, s32 page)
{
	if (skbcheck_object_of(page)->region.of_pool && !skbcheck_skb_of(skb)->pp_recycle)
		skbcheck_object_of(skb)->of_skb.owes_mark = true;
	skbcheck_unbind(page);
}

/* skb_add_rx_frag(skb, page, offset, size, truesize): offsets count from the region's start. */
static u32 add_rx_frag(const struct skbcheck_call *call, const struct skb_add_rx_frag_args *args)
{
	const struct skbcheck_object *region = skbcheck_object_of(args->page);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (!frag_fits(skb, region, args->offset, args->size))
		return SKBCHECK_BAD_CALL;
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, region->page, region->region.offset + args->offset, args->size,
			args->truesize);
	page_moved_in(args->skb, args->page);
	return 0;
}

/* skb_coalesce_rx_frag(skb, page, size, truesize): the page continues the last frag, its name keeps its reference. */
static u32 coalesce_rx_frag(const struct skbcheck_call *call,
			    const struct skb_coalesce_rx_frag_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	u32 last = skb_shinfo(skb)->nr_frags - 1;

	if (!skb_shinfo(skb)->nr_frags || (u32)args->size > skbcheck_region_end(skbcheck_object_of(args->page)) ||
	    compound_head(skb_frag_page(&skb_shinfo(skb)->frags[last])) != skbcheck_object_of(args->page)->page)
		return SKBCHECK_BAD_CALL;
	skb_coalesce_rx_frag(skb, last, args->size, args->truesize);
	return 0;
}

/* skb_fill_page_desc(skb, page, offset, size, truesize), and the lengths as its callers add them. */
static u32 fill_page_desc(const struct skbcheck_call *call,
			  const struct skb_fill_page_desc_args *args)
{
	const struct skbcheck_object *region = skbcheck_object_of(args->page);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (!frag_fits(skb, region, args->offset, args->size))
		return SKBCHECK_BAD_CALL;
	skb_fill_page_desc(skb, skb_shinfo(skb)->nr_frags, region->page, region->region.offset + args->offset,
			   args->size);
	skb->len += args->size;
	skb->data_len += args->size;
	skb->truesize += args->truesize;
	page_moved_in(args->skb, args->page);
	return 0;
}

SKBCHECK_COMMAND(alloc_skb, alloc_skb_command);
SKBCHECK_COMMAND(alloc_skb_fclone, alloc_skb_fclone_command);
SKBCHECK_COMMAND(netdev_alloc_skb, netdev_alloc_skb_command);
SKBCHECK_COMMAND(napi_alloc_skb, napi_alloc_skb_command);
SKBCHECK_COMMAND(build_skb, build_skb_command);
SKBCHECK_COMMAND(build_skb_around, build_skb_around_command);
SKBCHECK_COMMAND(napi_build_skb, napi_build_skb_command);
SKBCHECK_COMMAND(skb_mark_for_recycle, mark_for_recycle);
SKBCHECK_COMMAND(skb_reserve, reserve);
SKBCHECK_COMMAND(skb_put, put);
SKBCHECK_COMMAND(skb_push, push);
SKBCHECK_COMMAND(skb_pull, pull);
SKBCHECK_COMMAND(skb_trim, trim);
SKBCHECK_COMMAND(skb_add_rx_frag, add_rx_frag);
SKBCHECK_COMMAND(skb_coalesce_rx_frag, coalesce_rx_frag);
SKBCHECK_COMMAND(skb_fill_page_desc, fill_page_desc);
