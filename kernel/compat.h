/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* The differences between the kernels that the module is built against, in one place. */
#ifndef SKBCHECK_COMPAT_H
#define SKBCHECK_COMPAT_H

#include <linux/version.h>
#include <linux/skbuff.h>
#include <net/xdp.h>

/* page_pool.h was split into types.h and helpers.h in 6.6. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#include <net/page_pool/helpers.h>
#include <net/page_pool/types.h>
#else
#include <net/page_pool.h>
#endif

/* alloc_skb() takes small heads from a cache of their own since 6.3. */
#define SKBCHECK_HAS_SMALL_HEADS (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0))

#endif /* SKBCHECK_COMPAT_H */
