// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Commands on skbs whose pages others may see: some write in place, some make another skb of them. */
#include <linux/skbuff.h>
#include <linux/mm.h>
#include "core/command.h"

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

/* The choice of esp_input(), and its writes to the bytes. */
static u32 esp_decrypt(const struct skbcheck_call *call, const struct esp_input_decrypt_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb), *trailer;
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

static u32 zerocopy(const struct skbcheck_call *call, const struct skb_zerocopy_args *args)
{
	struct sk_buff *to = skbcheck_skb_of(args->to), *from = skbcheck_skb_of(args->from);
	u32 len = args->len;
	u32 hlen = min(skb_zerocopy_headlen(from), len);
	int error;

	if (to == from || to->len || len > from->len || hlen > skb_tailroom(to))
		return SKBCHECK_BAD_CALL;
	error = skb_zerocopy(to, from, len, hlen);
	if (error) {
		skbcheck_unbind(args->to);
		kfree_skb(to);
	}
	return error;
}

static u32 extract(const struct skbcheck_call *call, const struct pskb_extract_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	u32 off = args->off, len = args->to_copy;

	if (off >= skb->len || len > skb->len - off)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, pskb_extract(skb, off, len, GFP_ATOMIC | __GFP_NOWARN));
}

/* A driver's receive with header split: the head, then whole pages. */
static u32 rx_header_split(const struct skbcheck_call *call,
			   const struct rx_header_split_args *args)
{
	u32 headlen = args->headlen, pages = args->pages, last = args->last, i;
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

SKBCHECK_COMMAND(esp_input_decrypt, esp_decrypt);
SKBCHECK_COMMAND(skb_zerocopy, zerocopy);
SKBCHECK_COMMAND(pskb_extract, extract);
SKBCHECK_COMMAND(rx_header_split, rx_header_split);
