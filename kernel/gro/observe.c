// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The words of a NAPI. */
#include <net/gro.h>
#include "core/system.h"
#include "gro/gro.h"
#include "observe/observe.h"

static u32 *put_one(u32 *w, struct sk_buff *skb)
{
	if (!skbcheck_room_for_run(w))
		return w;
	*w++ = 1;
	return skbcheck_put_skb_index(w, skb);
}

/* The observation's stamp lies in skb->cb, which is GRO's while the packet is held. */
static u32 *put_held(u32 *w, struct sk_buff *skb)
{
	u8 kept[sizeof(struct skbcheck_stamp)];

	memcpy(kept, skb->cb, sizeof(kept));
	w = put_one(w, skb);
	memcpy(skb->cb, kept, sizeof(kept));
	if (skbcheck_room_for_run(w))
		*w++ = NAPI_GRO_CB(skb)->count;
	return w;
}

static u32 *put_bucket(u32 *w, struct gro_list *bucket)
{
	struct sk_buff *skb;

	*w++ = bucket->count;
	list_for_each_entry(skb, &bucket->list, list)
		w = put_held(w, skb);
	*w++ = 0;
	return w;
}

u32 *skbcheck_observe_napi(u32 *w, struct skbcheck_object *object)
{
	struct skbcheck_gro_device *device = object->pointer;
	struct napi_struct *napi = &device->napi;
	struct sk_buff *skb;
	u32 i;

	*w++ = SKBCHECK_GRO_BITMASK(napi);
	for (i = 0; i < GRO_HASH_BUCKETS; i++)
		if (SKBCHECK_GRO_HASH(napi)[i].count)
			w = put_bucket(w, &SKBCHECK_GRO_HASH(napi)[i]);
	*w++ = SKBCHECK_GRO_RX(napi)->rx_count;
	list_for_each_entry(skb, &SKBCHECK_GRO_RX(napi)->rx_list, list)
		w = put_one(w, skb);
	*w++ = 0;
	skb_queue_walk(&device->received, skb)
		w = put_one(w, skb);
	*w++ = 0;
	if (napi->skb)
		return put_one(w, napi->skb);
	*w++ = 0;
	return w;
}
