// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Segmentation: GSO skbs, and the lists on skb->next that skb_segment(), skb_segment_list(),
 * tcp_gso_segment() and __udp_gso_segment() make of them. The functions are called as a protocol's
 * gso_segment() is called by skb_mac_gso_segment(), with the header offsets set right before.
 */
#include <linux/if_ether.h>
#include <linux/kallsyms.h>
#include <linux/log2.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/sock.h>
#include <net/udp.h>
#include "core/command.h"
#include "core/system.h"
#include "observe/observe.h"
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <net/gso.h>
#endif

/* The words of skb_gso_set()'s gso_type, and of the argument `features` of every segmentation. */
static const u32 types[] = {
	[ilog2(skb_gso_set_gso_type_tcpv4)] = SKB_GSO_TCPV4,
	[ilog2(skb_gso_set_gso_type_udp_l4)] = SKB_GSO_UDP_L4,
	[ilog2(skb_gso_set_gso_type_sctp)] = SKB_GSO_SCTP,
	[ilog2(skb_gso_set_gso_type_dodgy)] = SKB_GSO_DODGY,
};
static const netdev_features_t features[] = {
	[ilog2(skb_segment_features_sg)] = NETIF_F_SG,
	[ilog2(skb_segment_features_csum)] = NETIF_F_HW_CSUM,
	[ilog2(skb_segment_features_fraglist)] = NETIF_F_FRAGLIST,
	[ilog2(skb_segment_features_tso)] = NETIF_F_TSO,
	[ilog2(skb_segment_features_udp_l4)] = NETIF_F_GSO_UDP_L4,
	[ilog2(skb_segment_features_partial)] = NETIF_F_GSO_PARTIAL,
	[ilog2(skb_segment_features_robust)] = NETIF_F_GSO_ROBUST,
};

/* Not exported: found by name. */
static struct sk_buff *(*tcp_segment)(struct sk_buff *skb, netdev_features_t features);
/* Not exported by 7.3. */
static struct sk_buff *(*udp_segment)(struct sk_buff *skb, netdev_features_t features, bool is_ipv6);

static netdev_features_t features_of(u32 words)
{
	netdev_features_t set = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		if (words & BIT(i))
			set |= features[i];
	return set;
}

static u32 gso_set(const struct skbcheck_call *call, const struct skb_gso_set_args *args)
{
	struct skb_shared_info *shared = skb_shinfo(skbcheck_skb_of(args->skb));
	u32 i;

	shared->gso_size = args->gso_size;
	shared->gso_segs = 0;
	shared->gso_type = 0;
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (args->gso_type & BIT(i))
			shared->gso_type |= types[i];
	return 0;
}

/* The name stands for the whole list from now on. */
static u32 bind_list(const struct skbcheck_call *call, struct sk_buff *first)
{
	skbcheck_bind(call->result, KIND_SKB, first)->of_skb.leads_list = first->next != NULL;
	return 1;
}

/* The MAC header is at data; the `headers` bytes behind it are pulled, so that data is at the transport header. */
static void pull_headers(struct sk_buff *skb, u32 headers)
{
	skb_reset_mac_header(skb);
	__skb_pull(skb, headers);
	skb_reset_network_header(skb);
	skb_reset_transport_header(skb);
	skb_reset_mac_len(skb);
	SKB_GSO_CB(skb)->mac_offset = skb->mac_header;
	SKB_GSO_CB(skb)->encap_level = 0;
	skb->protocol = htons(ETH_P_IP);
	skb->encapsulation = 0;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb->transport_header;
	skb->csum_offset = 0;
}

/* Pushes the headers again, as skb_mac_gso_segment() does afterwards in any case. */
static void push_headers(struct sk_buff *skb)
{
	__skb_push(skb, skb->data - skb_mac_header(skb));
}

static u32 segments(const struct skbcheck_call *call, struct sk_buff *skb, struct sk_buff *first)
{
	push_headers(skb);
	if (IS_ERR_OR_NULL(first))
		return PTR_ERR(first);
	return bind_list(call, first);
}

static bool may_segment(struct sk_buff *skb, u32 headers)
{
	return headers <= skb_headlen(skb) && headers <= 128 && !skb_shared(skb) && skb_shinfo(skb)->gso_size;
}

/* skb_segment(skb, headers, features, protocol) */
static u32 segment(const struct skbcheck_call *call, const struct skb_segment_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (!may_segment(skb, args->headers))
		return SKBCHECK_BAD_CALL;
	pull_headers(skb, args->headers);
	if (args->protocol)
		skb->protocol = 0;
	return segments(call, skb, skb_segment(skb, features_of(args->features)));
}

/* tcp_gso_segment(skb, headers, features) */
static u32 segment_tcp(const struct skbcheck_call *call, const struct tcp_gso_segment_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (!tcp_segment)
		return SKBCHECK_UNSUPPORTED;
	if (!may_segment(skb, args->headers) || skb_headlen(skb) < args->headers + sizeof(struct tcphdr))
		return SKBCHECK_BAD_CALL;
	pull_headers(skb, args->headers);
	return segments(call, skb, tcp_segment(skb, features_of(args->features)));
}

/* __udp_gso_segment(skb, headers, features) */
static u32 segment_udp(const struct skbcheck_call *call, const struct __udp_gso_segment_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (!udp_segment)
		return SKBCHECK_BAD_CALL;
	if (!may_segment(skb, args->headers) || skb_headlen(skb) < args->headers + sizeof(struct udphdr))
		return SKBCHECK_BAD_CALL;
	pull_headers(skb, args->headers);
	return segments(call, skb, udp_segment(skb, features_of(args->features), false));
}

/*
 * skb_segment_list(skb, headers, features): data of the members is at their network header, as GRO left it. The
 * original's reference is dropped in any case, as validate_xmit_skb() frees it.
 */
static u32 segment_list(const struct skbcheck_call *call, const struct skb_segment_list_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb), *member, *first;
	u32 headers = args->headers;

	if (headers > skb_headlen(skb) || skb_shared(skb) || !skb_has_frag_list(skb))
		return SKBCHECK_BAD_CALL;
	skb_walk_frags(skb, member) {
		if (skb_headroom(member) < headers)
			return SKBCHECK_BAD_CALL;
		skb_reset_network_header(member);
		skb_reset_transport_header(member);
	}
	pull_headers(skb, headers);
	skb_shinfo(skb)->gso_type |= SKB_GSO_FRAGLIST;
	first = skb_segment_list(skb, features_of(args->features), headers);
	skbcheck_unbind(args->skb);
	if (IS_ERR(first)) {
		kfree_skb(skb);
		return PTR_ERR(first);
	}
	consume_skb(skb);
	return bind_list(call, first);
}

static u32 mark_not_on_list(const struct skbcheck_call *call,
			    const struct skb_mark_not_on_list_args *args)
{
	struct skbcheck_object *object = skbcheck_object_of(args->skb);
	struct sk_buff *rest = object->skb->next;

	if (!object->of_skb.leads_list)
		return SKBCHECK_BAD_CALL;
	skb_mark_not_on_list(object->skb);
	object->of_skb.leads_list = false;
	return bind_list(call, rest);
}

static u32 kfree_list(const struct skbcheck_call *call, const struct kfree_skb_list_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (!skbcheck_object_of(args->skb)->of_skb.leads_list)
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->skb);
	kfree_skb_list(skb);
	return 0;
}

/* The list behind the skb becomes its frag_list, as reassembly does. */
static u32 gather_list(const struct skbcheck_call *call, const struct skb_gather_list_args *args)
{
	struct skbcheck_object *object = skbcheck_object_of(args->skb);
	struct sk_buff *skb = object->skb, *member;

	if (!object->of_skb.leads_list || skb_has_frag_list(skb))
		return SKBCHECK_BAD_CALL;
	object->of_skb.leads_list = false;
	skb_shinfo(skb)->frag_list = skb->next;
	skb_mark_not_on_list(skb);
	skb_walk_frags(skb, member) {
		skb->len += member->len;
		skb->data_len += member->len;
		skb->truesize += member->truesize;
	}
	return 0;
}

/*
 * A turn of the loop in kcm_sendmsg() that meets MAX_SKB_FRAGS and then user memory that is not mapped: the skb is
 * linked, nothing is copied into it, and it leaves the list again.
 */
static u32 kcm_sendmsg_fault(const struct skbcheck_call *call,
			     const struct kcm_sendmsg_fault_args *args)
{
	struct sk_buff *head = skbcheck_skb_of(args->skb), *tskb = alloc_skb(0, GFP_ATOMIC | __GFP_NOWARN), **link;

	if (!tskb)
		return -ENOMEM;
	for (link = &skb_shinfo(head)->frag_list; *link; link = &(*link)->next)
		;
	*link = tskb;
	*link = NULL;
	kfree_skb(tskb);
	return -EFAULT;
}

/* The charge of __tcp_transmit_skb(). */
static u32 tcp_set_owner_w(const struct skbcheck_call *call,
			   const struct tcp_set_owner_w_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (!skbcheck_tcp_wfree)
		return SKBCHECK_UNSUPPORTED;
	skb_orphan(skb);
	skb->sk = skbcheck_object_of(args->sock)->sk;
	skb->destructor = skbcheck_tcp_wfree;
	refcount_add(skb->truesize, &skb->sk->sk_wmem_alloc);
	return 0;
}

/*
 * Returns the start of a function. With IBT a probe sits behind the ENDBR, but the kernel compares destructors by their
 * starts.
 */
static void *start_of(void *address)
{
	char name[KSYM_SYMBOL_LEN];
	unsigned long offset;
	const char *plus;

	if (!address)
		return NULL;
	sprint_symbol(name, (unsigned long)address);
	plus = strchr(name, '+');
	if (!plus || sscanf(plus, "+0x%lx/", &offset) != 1)
		return NULL;
	return address - offset;
}

static int start(void)
{
	tcp_segment = skbcheck_find_function("tcp_gso_segment");
	udp_segment = skbcheck_find_function("__udp_gso_segment");
	skbcheck_tcp_wfree = start_of(skbcheck_find_function("tcp_wfree"));
	return 0;
}

SKBCHECK_COMMAND(skb_gso_set, gso_set);
SKBCHECK_COMMAND(skb_segment, segment);
SKBCHECK_COMMAND(skb_segment_list, segment_list);
SKBCHECK_COMMAND(tcp_gso_segment, segment_tcp);
SKBCHECK_COMMAND(skb_mark_not_on_list, mark_not_on_list);
SKBCHECK_COMMAND(kfree_skb_list, kfree_list);
SKBCHECK_COMMAND(__udp_gso_segment, segment_udp);
SKBCHECK_COMMAND(tcp_set_owner_w, tcp_set_owner_w);
SKBCHECK_COMMAND(skb_gather_list, gather_list);
SKBCHECK_COMMAND(kcm_sendmsg_fault, kcm_sendmsg_fault);

const struct skbcheck_system skbcheck_segment = { .start = start };
