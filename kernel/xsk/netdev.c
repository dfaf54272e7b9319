// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Devices that AF_XDP sockets send through. A device is registered when a program first needs it, and stays
 * registered. Each program gets it in its initial state, with the features that it asks for.
 */
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include "observe/observe.h"
#include "xsk/xsk.h"

/* Bytes of headroom that a driver needs to push a header of its own. */
#define COW_HEADROOM 128
/* The words of the argument `mode`. */
#define MODE(word) netdev_set_mode_mode_##word

static struct skbcheck_netdev netdevs[XSK_NETDEVS];

static struct skbcheck_netdev *netdev_of(const struct net_device *dev)
{
	return *(struct skbcheck_netdev **)netdev_priv(dev);
}

static netdev_tx_t start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct skbcheck_netdev *netdev = netdev_of(dev);

	/* The program did not send packets of other families. */
	if (!skb->sk || skb->sk->sk_family != PF_XDP || netdev->mode == MODE(complete)) {
		dev_consume_skb_any(skb);
		return NETDEV_TX_OK;
	}
	if (netdev->mode == MODE(busy))
		return NETDEV_TX_BUSY;
	if (netdev->mode == MODE(cow) && skb_cow_head(skb, COW_HEADROOM)) {
		dev_kfree_skb_any(skb);
		return NETDEV_TX_OK;
	}
	__skb_queue_tail(&netdev->held, skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops operations = {
	.ndo_start_xmit = start_xmit,
};

static void setup(struct net_device *dev)
{
	dev->netdev_ops = &operations;
	dev->type = ARPHRD_VOID; /* no protocol configures itself on it */
	dev->flags = IFF_NOARP;
	dev->mtu = ETH_DATA_LEN;
	dev->tx_queue_len = 0;
	dev->priv_flags |= IFF_NO_QUEUE;
	/* With these features the stack neither linearizes nor checksums a packet. */
	dev->features = NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA;
	dev->hw_features = dev->features;
}

static int register_device(struct skbcheck_netdev *netdev)
{
	struct net_device *dev;
	int error;

	dev = alloc_netdev_mqs(sizeof(netdev), "skbcheck%d", NET_NAME_UNKNOWN, setup, XSK_QUEUES, XSK_QUEUES);
	if (!dev)
		return -ENOMEM;
	*(struct skbcheck_netdev **)netdev_priv(dev) = netdev;
	__skb_queue_head_init(&netdev->held);
	error = register_netdev(dev);
	if (error) {
		free_netdev(dev);
		return error;
	}
	rtnl_lock();
	error = dev_open(dev, NULL);
	rtnl_unlock();
	netdev->dev = dev;
	return error;
}

/* Sets the carrier bit alone: only senders read it, so the work that netif_carrier_off() starts is not needed. */
static void set_mode(struct skbcheck_netdev *netdev, u32 mode)
{
	netdev->mode = mode;
	if (mode == MODE(drop))
		set_bit(__LINK_STATE_NOCARRIER, &netdev->dev->state);
	else
		clear_bit(__LINK_STATE_NOCARRIER, &netdev->dev->state);
}

static u32 add(const struct skbcheck_call *call, const struct netdev_add_args *args)
{
	struct skbcheck_netdev *netdev = NULL;
	u32 i;

	for (i = 0; i < XSK_NETDEVS && !netdev; i++)
		if (!netdevs[i].used)
			netdev = &netdevs[i];
	if (!netdev)
		return SKBCHECK_NO_ROOM;
	if (!netdev->dev && register_device(netdev))
		return SKBCHECK_UNSUPPORTED;
	netdev->used = true;
	netdev->dev->needed_headroom = args->needed_headroom;
	netdev->dev->needed_tailroom = args->needed_tailroom;
	if (args->no_linear)
		netdev->dev->priv_flags |= IFF_TX_SKB_NO_LINEAR;
	else
		netdev->dev->priv_flags &= ~IFF_TX_SKB_NO_LINEAR;
	set_mode(netdev, MODE(hold));
	skbcheck_bind(call->result, KIND_NETDEV, netdev);
	return 1;
}

static u32 set_mode_command(const struct skbcheck_call *call, const struct netdev_set_mode_args *args)
{
	if ((u32)args->mode > MODE(cow))
		return SKBCHECK_BAD_CALL;
	set_mode(skbcheck_netdev_of(args->netdev), args->mode);
	return 0;
}

static u32 tx_next(const struct skbcheck_call *call, const struct netdev_tx_next_args *args)
{
	struct skbcheck_netdev *netdev = skbcheck_netdev_of(args->netdev);

	return skbcheck_bind_skb(call, args->newest ? __skb_dequeue_tail(&netdev->held) : __skb_dequeue(&netdev->held));
}

void skbcheck_release_netdev(struct skbcheck_object *object)
{
	struct skbcheck_netdev *netdev = object->pointer;
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(&netdev->held)))
		kfree_skb(skb);
	netdev->used = false;
}

static u32 remove(const struct skbcheck_call *call, const struct netdev_remove_args *args)
{
	struct skbcheck_object object = *skbcheck_object_of(args->netdev);

	skbcheck_unbind(args->netdev);
	skbcheck_release_netdev(&object);
	return 0;
}

u32 *skbcheck_observe_netdev(u32 *w, struct skbcheck_object *object)
{
	struct skbcheck_netdev *netdev = object->pointer;
	struct sk_buff *skb;

	WORD(w, NETDEV, needed_headroom, netdev->dev->needed_headroom);
	WORD(w, NETDEV, needed_tailroom, netdev->dev->needed_tailroom);
	WORD(w, NETDEV, no_linear, !!(netdev->dev->priv_flags & IFF_TX_SKB_NO_LINEAR));
	WORD(w, NETDEV, mode, netdev->mode);
	WORD(w, NETDEV, held, skb_queue_len(&netdev->held));
	w = WORDS_END(w, NETDEV);
	skb_queue_walk(&netdev->held, skb) {
		if (!skbcheck_room_for_run(w))
			break;
		w = skbcheck_put_skb_index(w, skb);
	}
	return w;
}

void skbcheck_netdevs_stop(void)
{
	u32 i;

	for (i = 0; i < XSK_NETDEVS; i++) {
		if (!netdevs[i].dev)
			continue;
		unregister_netdev(netdevs[i].dev);
		free_netdev(netdevs[i].dev);
		netdevs[i].dev = NULL;
	}
}

SKBCHECK_COMMAND(netdev_add, add);
SKBCHECK_COMMAND(netdev_set_mode, set_mode_command);
SKBCHECK_COMMAND(netdev_tx_next, tx_next);
SKBCHECK_COMMAND(netdev_remove, remove);
