// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The transmit side of a port, function by function like mvneta's. */
#include <linux/dma-mapping.h>
#include "dma/dma.h"
#include "mvneta/mvneta.h"

static struct skbcheck_port *port_of(struct net_device *dev)
{
	return *(struct skbcheck_port **)netdev_priv(dev);
}

static void unmap(struct skbcheck_port *port, const struct port_tx_buf *buf)
{
	dma_unmap_single(&port->device->dev, buf->dma_addr, buf->size, DMA_TO_DEVICE);
}

/* Maps bytes freshly, for a descriptor. */
static bool map(struct skbcheck_port *port, struct port_tx_buf *buf, void *data, u32 size)
{
	buf->size = size;
	buf->dma_addr = dma_map_single(&port->device->dev, data, size, DMA_TO_DEVICE);
	return !dma_mapping_error(&port->device->dev, buf->dma_addr);
}

static void sync(struct skbcheck_port *port, struct port_tx_buf *buf, struct page *page, u32 offset, u32 size)
{
	buf->size = size;
	buf->dma_addr = page_pool_get_dma_addr(page) + offset;
	dma_sync_single_for_device(&port->device->dev, buf->dma_addr, size, DMA_BIDIRECTIONAL);
}

/* mvneta_xdp_submit_frame() */
static bool submit_frame(struct skbcheck_port *port, struct xdp_frame *xdpf, bool dma_map)
{
	struct skb_shared_info *shared = xdp_get_shared_info_from_frame(xdpf);
	u32 frames = 1 + (xdp_frame_has_frags(xdpf) ? shared->nr_frags : 0), i;

	if (port->tx_count + frames >= port->tx_size)
		return false;
	for (i = 0; i < frames; i++) {
		struct port_tx_buf *buf = &port->tx[port->tx_count + i];
		skb_frag_t *frag = i ? &shared->frags[i - 1] : NULL;
		u32 len = frag ? skb_frag_size(frag) : xdpf->len;

		memset(buf, 0, sizeof(*buf));
		if (dma_map) {
			if (!map(port, buf, frag ? skb_frag_address(frag) : xdpf->data, len))
				goto unmap_all;
			buf->type = TX_XDP_NDO;
		} else {
			sync(port, buf, frag ? skb_frag_page(frag) : virt_to_page(xdpf->data),
			     frag ? skb_frag_off(frag) : sizeof(*xdpf) + xdpf->headroom, len);
			buf->type = TX_XDP_TX;
		}
		/* mvneta has it on the first, and so returns the frags' pages before they are unmapped. */
		buf->xdpf = i + 1 < frames ? NULL : xdpf;
	}
	port->tx_count += frames;
	return true;

unmap_all:
	while (i--)
		unmap(port, &port->tx[port->tx_count + i]);
	return false;
}

/* mvneta_xdp_xmit_back() */
bool skbcheck_port_xmit_back(struct skbcheck_port *port, struct xdp_buff *xdp)
{
	struct xdp_frame *xdpf = xdp_convert_buff_to_frame(xdp);

	if (!xdpf)
		return false;
	if (!submit_frame(port, xdpf, false)) {
		port->stats[PORT_STATS_xdp_tx_err]++;
		return false;
	}
	port->stats[PORT_STATS_tx_bytes] += xdp_get_frame_len(xdpf);
	port->stats[PORT_STATS_tx_packets]++;
	port->stats[PORT_STATS_xdp_tx]++;
	return true;
}

/* mvneta_xdp_xmit() */
int skbcheck_port_xdp_xmit(struct net_device *dev, int count, struct xdp_frame **frames, u32 flags)
{
	struct skbcheck_port *port = port_of(dev);
	int sent = 0;

	if (!port->used || !port->running)
		return -ENETDOWN;
	while (sent < count && submit_frame(port, frames[sent], true))
		port->stats[PORT_STATS_tx_bytes] += xdp_get_frame_len(frames[sent++]);
	port->stats[PORT_STATS_tx_packets] += sent;
	port->stats[PORT_STATS_xdp_xmit] += sent;
	port->stats[PORT_STATS_xdp_xmit_err] += count - sent;
	return sent;
}

static bool map_skb(struct skbcheck_port *port, struct sk_buff *skb)
{
	struct skb_shared_info *shared = skb_shinfo(skb);
	u32 i;

	for (i = 0; i <= shared->nr_frags; i++) {
		struct port_tx_buf *buf = &port->tx[port->tx_count + i];
		skb_frag_t *frag = i ? &shared->frags[i - 1] : NULL;

		memset(buf, 0, sizeof(*buf));
		buf->type = TX_SKB;
		buf->skb = i == shared->nr_frags ? skb : NULL;
		if (map(port, buf, frag ? skb_frag_address(frag) : skb->data,
			frag ? skb_frag_size(frag) : skb_headlen(skb)))
			continue;
		while (i--)
			unmap(port, &port->tx[port->tx_count + i]);
		return false;
	}
	port->tx_count += shared->nr_frags + 1;
	return true;
}

/* mvneta_tx() */
netdev_tx_t skbcheck_port_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct skbcheck_port *port = port_of(dev);
	u32 len = skb->len;

	if (port->running && map_skb(port, skb)) {
		port->stats[PORT_STATS_tx_bytes] += len;
		port->stats[PORT_STATS_tx_packets]++;
	} else {
		port->stats[PORT_STATS_tx_dropped]++;
		dev_kfree_skb_any(skb);
	}
	return NETDEV_TX_OK;
}

/* mvneta_txq_bufs_free() */
void skbcheck_port_bufs_free(struct skbcheck_port *port, u32 descs, bool napi)
{
	struct xdp_frame_bulk bq;
	u32 i;

	xdp_frame_bulk_init(&bq);
	rcu_read_lock(); /* xdp_return_frame_bulk() needs it */
	for (i = 0; i < descs; i++) {
		struct port_tx_buf *buf = &port->tx[i];

		if (buf->type != TX_XDP_TX)
			unmap(port, buf);
		if (buf->skb)
			dev_kfree_skb_any(buf->skb);
		else if (buf->xdpf && napi && buf->type == TX_XDP_TX)
			xdp_return_frame_rx_napi(buf->xdpf);
		else if (buf->xdpf)
			xdp_return_frame_bulk(buf->xdpf, &bq);
	}
	xdp_flush_frame_bulk(&bq);
	rcu_read_unlock();
	port->tx_count -= descs;
	memmove(port->tx, port->tx + descs, port->tx_count * sizeof(port->tx[0]));
}

/* Descriptors of the oldest packets: the last one of each has its skb or frame. */
u32 skbcheck_port_descs_of(const struct skbcheck_port *port, u32 packets)
{
	u32 i;

	for (i = 0; i < port->tx_count; i++)
		if ((port->tx[i].skb || port->tx[i].xdpf) && !--packets)
			return i + 1;
	return port->tx_count;
}
