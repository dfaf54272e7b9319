// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Commands on skbs whose pages others may see: who writes in place, who makes another skb of them. */
#include <linux/skbuff.h>
#include <linux/mm.h>
#include "splice/splice.h"

/* The cipher's result: the next pattern for the linear part, and for each frag. */
static void write_payload(struct sk_buff *skb)
{
	u32 i;

	if (skb_headlen(skb))
		skbcheck_write_pattern(skb->data, skb_headlen(skb));
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		skbcheck_write_pattern(skb_frag_address(frag), skb_frag_size(frag));
	}
}

/* The choice of esp_input(), and what it does to the bytes. */
u32 skbcheck_esp_decrypt(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0), *trailer;
	int elements = 0;

	if (skb_shared(skb) || skb_has_frag_list(skb))
		return SKBCHECK_BAD_CALL;
	if (skb_cloned(skb) || skb_has_shared_frag(skb)) {
		elements = skb_cow_data(skb, 0, &trailer);
		if (elements < 0)
			return elements;
	}
	write_payload(skb);
	return elements;
}

u32 skbcheck_skb_zerocopy(const struct skbcheck_call *call)
{
	struct sk_buff *to = skbcheck_skb_arg(call, 0), *from = skbcheck_skb_arg(call, 1);
	u32 len = call->args[2];
	u32 hlen = min(skb_zerocopy_headlen(from), len);
	int error;

	if (to == from || to->len || len > from->len || hlen > skb_tailroom(to))
		return SKBCHECK_BAD_CALL;
	error = skb_zerocopy(to, from, len, hlen);
	if (error) {
		skbcheck_unbind(call->args[0]);
		kfree_skb(to);
	}
	return error;
}

u32 skbcheck_pskb_extract(const struct skbcheck_call *call)
{
	struct sk_buff *skb = skbcheck_skb_arg(call, 0);
	u32 off = call->args[1], len = call->args[2];

	if (off >= skb->len || len > skb->len - off)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, pskb_extract(skb, off, len, GFP_ATOMIC | __GFP_NOWARN));
}

/* A driver's receive with header split: the head, then whole pages. */
u32 skbcheck_rx_header_split(const struct skbcheck_call *call)
{
	u32 headlen = call->args[0], pages = call->args[1], last = call->args[2], i;
	struct sk_buff *skb;

	if (pages > MAX_SKB_FRAGS || last > PAGE_SIZE)
		return SKBCHECK_BAD_CALL;
	skb = alloc_skb(headlen, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return 0;
	if (headlen)
		skbcheck_write_pattern(skb_put(skb, headlen), headlen);
	for (i = 0; i < pages; i++) {
		struct page *page = alloc_pages(GFP_ATOMIC | __GFP_NOWARN | __GFP_COMP, 0);
		u32 size = i < pages - 1 ? PAGE_SIZE : last;

		if (!page) {
			kfree_skb(skb);
			return 0;
		}
		skbcheck_write_pattern(page_address(page), size);
		skb_add_rx_frag(skb, i, page, 0, size, PAGE_SIZE);
	}
	return skbcheck_bind_skb(call, skb);
}
