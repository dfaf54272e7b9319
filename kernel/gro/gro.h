/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What the files of the GRO system share. */
#ifndef SKBCHECK_GRO_H
#define SKBCHECK_GRO_H

#include <linux/netdevice.h>
#include "core/objects.h"

/* A device of the module's, its NAPI, and what its rx_handler was given. */
struct skbcheck_gro_device {
	struct net_device *netdev;
	struct napi_struct napi;
	struct sk_buff_head received;
	bool used;
};

/*
 * gro/headers.c. The arguments that say what headers a packet has: proto, flow, seq, id, flags, options, odd.
 * Bytes of headers that they ask for; 0: they ask for what there is not.
 */
u32 skbcheck_header_length(const s32 *args);
/* Writes them before `payload` bytes, as src/commands/packet_headers.ts does. */
void skbcheck_write_headers(u8 *to, const s32 *args, u32 payload);

/* gro/observe.c */
u32 *skbcheck_observe_napi(u32 *w, struct skbcheck_object *object);

#endif /* SKBCHECK_GRO_H */
