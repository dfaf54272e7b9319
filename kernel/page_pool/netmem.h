/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * net_iovs: memory of a device that the kernel cannot read. Here each has a page behind it, which only the module
 * knows: it stands for the memory of the device. Names and observations have that page in the place of the net_iov.
 */
#ifndef SKBCHECK_NETMEM_H
#define SKBCHECK_NETMEM_H

#include <linux/mm.h>
#include <linux/skbuff.h>
#include "core/compat.h"

/* A net_iov begins with a netmem_desc since 6.18. The profile that has the commands is of 7.3. */
#define SKBCHECK_HAS_NET_IOVS (LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0))

#if SKBCHECK_HAS_NET_IOVS
/* In page->private of the page behind a net_iov: the net_iov, with bit 0 set. */
static inline struct net_iov *skbcheck_niov_behind(const struct page *page)
{
	unsigned long word = page_private(page);

	return (word & 1) && (long)word < 0 ? (struct net_iov *)(word & ~1ul) : NULL;
}

struct page *skbcheck_page_behind(const struct net_iov *niov);

static inline struct page *skbcheck_frag_page(const skb_frag_t *frag)
{
	return skb_frag_is_net_iov(frag) ? skbcheck_page_behind(skb_frag_net_iov(frag)) : skb_frag_page(frag);
}

static inline u8 *skbcheck_frag_address(const skb_frag_t *frag)
{
	if (skb_frag_is_net_iov(frag))
		return page_address(skbcheck_page_behind(skb_frag_net_iov(frag))) + skb_frag_off(frag);
	return skb_frag_address(frag);
}

static inline netmem_ref skbcheck_netmem_of(struct page *page)
{
	struct net_iov *niov = skbcheck_niov_behind(page);

	return niov ? net_iov_to_netmem(niov) : page_to_netmem(page);
}
#else
static inline struct page *skbcheck_frag_page(const skb_frag_t *frag)
{
	return skb_frag_page(frag);
}

static inline u8 *skbcheck_frag_address(const skb_frag_t *frag)
{
	return skb_frag_address(frag);
}
#endif

#endif /* SKBCHECK_NETMEM_H */
