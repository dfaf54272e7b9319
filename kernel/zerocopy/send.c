// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Senders of user memory: it enters skbs by zerocopy, and transmissions fail. */
#include <linux/bvec.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/sock.h>
#include "core/command.h"
#include "zerocopy/zerocopy.h"

#define ORDER_MAX 3u

/* Pays for the memory of skbs without a socket. It is a stream, so skb->sk is not read, and it has no accounting. */
static struct proto protocol = { .name = "skbcheck_payer" };
static struct sock payer = { .sk_type = SOCK_STREAM };

/* Makes new pages. The owner returns them when it is completed, as a process does that waits for its memory. */
static u32 make_memory(struct skbcheck_uarg *uarg, struct bio_vec *bvecs, u32 len, u32 order)
{
	u32 size = PAGE_SIZE << order, count = 0;

	while (len) {
		struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_NOWARN, order);
		u32 part = min(len, size);

		if (!page)
			return 0;
		uarg->pinned[uarg->pinned_pages++] = page;
		skbcheck_write_pattern(page_address(page), part);
		bvec_set_page(&bvecs[count++], page, part, 0);
		len -= part;
	}
	return count;
}

static u32 iter_stream(const struct skbcheck_call *call,
		       const struct skb_zerocopy_iter_stream_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	struct skbcheck_uarg *uarg = skbcheck_object_of(args->uarg)->uarg;
	u32 len = args->len, order = args->order, count;
	struct bio_vec bvecs[MAX_SKB_FRAGS];
	struct msghdr msg = {};

	if (skb_zcopy(skb) && skb_zcopy(skb) != &uarg->ubuf)
		return -EEXIST;
	if (order > ORDER_MAX)
		return SKBCHECK_BAD_CALL;
	count = DIV_ROUND_UP(len, PAGE_SIZE << order);
	if (!count || count > MAX_SKB_FRAGS - skb_shinfo(skb)->nr_frags || count > UARG_PAGES_MAX - uarg->pinned_pages)
		return SKBCHECK_BAD_CALL;
	if (make_memory(uarg, bvecs, len, order) != count)
		return SKBCHECK_NO_ROOM;
	iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, bvecs, count, len);
	payer.sk_prot = &protocol;
	return skbcheck_zerocopy_iter_stream(&payer, skb, &msg, len, &uarg->ubuf);
}

static u32 tx_error(const struct skbcheck_call *call, const struct skb_tx_error_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	skbcheck_unbind(args->skb);
	skb_tx_error(skb);
	kfree_skb(skb);
	return 0;
}

SKBCHECK_COMMAND(skb_zerocopy_iter_stream, iter_stream);
SKBCHECK_COMMAND(skb_tx_error, tx_error);
