/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The part of the skb commands that other systems use. */
#ifndef SKBCHECK_SKB_H
#define SKBCHECK_SKB_H

#include <linux/skbuff.h>

/* As the command napi_alloc_skb; the caller binds it. */
struct sk_buff *skbcheck_napi_alloc_skb(u32 len);

#endif /* SKBCHECK_SKB_H */
