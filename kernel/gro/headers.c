// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Headers of the flows' packets, byte by byte as src/commands/gro/packet_headers.ts makes them. */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>
#include "core/command.h"
#include "gro/gro.h"
#include "made/flows.h"

/* The words of `proto` and `odd` are those of every command that writes a packet. */
#define PROTO(word) skb_push_headers_proto_##word
#define ODD(word) skb_push_headers_odd_##word

/* Hardware verified the checksum, so the stack does not check it again. */
#define CHECK 0x5bc5

static const u8 timestamp_option[] = { 1, 1, 8, 10, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };

u32 skbcheck_header_length(const struct skbcheck_packet *packet)
{
	if ((u32)packet->flow >= ARRAY_SIZE(skbcheck_flows))
		return 0;
	switch (packet->proto) {
	case PROTO(tcp):
		return ETH_HLEN + sizeof(struct iphdr) + sizeof(struct tcphdr) +
		       (packet->options == 1 ? sizeof(timestamp_option) : 0);
	case PROTO(udp):
		return ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr);
	case PROTO(arp):
	case PROTO(ethernet):
		return ETH_HLEN;
	}
	return 0;
}

static void write_tcp(u8 *to, const struct skbcheck_flow *flow, const struct skbcheck_packet *packet)
{
	struct tcphdr *th = (struct tcphdr *)to;
	bool options = packet->options == 1;
	u32 odd = packet->odd;

	memset(th, 0, sizeof(*th));
	th->source = htons(flow->sport);
	th->dest = htons(flow->dport);
	th->seq = htonl(flow->seq + packet->seq);
	th->ack_seq = htonl(flow->ack + (odd & ODD(other_ack) ? 1 : 0));
	to[12] = (odd & ODD(short_doff) ? 4 : 5 + (options ? sizeof(timestamp_option) / 4 : 0)) << 4;
	to[13] = packet->flags;
	th->window = htons(odd & ODD(other_window) ? 501 : 502);
	th->check = (__force __sum16)htons(CHECK);
	if (!options)
		return;
	memcpy(th + 1, timestamp_option, sizeof(timestamp_option));
	if (odd & ODD(other_option))
		to[sizeof(*th) + 7] ^= 1;
}

static void write_udp(u8 *to, const struct skbcheck_flow *flow, const struct skbcheck_packet *packet, u32 payload)
{
	struct udphdr *uh = (struct udphdr *)to;
	u32 odd = packet->odd;

	uh->source = htons(flow->sport);
	uh->dest = htons(flow->dport);
	uh->len = htons(sizeof(*uh) + payload - (odd & ODD(short_udp_len) ? 1 : 0));
	uh->check = (__force __sum16)htons(odd & ODD(no_udp_csum) ? 0 : CHECK);
}

static void write_ip(u8 *to, const struct skbcheck_flow *flow, const struct skbcheck_packet *packet, u32 bytes)
{
	struct iphdr *iph = (struct iphdr *)to;
	u32 odd = packet->odd;
	u16 frag_off = (odd & ODD(may_fragment) ? 0 : IP_DF) | (odd & ODD(more_fragments) ? IP_MF : 0) |
		       (odd & ODD(reserved) ? IP_CE : 0);

	memset(iph, 0, sizeof(*iph));
	to[0] = odd & ODD(ip_options) ? 0x46 : 0x45;
	iph->tos = odd & ODD(other_tos) ? 0x10 : 0;
	iph->tot_len = htons(sizeof(*iph) + bytes - (odd & ODD(padded) ? 1 : 0));
	iph->id = htons(packet->id);
	iph->frag_off = htons(frag_off);
	iph->ttl = odd & ODD(other_ttl) ? 63 : 64;
	iph->protocol = packet->proto == PROTO(tcp) ? IPPROTO_TCP : IPPROTO_UDP;
	iph->saddr = htonl(flow->saddr);
	iph->daddr = htonl(flow->daddr);
	iph->check = ip_fast_csum(iph, sizeof(*iph) / 4);
	if (odd & ODD(bad_ip_csum))
		iph->check ^= (__force __sum16)htons(1);
}

void skbcheck_write_headers(u8 *to, const struct skbcheck_packet *packet, u32 payload)
{
	const struct skbcheck_flow *flow = &skbcheck_flows[packet->flow];
	u32 length = skbcheck_header_length(packet);

	memcpy(to, flow->macs, sizeof(flow->macs));
	to[12] = 0x08;
	to[13] = packet->proto == PROTO(arp) ? 0x06 : 0x00;
	if (length == ETH_HLEN)
		return;
	to += ETH_HLEN;
	write_ip(to, flow, packet, length - ETH_HLEN - sizeof(struct iphdr) + payload);
	to += sizeof(struct iphdr);
	if (packet->proto == PROTO(tcp))
		write_tcp(to, flow, packet);
	else
		write_udp(to, flow, packet, payload);
}
