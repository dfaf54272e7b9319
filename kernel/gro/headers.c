// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Headers of the flows' packets, byte by byte as src/commands/packet_headers.ts makes them. */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>
#include "gro/flows.h"
#include "gro/gro.h"

enum { ARG_PROTO, ARG_FLOW, ARG_SEQ, ARG_ID, ARG_FLAGS, ARG_OPTIONS, ARG_ODD };
enum { PROTO_TCP, PROTO_UDP, PROTO_ARP, PROTO_ETHERNET, PROTO_COUNT };
enum {
	ODD_BAD_IP_CSUM = BIT(0),
	ODD_IP_OPTIONS = BIT(1),
	ODD_MORE_FRAGMENTS = BIT(2),
	ODD_RESERVED = BIT(3),
	ODD_PADDED = BIT(4),
	ODD_MAY_FRAGMENT = BIT(5),
	ODD_OTHER_TTL = BIT(6),
	ODD_OTHER_TOS = BIT(7),
	ODD_OTHER_ACK = BIT(8),
	ODD_OTHER_WINDOW = BIT(9),
	ODD_OTHER_OPTION = BIT(10),
	ODD_SHORT_DOFF = BIT(11),
	ODD_NO_UDP_CSUM = BIT(12),
	ODD_SHORT_UDP_LEN = BIT(13),
};

/* Hardware verified it: nobody looks. */
#define CHECK 0x5bc5

static const u8 timestamp_option[] = { 1, 1, 8, 10, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };

u32 skbcheck_header_length(const s32 *args)
{
	if ((u32)args[ARG_FLOW] >= ARRAY_SIZE(skbcheck_flows))
		return 0;
	switch (args[ARG_PROTO]) {
	case PROTO_TCP:
		return ETH_HLEN + sizeof(struct iphdr) + sizeof(struct tcphdr) +
		       (args[ARG_OPTIONS] == 1 ? sizeof(timestamp_option) : 0);
	case PROTO_UDP:
		return ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr);
	case PROTO_ARP:
	case PROTO_ETHERNET:
		return ETH_HLEN;
	}
	return 0;
}

static void write_tcp(u8 *to, const struct skbcheck_flow *flow, const s32 *args)
{
	struct tcphdr *th = (struct tcphdr *)to;
	bool options = args[ARG_OPTIONS] == 1;
	u32 odd = args[ARG_ODD];

	memset(th, 0, sizeof(*th));
	th->source = htons(flow->sport);
	th->dest = htons(flow->dport);
	th->seq = htonl(flow->seq + args[ARG_SEQ]);
	th->ack_seq = htonl(flow->ack + (odd & ODD_OTHER_ACK ? 1 : 0));
	to[12] = (odd & ODD_SHORT_DOFF ? 4 : 5 + (options ? sizeof(timestamp_option) / 4 : 0)) << 4;
	to[13] = args[ARG_FLAGS];
	th->window = htons(odd & ODD_OTHER_WINDOW ? 501 : 502);
	th->check = (__force __sum16)htons(CHECK);
	if (!options)
		return;
	memcpy(th + 1, timestamp_option, sizeof(timestamp_option));
	if (odd & ODD_OTHER_OPTION)
		to[sizeof(*th) + 7] ^= 1;
}

static void write_udp(u8 *to, const struct skbcheck_flow *flow, const s32 *args, u32 payload)
{
	struct udphdr *uh = (struct udphdr *)to;
	u32 odd = args[ARG_ODD];

	uh->source = htons(flow->sport);
	uh->dest = htons(flow->dport);
	uh->len = htons(sizeof(*uh) + payload - (odd & ODD_SHORT_UDP_LEN ? 1 : 0));
	uh->check = (__force __sum16)htons(odd & ODD_NO_UDP_CSUM ? 0 : CHECK);
}

static void write_ip(u8 *to, const struct skbcheck_flow *flow, const s32 *args, u32 bytes)
{
	struct iphdr *iph = (struct iphdr *)to;
	u32 odd = args[ARG_ODD];
	u16 frag_off = (odd & ODD_MAY_FRAGMENT ? 0 : IP_DF) | (odd & ODD_MORE_FRAGMENTS ? IP_MF : 0) | (odd & ODD_RESERVED ? IP_CE : 0);

	memset(iph, 0, sizeof(*iph));
	to[0] = odd & ODD_IP_OPTIONS ? 0x46 : 0x45;
	iph->tos = odd & ODD_OTHER_TOS ? 0x10 : 0;
	iph->tot_len = htons(sizeof(*iph) + bytes - (odd & ODD_PADDED ? 1 : 0));
	iph->id = htons(args[ARG_ID]);
	iph->frag_off = htons(frag_off);
	iph->ttl = odd & ODD_OTHER_TTL ? 63 : 64;
	iph->protocol = args[ARG_PROTO] == PROTO_TCP ? IPPROTO_TCP : IPPROTO_UDP;
	iph->saddr = htonl(flow->saddr);
	iph->daddr = htonl(flow->daddr);
	iph->check = ip_fast_csum(iph, sizeof(*iph) / 4);
	if (odd & ODD_BAD_IP_CSUM)
		iph->check ^= (__force __sum16)htons(1);
}

void skbcheck_write_headers(u8 *to, const s32 *args, u32 payload)
{
	const struct skbcheck_flow *flow = &skbcheck_flows[args[ARG_FLOW]];
	u32 length = skbcheck_header_length(args);

	memcpy(to, flow->macs, sizeof(flow->macs));
	to[12] = 0x08;
	to[13] = args[ARG_PROTO] == PROTO_ARP ? 0x06 : 0x00;
	if (length == ETH_HLEN)
		return;
	to += ETH_HLEN;
	write_ip(to, flow, args, length - ETH_HLEN - sizeof(struct iphdr) + payload);
	to += sizeof(struct iphdr);
	if (args[ARG_PROTO] == PROTO_TCP)
		write_tcp(to, flow, args);
	else
		write_udp(to, flow, args, payload);
}
