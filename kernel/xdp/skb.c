// SPDX-License-Identifier: GPL-2.0 OR MIT
/* A driver with a packet that XDP passed: it makes an skb in place or by a copy, or takes its page back. */
#include <linux/mm.h>
#include <linux/netdevice.h>
#include "skb/skb.h"
#include "xdp/xdp.h"

static bool is_xsk(const struct xdp_buff *xdp)
{
	return xdp->rxq->mem.type == MEM_TYPE_XSK_BUFF_POOL;
}

static bool of_pool(const struct xdp_buff *xdp)
{
	return xdp->rxq->mem.type == MEM_TYPE_PAGE_POOL;
}

static u32 reuse_page(const struct skbcheck_call *call, const struct xdp_buff_reuse_page_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	struct page *page = virt_to_head_page(xdp->data_hard_start);

	if (is_xsk(xdp) || xdp_buff_has_frags(xdp))
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->xdp);
	skbcheck_bind_page(call->result, page, xdp->data_hard_start - page_address(page), xdp->frame_sz,
			   of_pool(xdp) ? page->pp : NULL);
	skbcheck_xdp_drop(xdp);
	return 1;
}

/* Option A, as mvneta_swbm_build_skb() does it. */
static u32 build_skb_in_place(const struct skbcheck_call *call,
			      const struct xdp_buff_build_skb_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	struct skb_shared_info *shared = xdp_get_shared_info_from_buff(xdp);
	u8 frags = xdp_buff_has_frags(xdp) ? shared->nr_frags : 0;
	struct sk_buff *skb;

	if (is_xsk(xdp))
		return SKBCHECK_BAD_CALL;
	skb = build_skb(xdp->data_hard_start, xdp->frame_sz);
	if (!skb)
		return 0;
	if (of_pool(xdp))
		skb_mark_for_recycle(skb);
	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	skb_put(skb, xdp->data_end - xdp->data);
	if (xdp_buff_has_frags(xdp))
		skbcheck_update_skb_frags(skb, xdp, frags, shared->xdp_frags_size, frags * xdp->frame_sz);
	skbcheck_unbind(args->xdp);
	skbcheck_xdp_drop(xdp);
	return skbcheck_bind_skb(call, skb);
}

/* Option B: headers are copied, the page is a frag from where they end; or all is copied, and the page stays. */
static u32 copy_headers(const struct skbcheck_call *call,
			const struct xdp_buff_copy_headers_args *args)
{
	struct xdp_buff *xdp = skbcheck_xdp_of(args->xdp);
	struct page *page = virt_to_head_page(xdp->data_hard_start);
	u32 len = xdp->data_end - xdp->data, headers = min_t(u32, len, args->headers);
	struct sk_buff *skb;

	if (xdp_buff_has_frags(xdp) || (is_xsk(xdp) && len > headers))
		return SKBCHECK_BAD_CALL;
	skb = skbcheck_napi_alloc_skb(args->headers);
	if (!skb)
		return 0;
	memcpy(__skb_put(skb, headers), xdp->data, headers);
	if (len > headers) {
		skb_add_rx_frag(skb, 0, page, xdp->data + headers - page_address(page), len - headers, xdp->frame_sz);
		if (of_pool(xdp))
			skb_mark_for_recycle(skb);
		skbcheck_unbind(args->xdp);
		skbcheck_xdp_drop(xdp);
	}
	return skbcheck_bind_skb(call, skb);
}

static u32 cut_page(const struct skbcheck_call *call, const struct page_split_args *args)
{
	struct skbcheck_object *region = skbcheck_object_of(args->page);
	u32 size = args->size;

	if (region->region.of_pool || size >= region->region.size)
		return SKBCHECK_BAD_CALL;
	get_page(region->page);
	skbcheck_bind_page(call->result, region->page, region->region.offset, size, NULL);
	region->region.offset += size;
	region->region.size -= size;
	return 1;
}

SKBCHECK_COMMAND(xdp_buff_reuse_page, reuse_page);
SKBCHECK_COMMAND(xdp_buff_copy_headers, copy_headers);
SKBCHECK_COMMAND(xdp_buff_build_skb, build_skb_in_place);
SKBCHECK_COMMAND(page_split, cut_page);
