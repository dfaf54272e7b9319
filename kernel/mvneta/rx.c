// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The receive side of a port, function by function like mvneta's. src/model/drivers/net/mvneta/ has the same functions
 * in the model.
 */
#include <linux/bpf_trace.h>
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include "dma/dma.h"
#include "fault/fault.h"
#include "mvneta/mvneta.h"
#include "page_pool/page_pool.h"

#define REFILL_MAX 64
#define GFP_POOL (GFP_ATOMIC | __GFP_NOWARN)
/* "Local Experimental": pattern bytes must not look like a VLAN tag. */
#define ETH_P_EXPERIMENT 0x88b5

static int rx_refill(struct skbcheck_port *port, struct port_rx_desc *desc)
{
	struct page *page = page_pool_alloc_pages(port->pool, GFP_POOL);

	if (!page)
		return -ENOMEM;
	desc->page = page;
	desc->buf_phys_addr = page_pool_get_dma_addr(page) + RX_HEADROOM;
	desc->has_buffer = true;
	desc->status = 0;
	desc->data_size = 0;
	return 0;
}

static u32 rx_refill_queue(struct skbcheck_port *port)
{
	u32 current_desc = port->first_to_refill, i;

	for (i = 0; i < port->refill_num && i < REFILL_MAX; i++) {
		struct port_rx_desc *desc = &port->descs[current_desc];

		if (!desc->has_buffer && rx_refill(port, desc)) {
			port->stats[PORT_STATS_refill_error]++;
			break;
		}
		current_desc = (current_desc + 1) % port->ring_size;
	}
	port->refill_num -= i;
	port->first_to_refill = current_desc;
	return i;
}

static void put_buff(struct skbcheck_port *port, struct xdp_buff *xdp, int sync_len)
{
	struct skb_shared_info *shared = xdp_get_shared_info_from_buff(xdp);
	u32 i;

	if (xdp_buff_has_frags(xdp))
		for (i = 0; i < shared->nr_frags; i++)
			page_pool_put_full_page(port->pool, skb_frag_page(&shared->frags[i]), true);
	page_pool_put_page(port->pool, virt_to_head_page(xdp->data), sync_len, true);
}

/* True: the packet goes on to the stack. `synced`: bytes of the first buffer that were synced for the CPU. */
static bool run_xdp(struct skbcheck_port *port, struct bpf_prog *prog, struct xdp_buff *xdp, u32 frame_sz, u32 synced,
		    bool *redirected)
{
	u32 data_len = xdp->data_end - xdp->data, act, sync;

	act = bpf_prog_run_xdp(prog, xdp);
	sync = max_t(u32, xdp->data_end - xdp->data_hard_start - RX_HEADROOM, synced);
	switch (act) {
	case XDP_PASS:
		port->stats[PORT_STATS_xdp_pass]++;
		return true;
	case XDP_REDIRECT:
		if (xdp_do_redirect(port->dev, xdp, prog)) {
			put_buff(port, xdp, sync);
		} else {
			*redirected = true;
			port->stats[PORT_STATS_xdp_redirect]++;
		}
		break;
	case XDP_TX:
		if (!skbcheck_port_xmit_back(port, xdp))
			put_buff(port, xdp, sync);
		break;
	default:
		trace_xdp_exception(port->dev, prog, act);
		fallthrough;
	case XDP_DROP:
		put_buff(port, xdp, sync);
		port->stats[PORT_STATS_xdp_drop]++;
		break;
	}
	port->stats[PORT_STATS_rx_bytes] += frame_sz + (xdp->data_end - xdp->data) - data_len;
	port->stats[PORT_STATS_rx_packets]++;
	return false;
}

static void sync_for_cpu(struct skbcheck_port *port, struct port_rx_desc *desc, u32 len)
{
	dma_sync_single_for_cpu(&port->device->dev, desc->buf_phys_addr, len, page_pool_get_dma_dir(port->pool));
	desc->has_buffer = false;
}

static u32 rx_frame(struct skbcheck_port *port, struct port_rx_desc *desc, struct xdp_buff *xdp, u32 *size)
{
	u32 len = min_t(u32, *size, MAX_RX_BUF_SIZE), data_len = len - MH_SIZE;

	if (*size <= MAX_RX_BUF_SIZE)
		data_len -= FCS_LEN;
	*size -= len;
	sync_for_cpu(port, desc, len);
	xdp_buff_clear_frags_flag(xdp);
	xdp_prepare_buff(xdp, page_address(desc->page), RX_HEADROOM + MH_SIZE, data_len, false);
	return len;
}

static void add_rx_fragment(struct skbcheck_port *port, struct port_rx_desc *desc, struct xdp_buff *xdp, u32 *size)
{
	struct skb_shared_info *shared = xdp_get_shared_info_from_buff(xdp);
	u32 len = min_t(u32, *size, MAX_RX_BUF_SIZE);
	int data_len = *size > MAX_RX_BUF_SIZE ? len : (int)len - FCS_LEN;

	sync_for_cpu(port, desc, len);
	if (!xdp_buff_has_frags(xdp)) {
		shared->nr_frags = 0;
		shared->xdp_frags_size = 0;
	}
	if (data_len > 0 && shared->nr_frags < MAX_SKB_FRAGS) {
		skbcheck_fill_frag(&shared->frags[shared->nr_frags++], desc->page, RX_HEADROOM, data_len);
		xdp_buff_set_frags_flag(xdp);
		shared->xdp_frags_size += data_len;
		if (page_is_pfmemalloc(desc->page))
			xdp_buff_set_frag_pfmemalloc(xdp);
	} else {
		page_pool_put_full_page(port->pool, desc->page, true);
	}
	*size -= len;
}

static void release_from_pool(struct skbcheck_port *port, struct page *page)
{
#if SKBCHECK_HAS_RELEASE_PAGE
	page_pool_release_page(port->pool, page);
#endif
}

static struct sk_buff *build(struct skbcheck_port *port, struct xdp_buff *xdp)
{
	struct skb_shared_info *shared = xdp_get_shared_info_from_buff(xdp);
	u32 frags = xdp_buff_has_frags(xdp) ? shared->nr_frags : 0, i;
	u32 frags_size = frags ? shared->xdp_frags_size : 0;
	struct sk_buff *skb = build_skb(xdp->data_hard_start, PAGE_SIZE);

	if (!skb)
		return NULL;
	if (port->releases_on_pass) {
		release_from_pool(port, virt_to_head_page(xdp->data));
		for (i = 0; i < frags; i++)
			release_from_pool(port, skb_frag_page(&shared->frags[i]));
	} else {
		skb_mark_for_recycle(skb);
	}
	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	skb_put(skb, xdp->data_end - xdp->data);
	if (frags)
		skbcheck_update_skb_frags(skb, xdp, frags, frags_size, frags * xdp->frame_sz);
	return skb;
}

static void deliver(struct skbcheck_port *port, struct sk_buff *skb)
{
	port->stats[PORT_STATS_rx_bytes] += skb->len;
	port->stats[PORT_STATS_rx_packets]++;
	eth_type_trans(skb, port->dev);
	skb->protocol = htons(ETH_P_EXPERIMENT);
	napi_gro_receive(&port->napi, skb);
}

/* mvneta_rx_swbm() */
void skbcheck_port_rx(struct skbcheck_port *port, u32 budget)
{
	struct bpf_prog *prog = skbcheck_port_prog(port->prog);
	u32 todo = min(budget, port->occupied), done, size = 0, frame_sz = 0, synced = 0, refilled;
	bool redirected = false;
	struct xdp_buff xdp;

	xdp_init_buff(&xdp, PAGE_SIZE, &port->rxq);
	xdp.data_hard_start = NULL;
	for (done = 0; done < todo; done++) {
		struct port_rx_desc *desc = &port->descs[port->next_desc];
		struct sk_buff *skb;

		port->next_desc = (port->next_desc + 1) % port->ring_size;
		port->refill_num++;
		if (desc->status & RXD_FIRST) {
			if (desc->status & RXD_ERROR)
				goto next;
			size = desc->data_size;
			frame_sz = size - FCS_LEN;
			synced = rx_frame(port, desc, &xdp, &size);
		} else {
			if (!xdp.data_hard_start) {
				desc->has_buffer = false;
				page_pool_put_full_page(port->pool, desc->page, true);
				goto next;
			}
			add_rx_fragment(port, desc, &xdp, &size);
		}
		if (!(desc->status & RXD_LAST))
			continue;
		if (prog && !run_xdp(port, prog, &xdp, frame_sz, synced, &redirected))
			goto next;
		skb = build(port, &xdp);
		if (!skb) {
			put_buff(port, &xdp, -1);
			port->stats[PORT_STATS_skb_alloc_error]++;
			port->stats[PORT_STATS_rx_dropped]++;
			goto next;
		}
		deliver(port, skb);
next:
		xdp.data_hard_start = NULL;
	}
	if (xdp.data_hard_start)
		put_buff(port, &xdp, -1);
	if (redirected)
		xdp_do_flush();
	refilled = rx_refill_queue(port);
	port->occupied -= todo;
	port->non_occupied += refilled;
}

static int create_page_pool(struct skbcheck_port *port)
{
	struct page_pool_params params = {
		.pool_size = port->ring_size, .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .nid = NUMA_NO_NODE,
		.dev = &port->device->dev, .dma_dir = port->prog ? DMA_BIDIRECTIONAL : DMA_FROM_DEVICE,
		.offset = RX_HEADROOM, .max_len = MAX_RX_BUF_SIZE,
	};
	struct page_pool *pool = page_pool_create(&params);
	int error;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	memset(&port->rxq, 0, sizeof(port->rxq));
	error = __xdp_rxq_info_reg(&port->rxq, port->dev, 0, 0, PAGE_SIZE);
	if (error)
		goto no_rxq;
	skbcheck_fault_count_small(true);
	error = xdp_rxq_info_reg_mem_model(&port->rxq, MEM_TYPE_PAGE_POOL, pool);
	skbcheck_fault_count_small(false);
	if (error)
		goto no_model;
	skbcheck_pool_serves_xdp(pool);
	port->pool = pool;
	return 0;

no_model:
	xdp_rxq_info_unreg(&port->rxq);
no_rxq:
	page_pool_destroy(pool);
	return error;
}

/* mvneta_open() accepts a ring that is only partly filled. */
int skbcheck_port_open(struct skbcheck_port *port)
{
	int error = create_page_pool(port);

	if (error)
		return error;
	memset(port->descs, 0, sizeof(port->descs));
	port->next_desc = 0;
	port->first_to_refill = 0;
	port->refill_num = 0;
	port->occupied = 0;
	port->hw_next = 0;
	port->non_occupied = 0;
	while (port->non_occupied < port->ring_size && !rx_refill(port, &port->descs[port->non_occupied]))
		port->non_occupied++;
	port->running = true;
	return 0;
}

/* mvneta_stop(): mvneta_cleanup_rxqs, then mvneta_cleanup_txqs. */
void skbcheck_port_stop(struct skbcheck_port *port)
{
	u32 i;

	port->running = false;
	for (i = 0; i < port->ring_size; i++)
		if (port->descs[i].has_buffer)
			page_pool_put_full_page(port->pool, port->descs[i].page, false);
	xdp_rxq_info_unreg(&port->rxq);
	skbcheck_pool_destroy(port->pool);
	memset(port->descs, 0, sizeof(port->descs));
	port->pool = NULL;
	port->occupied = 0;
	port->non_occupied = 0;
	/* mvneta_rxq_deinit() */
	port->next_desc = 0;
	port->first_to_refill = 0;
	port->refill_num = 0;
	skbcheck_port_bufs_free(port, port->tx_count, false);
}
