/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What other systems need of the skb commands. */
#ifndef SKBCHECK_SKB_H
#define SKBCHECK_SKB_H

#include <linux/skbuff.h>

/* As the command napi_alloc_skb; the caller binds it. */
struct sk_buff *skbcheck_napi_alloc_skb(u32 len);

#endif /* SKBCHECK_SKB_H */
