/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Devices of the GRO system, and headers of packets. */
#ifndef SKBCHECK_GRO_H
#define SKBCHECK_GRO_H

#include <linux/netdevice.h>
#include "core/objects.h"

/* A device of the module's, its NAPI, and the packets that its rx_handler received. */
struct skbcheck_gro_device {
	struct net_device *netdev;
	struct napi_struct napi;
	struct sk_buff_head received;
	bool used;
};

/* The arguments that describe the headers of a packet. Every command that writes a packet has them. */
struct skbcheck_packet {
	u32 proto;
	u32 flow;
	u32 seq;
	u32 id;
	u32 flags;
	u32 options;
	u32 odd;
};

#define SKBCHECK_PACKET(args)                                                                       \
	{                                                                                           \
		.proto = (args)->proto, .flow = (args)->flow, .seq = (args)->seq, .id = (args)->id, \
		.flags = (args)->flags, .options = (args)->options, .odd = (args)->odd,             \
	}

/* ---- headers.c ---- */
/* Returns the bytes of headers; 0 where the arguments ask for headers that do not exist. */
u32 skbcheck_header_length(const struct skbcheck_packet *packet);
/* Writes the headers before `payload` bytes, as src/commands/gro/packet_headers.ts does. */
void skbcheck_write_headers(u8 *to, const struct skbcheck_packet *packet, u32 payload);

#endif /* SKBCHECK_GRO_H */
