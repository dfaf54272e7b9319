// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * GRO on devices of the module's own. Each has a NAPI instance that nothing schedules. Commands stand for its polls:
 * they run in the task that executes them, with bottom halves disabled. An rx_handler takes the packets that reach the
 * stack, in order.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>
#include <net/gro.h>
#include <net/sock.h>
#include "core/command.h"
#include "core/system.h"
#include "gro/gro.h"

#define DEVICES 4
#define FEATURES (NETIF_F_GRO | NETIF_F_GRO_FRAGLIST | NETIF_F_GRO_UDP_FWD)
/* The age that jiffies_pass gives to held packets. No packet reaches LONG_AGO by itself. */
#define LONG_AGO (100 * HZ)

static struct skbcheck_gro_device devices[DEVICES];

static struct skbcheck_gro_device *device_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

/* ---- the devices ---- */

static netdev_tx_t drop(struct sk_buff *skb, struct net_device *netdev)
{
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops netdev_ops = { .ndo_start_xmit = drop };

static int no_poll(struct napi_struct *napi, int budget)
{
	return 0;
}

static rx_handler_result_t catch_packet(struct sk_buff **packet)
{
	struct skbcheck_gro_device *device = rcu_dereference((*packet)->dev->rx_handler_data);

	__skb_queue_tail(&device->received, *packet);
	return RX_HANDLER_CONSUMED;
}

static int start_device(struct skbcheck_gro_device *device)
{
	int error;

	skb_queue_head_init(&device->received);
	device->netdev = alloc_netdev(0, "skbgro%d", NET_NAME_UNKNOWN, ether_setup);
	if (!device->netdev)
		return -ENOMEM;
	device->netdev->netdev_ops = &netdev_ops;
	rtnl_lock();
	error = register_netdevice(device->netdev);
	if (!error)
		error = netdev_rx_handler_register(device->netdev, catch_packet, device);
	rtnl_unlock();
	return error;
}

static void stop_device(struct skbcheck_gro_device *device)
{
	if (!device->netdev)
		return;
	rtnl_lock();
	if (device->netdev->reg_state == NETREG_REGISTERED) {
		netdev_rx_handler_unregister(device->netdev);
		unregister_netdevice(device->netdev);
	}
	rtnl_unlock();
	free_netdev(device->netdev);
	device->netdev = NULL;
}

static void stop(void)
{
	u32 i;

	for (i = 0; i < DEVICES; i++)
		stop_device(&devices[i]);
}

static int start(void)
{
	u32 i;

	for (i = 0; i < DEVICES; i++) {
		int error = start_device(&devices[i]);

		if (error) {
			stop();
			return error;
		}
	}
	return 0;
}

/* ---- commands ---- */

static void set_max_size(struct net_device *netdev, u32 bytes)
{
	netdev->gro_max_size = bytes;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	netdev->gro_ipv4_max_size = bytes;
#endif
}

static u32 napi_add(const struct skbcheck_call *call, const struct netif_napi_add_args *args)
{
	netdev_features_t features = args->features & netif_napi_add_features_no_gro ? 0 : NETIF_F_GRO;
	u32 i;

	for (i = 0; i < DEVICES; i++)
		if (!devices[i].used)
			break;
	if (i == DEVICES)
		return SKBCHECK_NO_ROOM;
	if (args->features & netif_napi_add_features_fraglist)
		features |= NETIF_F_GRO_FRAGLIST;
	if (args->features & netif_napi_add_features_udp_fwd)
		features |= NETIF_F_GRO_UDP_FWD;
	devices[i].netdev->features &= ~FEATURES;
	devices[i].netdev->features |= features;
	set_max_size(devices[i].netdev, args->gro_max_size);
	memset(&devices[i].napi, 0, sizeof(devices[i].napi));
	netif_napi_add(devices[i].netdev, &devices[i].napi, no_poll);
	devices[i].used = true;
	skbcheck_bind(call->result, KIND_NAPI, &devices[i]);
	return 1;
}

/* Does what gro_normal_list() does, which is for the core only. */
static void deliver(struct napi_struct *napi)
{
	if (!SKBCHECK_GRO_RX(napi)->rx_count)
		return;
	netif_receive_skb_list(&SKBCHECK_GRO_RX(napi)->rx_list);
	INIT_LIST_HEAD(&SKBCHECK_GRO_RX(napi)->rx_list);
	SKBCHECK_GRO_RX(napi)->rx_count = 0;
}

static void delete(struct skbcheck_gro_device *device)
{
	netif_napi_del(&device->napi);
	__skb_queue_purge(&device->received);
	device->used = false;
}

static u32 napi_del(const struct skbcheck_call *call, const struct netif_napi_del_args *args)
{
	struct skbcheck_gro_device *device = device_of(args->napi);

	skbcheck_unbind(args->napi);
	delete(device);
	return 0;
}

static u32 push_headers(const struct skbcheck_call *call, const struct skb_push_headers_args *args)
{
	const struct skbcheck_packet packet = SKBCHECK_PACKET(args);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	u32 length = skbcheck_header_length(&packet), payload = skb->len;

	if (!length || length > skb_headroom(skb))
		return SKBCHECK_BAD_CALL;
	skbcheck_write_headers(skb_push(skb, length), &packet, payload);
	return 0;
}

static u32 write_packet(const struct skbcheck_call *call,
			const struct device_write_packet_args *args)
{
	const struct skbcheck_packet packet = SKBCHECK_PACKET(args);
	struct skbcheck_object *region = skbcheck_object_of(args->page);
	u32 length = skbcheck_header_length(&packet), offset = args->offset, payload = args->len;
	u32 end = skbcheck_region_end(region);

	if (!length || offset > end || payload > end || offset + length + payload > end)
		return SKBCHECK_BAD_CALL;
	skbcheck_write_headers(skbcheck_region_address(region) + offset, &packet, payload);
	if (payload)
		skbcheck_write_pattern(skbcheck_region_address(region) + offset + length, payload);
	return 0;
}

static u32 put_packet(const struct skbcheck_call *call, const struct skb_put_packet_args *args)
{
	const struct skbcheck_packet packet = SKBCHECK_PACKET(args);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	u32 length = skbcheck_header_length(&packet), payload = args->len;
	u8 *to;

	if (!length || payload > skb_tailroom(skb) || length + payload > skb_tailroom(skb))
		return SKBCHECK_BAD_CALL;
	to = skb_put(skb, length + payload);
	skbcheck_write_headers(to, &packet, payload);
	if (payload)
		skbcheck_write_pattern(to + length, payload);
	return 0;
}

/* Prepares the skb for napi_gro_receive() as veth and drivers do. */
static u32 gro_receive(const struct skbcheck_call *call, const struct napi_gro_receive_args *args)
{
	struct skbcheck_gro_device *device = device_of(args->napi);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (skb_headlen(skb) < ETH_HLEN || skb_shared(skb))
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->skb);
	skb_prepare_for_gro(skb);
	skb->protocol = eth_type_trans(skb, device->netdev);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->csum_level = 0;
	skb_set_hash(skb, args->hash, PKT_HASH_TYPE_L4);
	return napi_gro_receive(&device->napi, skb);
}

static struct sk_buff *get_frags(s32 napi)
{
	struct sk_buff *skb = napi_get_frags(&device_of(napi)->napi);

	if (skb)
		skbcheck_mark_opaque(skb);
	return skb;
}

static u32 get_frags_command(const struct skbcheck_call *call, const struct napi_get_frags_args *args)
{
	return get_frags(args->napi) ? 1 : 0;
}

static u32 free_frags(const struct skbcheck_call *call, const struct napi_free_frags_args *args)
{
	napi_free_frags(&device_of(args->napi)->napi);
	return 0;
}

static u32 add_frag(const struct skbcheck_call *call, const struct napi_add_rx_frag_args *args)
{
	const struct skbcheck_object *region = skbcheck_object_of(args->page);
	u32 end = skbcheck_region_end(region);
	struct sk_buff *skb;

	if ((u32)args->offset > end || (u32)args->size > end - args->offset)
		return SKBCHECK_BAD_CALL;
	skb = get_frags(args->napi);
	if (!skb)
		return 0;
	if (skb_shinfo(skb)->nr_frags >= MAX_SKB_FRAGS)
		return SKBCHECK_BAD_CALL;
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, region->page, region->region.offset + args->offset, args->size,
			args->truesize);
	if (region->region.of_pool)
		skb_mark_for_recycle(skb);
	skbcheck_unbind(args->page);
	return 0;
}

/* skb_add_rx_frag(skb, page, offset, size, truesize) `count` times with the same bytes. */
static u32 add_frags(const struct skbcheck_call *call, const struct skb_add_rx_frags_args *args)
{
	const struct skbcheck_object *region = skbcheck_object_of(args->page);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	u32 end = skbcheck_region_end(region), i;

	if (region->region.of_pool || (u32)args->count > MAX_SKB_FRAGS ||
	    skb_shinfo(skb)->nr_frags + args->count > MAX_SKB_FRAGS ||
	    (u32)args->offset > end || (u32)args->size > end - args->offset)
		return SKBCHECK_BAD_CALL;
	for (i = 0; i < args->count; i++) {
		get_page(region->page);
		skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, region->page, region->region.offset + args->offset,
				args->size, args->truesize);
	}
	return 0;
}

static u32 gro_frags(const struct skbcheck_call *call, const struct napi_gro_frags_args *args)
{
	struct napi_struct *napi = &device_of(args->napi)->napi;

	/* Without an Ethernet header napi_gro_frags() continues with NULL. */
	if (!napi->skb || napi->skb->len < ETH_HLEN)
		return SKBCHECK_BAD_CALL;
	napi->skb->ip_summed = CHECKSUM_UNNECESSARY;
	napi->skb->csum_level = 0;
	skb_set_hash(napi->skb, args->hash, PKT_HASH_TYPE_L4);
	return napi_gro_frags(napi);
}

static void for_each_held(struct napi_struct *napi, void (*visit)(struct sk_buff *skb))
{
	struct sk_buff *skb;
	u32 i;

	for (i = 0; i < GRO_HASH_BUCKETS; i++)
		list_for_each_entry(skb, &SKBCHECK_GRO_HASH(napi)[i].list, list)
			visit(skb);
}

static void make_old(struct sk_buff *skb)
{
	NAPI_GRO_CB(skb)->age = jiffies - LONG_AGO;
}

/* Gives the current jiffies to a packet that came after the last jiffies_pass: the clock does not make packets old. */
static void keep_young(struct sk_buff *skb)
{
	if (jiffies - NAPI_GRO_CB(skb)->age < LONG_AGO / 2)
		NAPI_GRO_CB(skb)->age = jiffies;
}

static u32 jiffies_pass(const struct skbcheck_call *call, const struct jiffies_pass_args *args)
{
	for_each_held(&device_of(args->napi)->napi, make_old);
	return 0;
}

static u32 flush(const struct skbcheck_call *call, const struct napi_gro_flush_args *args)
{
	struct napi_struct *napi = &device_of(args->napi)->napi;
	unsigned long flags;

	/* With interrupts off jiffies stands still, so a young packet stays young until the flush has ended. */
	local_irq_save(flags);
	for_each_held(napi, keep_young);
	napi_gro_flush(napi, args->flush_old);
	local_irq_restore(flags);
	return 0;
}

static u32 normal_list(const struct skbcheck_call *call, const struct gro_normal_list_args *args)
{
	deliver(&device_of(args->napi)->napi);
	return 0;
}

static u32 take(const struct skbcheck_call *call, const struct rx_handler_take_args *args)
{
	return skbcheck_bind_skb(call, __skb_dequeue(&device_of(args->napi)->received));
}

/* Describes a packet that the device merged, as drivers do. */
static u32 lro_set(const struct skbcheck_call *call, const struct skb_lro_set_args *args)
{
	struct sk_buff *skb = skbcheck_skb_of(args->skb);
	struct skb_shared_info *shared = skb_shinfo(skb);
	u32 headers = ETH_HLEN + sizeof(struct iphdr);

	if (skb_headlen(skb) < headers + sizeof(struct tcphdr) || !args->gso_size)
		return SKBCHECK_BAD_CALL;
	headers += ((struct tcphdr *)(skb->data + headers))->doff * 4;
	if (skb->len <= headers)
		return SKBCHECK_BAD_CALL;
	shared->gso_size = args->gso_size;
	shared->gso_type = SKB_GSO_TCPV4;
	shared->gso_segs = DIV_ROUND_UP(skb->len - headers, args->gso_size);
	return 0;
}

/* ---- the system ---- */

void skbcheck_release_napi(struct skbcheck_object *object)
{
	struct skbcheck_gro_device *device = object->pointer;

	local_bh_disable();
	deliver(&device->napi);
	local_bh_enable();
	delete(device);
}

SKBCHECK_COMMAND(netif_napi_add, napi_add);
SKBCHECK_COMMAND(netif_napi_del, napi_del);
SKBCHECK_COMMAND(skb_push_headers, push_headers);
SKBCHECK_COMMAND(device_write_packet, write_packet);
SKBCHECK_COMMAND(napi_gro_receive, gro_receive);
SKBCHECK_COMMAND(napi_get_frags, get_frags_command);
SKBCHECK_COMMAND(napi_add_rx_frag, add_frag);
SKBCHECK_COMMAND(napi_gro_frags, gro_frags);
SKBCHECK_COMMAND(napi_gro_flush, flush);
SKBCHECK_COMMAND(gro_normal_list, normal_list);
SKBCHECK_COMMAND(rx_handler_take, take);
SKBCHECK_COMMAND(jiffies_pass, jiffies_pass);
SKBCHECK_COMMAND(napi_free_frags, free_frags);
SKBCHECK_COMMAND(skb_put_packet, put_packet);
SKBCHECK_COMMAND(skb_add_rx_frags, add_frags);
SKBCHECK_COMMAND(skb_lro_set, lro_set);

const struct skbcheck_system skbcheck_gro = { .start = start, .stop = stop };
