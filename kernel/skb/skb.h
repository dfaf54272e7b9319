/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The part of the skb commands that other systems use. */
#ifndef SKBCHECK_SKB_H
#define SKBCHECK_SKB_H

#include <linux/skbuff.h>

/* Makes an skb as the command napi_alloc_skb does. The caller binds the skb. */
struct sk_buff *skbcheck_napi_alloc_skb(u32 len);

#endif /* SKBCHECK_SKB_H */
