// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Commands of a driver like mvneta. Its devices are registered and brought up only once, because that takes longer than
 * a program. Probe takes a free device. The driver opens and stops, as in mvneta_open() and mvneta_stop().
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include "dma/dma.h"
#include "fault/fault.h"
#include "mvneta/mvneta.h"

#define MTU_MAX 9676

static struct skbcheck_port ports[PORTS];

static struct skbcheck_port *port_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

/* Packets reach the stack, and end here. */
static rx_handler_result_t keep(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct skbcheck_port *port = rcu_dereference(skb->dev->rx_handler_data);

	if (port->delivered_count == DELIVERED_MAX)
		return RX_HANDLER_PASS;
	port->delivered[port->delivered_count++] = skb;
	return RX_HANDLER_CONSUMED;
}

static struct sk_buff *take_delivered(struct skbcheck_port *port)
{
	struct sk_buff *skb = port->delivered[0];

	port->delivered_count--;
	memmove(port->delivered, port->delivered + 1, port->delivered_count * sizeof(port->delivered[0]));
	return skb;
}

/* Only the command schedules the NAPI, and it calls the rest itself. */
static int no_poll(struct napi_struct *napi, int budget)
{
	return 0;
}

/* mvneta_probe(device, ring, txq, pass) */
static u32 probe(const struct skbcheck_call *call, const struct mvneta_probe_args *args)
{
	struct skbcheck_port *port;
	u32 i;

	for (i = 0; i < PORTS; i++)
		if (!ports[i].used)
			break;
	if (i == PORTS)
		return SKBCHECK_NO_ROOM;
	port = &ports[i];
	if (!args->ring || (u32)args->ring > RING_MAX || (u32)args->txq > TXQ_MAX)
		return SKBCHECK_BAD_CALL;
	if (args->pass && !SKBCHECK_HAS_RELEASE_PAGE)
		return SKBCHECK_UNSUPPORTED;
	port->used = true;
	port->device = skbcheck_object_of(args->device)->device;
	port->ring_size = args->ring;
	port->tx_size = args->txq;
	port->releases_on_pass = args->pass;
	port->prog = PROG(none);
	WRITE_ONCE(port->dev->mtu, ETH_DATA_LEN);
	memset(port->stats, 0, sizeof(port->stats));
	skbcheck_bind(call->result, KIND_PORT, port);
	return 1;
}

static u32 open_and_bind(struct skbcheck_port *port, u32 result)
{
	struct skbcheck_object *object;
	int error = skbcheck_port_open(port);

	if (error)
		return error;
	object = skbcheck_bind(result, KIND_POOL, port->pool);
	object->in_pool.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
	object->in_pool.device = port->device;
	return 0;
}

static u32 open_command(const struct skbcheck_call *call, const struct mvneta_open_args *args)
{
	if (port_of(args->port)->running)
		return SKBCHECK_BAD_CALL;
	return open_and_bind(port_of(args->port), call->result);
}

static u32 stop_command(const struct skbcheck_call *call, const struct mvneta_stop_args *args)
{
	if (!port_of(args->port)->running)
		return SKBCHECK_BAD_CALL;
	skbcheck_port_stop(port_of(args->port));
	return 0;
}

static void dma_write(struct skbcheck_port *port, struct port_rx_desc *desc, u32 bytes)
{
	skbcheck_write_pattern(page_address(desc->page) + RX_HEADROOM, bytes);
}

static bool receive_frame(struct skbcheck_port *port, u32 len, bool error)
{
	u32 size = MH_SIZE + len + FCS_LEN, buffers = DIV_ROUND_UP(size, MAX_RX_BUF_SIZE), i;

	if (buffers > port->non_occupied)
		return false;
	for (i = 0; i < buffers; i++) {
		struct port_rx_desc *desc = &port->descs[port->hw_next];

		port->hw_next = (port->hw_next + 1) % port->ring_size;
		/* A real device writes to address 0 here: the program is a finding already. */
		if (!desc->has_buffer)
			return false;
		dma_write(port, desc, min_t(u32, MAX_RX_BUF_SIZE, size - i * MAX_RX_BUF_SIZE));
		desc->status = (i ? 0 : RXD_FIRST) | (i + 1 < buffers ? 0 : RXD_LAST) |
			       (!i && error ? RXD_ERROR : 0);
		desc->data_size = i ? 0 : size;
	}
	port->non_occupied -= buffers;
	port->occupied += buffers;
	return true;
}

/* mvneta_receive(port, len, error, count): the part of the hardware. */
static u32 receive(const struct skbcheck_call *call, const struct mvneta_receive_args *args)
{
	struct skbcheck_port *port = port_of(args->port);
	u32 len = args->len, frames = 0;

	if (!port->running)
		return SKBCHECK_BAD_CALL;
	if (len > port->dev->mtu + ETH_HLEN + FCS_LEN)
		return 0;
	while (frames < args->count && receive_frame(port, len, args->error && !frames))
		frames++;
	return frames;
}

/* mvneta_poll(port, target?, budget, verdict, head, tail) */
static u32 poll(const struct skbcheck_call *call, const struct mvneta_poll_args *args)
{
	struct skbcheck_port *port = port_of(args->port);
	u32 ifindex = args->target < 0 ? 0 : port_of(args->target)->dev->ifindex;

	if (!port->running)
		return SKBCHECK_BAD_CALL;
	port->rxq.queue_index = (args->verdict & 7) | (args->head & 0x7f) << 3 | (args->tail & 0xfff) << 10 |
				ifindex << 22;
	local_bh_disable();
	skbcheck_net_enter();
	if (napi_schedule_prep(&port->napi)) {
		skbcheck_port_rx(port, args->budget);
		skbcheck_fault_disarm();
		napi_complete_done(&port->napi, 0);
	}
	skbcheck_net_leave();
	local_bh_enable();
	port->rxq.queue_index = 0;
	return 0;
}

static u32 rx_next(const struct skbcheck_call *call, const struct mvneta_rx_next_args *args)
{
	if (!port_of(args->port)->delivered_count)
		return SKBCHECK_BAD_CALL;
	return skbcheck_bind_skb(call, take_delivered(port_of(args->port)));
}

static u32 rx_drop(const struct skbcheck_call *call, const struct mvneta_rx_drop_args *args)
{
	struct skbcheck_port *port = port_of(args->port);
	u32 i;

	if (!port->delivered_count)
		return SKBCHECK_BAD_CALL;
	for (i = 0; i < args->count && port->delivered_count; i++)
		kfree_skb(take_delivered(port));
	return 0;
}

static u32 tx(const struct skbcheck_call *call, const struct mvneta_tx_args *args)
{
	struct skbcheck_port *port = port_of(args->port);
	struct sk_buff *skb = skbcheck_skb_of(args->skb);

	if (port->tx_count + skb_shinfo(skb)->nr_frags + 1 >= port->tx_size)
		return SKBCHECK_BAD_CALL;
	skbcheck_unbind(args->skb);
	local_bh_disable();
	skbcheck_port_start_xmit(skb, port->dev);
	local_bh_enable();
	return 0;
}

/* mvneta_tx_done(port, packets, napi) */
static u32 tx_done(const struct skbcheck_call *call, const struct mvneta_tx_done_args *args)
{
	struct skbcheck_port *port = port_of(args->port);

	local_bh_disable();
	skbcheck_net_enter();
	skbcheck_port_bufs_free(port, skbcheck_port_descs_of(port, args->packets), args->napi);
	skbcheck_net_leave();
	local_bh_enable();
	return 0;
}

/* mvneta_xdp_setup(port, prog) */
static u32 xdp_setup(const struct skbcheck_call *call, const struct mvneta_xdp_setup_args *args)
{
	struct skbcheck_port *port = port_of(args->port);
	u32 prog = args->prog;
	bool restarts = port->running && !port->prog != !prog;

	if (prog > PROG(frags))
		return SKBCHECK_BAD_CALL;
	if (prog == PROG(plain) && port->dev->mtu > MAX_RX_BUF_SIZE)
		return -EOPNOTSUPP;
	if (restarts)
		skbcheck_port_stop(port);
	port->prog = prog;
	return restarts ? open_and_bind(port, call->result) : 0;
}

static u32 change_mtu(const struct skbcheck_call *call, const struct mvneta_change_mtu_args *args)
{
	struct skbcheck_port *port = port_of(args->port);

	if (port->running || (u32)args->mtu > MTU_MAX)
		return SKBCHECK_BAD_CALL;
	if (port->prog == PROG(plain) && (u32)args->mtu > MAX_RX_BUF_SIZE)
		return -EINVAL;
	WRITE_ONCE(port->dev->mtu, args->mtu);
	return 0;
}

static u32 remove_command(const struct skbcheck_call *call, const struct mvneta_remove_args *args)
{
	struct skbcheck_port *port = port_of(args->port);

	if (port->running || port->delivered_count)
		return SKBCHECK_BAD_CALL;
	port->used = false;
	skbcheck_unbind(args->port);
	return 0;
}

void skbcheck_release_port(struct skbcheck_object *object)
{
	struct skbcheck_port *port = object->pointer;

	if (port->running)
		skbcheck_port_stop(port);
	while (port->delivered_count)
		kfree_skb(take_delivered(port));
	port->used = false;
}

/* Packets that the stack sends by itself are not the program's. */
static netdev_tx_t drop_foreign(struct sk_buff *skb, struct net_device *dev)
{
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops operations = {
	.ndo_start_xmit = drop_foreign,
	.ndo_xdp_xmit = skbcheck_port_xdp_xmit,
};

static int make_device(struct skbcheck_port *port)
{
	struct net_device *dev = alloc_etherdev(sizeof(struct skbcheck_port *));
	int error;

	if (!dev)
		return -ENOMEM;
	*(struct skbcheck_port **)netdev_priv(dev) = port;
	dev->netdev_ops = &operations;
	dev->max_mtu = MTU_MAX;
	/*
	 * While the device comes up, its MTU is too small for IPv6. So no timer of IPv6 sends anything at a moment of
	 * its own.
	 */
	dev->mtu = ETH_MIN_MTU;
	dev->flags |= IFF_NOARP;
	dev->features &= ~NETIF_F_GRO;
	dev->wanted_features = 0;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	dev->xdp_features = NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT | NETDEV_XDP_ACT_NDO_XMIT |
			    NETDEV_XDP_ACT_RX_SG | NETDEV_XDP_ACT_NDO_XMIT_SG;
#endif
	eth_hw_addr_random(dev);
	strscpy(dev->name, "skbport%d", IFNAMSIZ);
	error = register_netdev(dev);
	if (error) {
		free_netdev(dev);
		return error;
	}
	port->dev = dev;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
	netif_napi_add(dev, &port->napi, no_poll);
#endif
	napi_enable(&port->napi);
	rtnl_lock();
	/* register_netdev() adds software GRO to every device. */
	dev->wanted_features &= ~NETIF_F_GRO;
	netdev_update_features(dev);
	error = dev_open(dev, NULL);
	if (!error)
		error = netdev_rx_handler_register(dev, keep, port);
	rtnl_unlock();
	return error;
}

static void stop(void)
{
	u32 i;

	for (i = 0; i < PORTS; i++) {
		struct skbcheck_port *port = &ports[i];

		if (!port->dev)
			continue;
		rtnl_lock();
		netdev_rx_handler_unregister(port->dev);
		dev_close(port->dev);
		rtnl_unlock();
		napi_disable(&port->napi);
		netif_napi_del(&port->napi);
		unregister_netdev(port->dev);
		free_netdev(port->dev);
		port->dev = NULL;
	}
	skbcheck_port_progs_stop();
}

static int start(void)
{
	int error = skbcheck_port_progs_start();
	u32 i;

	for (i = 0; i < PORTS && !error; i++)
		error = make_device(&ports[i]);
	if (error) {
		pr_err("skbcheck: the ports cannot be made: %d\n", error);
		stop();
	}
	return error;
}

SKBCHECK_COMMAND(mvneta_probe, probe);
SKBCHECK_COMMAND(mvneta_open, open_command);
SKBCHECK_COMMAND(mvneta_receive, receive);
SKBCHECK_COMMAND(mvneta_poll, poll);
SKBCHECK_COMMAND(mvneta_rx_next, rx_next);
SKBCHECK_COMMAND(mvneta_tx, tx);
SKBCHECK_COMMAND(mvneta_tx_done, tx_done);
SKBCHECK_COMMAND(mvneta_xdp_setup, xdp_setup);
SKBCHECK_COMMAND(mvneta_change_mtu, change_mtu);
SKBCHECK_COMMAND(mvneta_stop, stop_command);
SKBCHECK_COMMAND(mvneta_remove, remove_command);
SKBCHECK_COMMAND(mvneta_rx_drop, rx_drop);

const struct skbcheck_system skbcheck_mvneta = {
	.start = start,
	.stop = stop,
};
