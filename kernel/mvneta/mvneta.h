/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* A driver like mvneta (drivers/net/ethernet/marvell/mvneta.c) without its hardware. */
#ifndef SKBCHECK_MVNETA_H
#define SKBCHECK_MVNETA_H

#include <linux/netdevice.h>
#include "made/words.h"
#include "xdp/xdp.h"

#define PORTS 4
#define RING_MAX 128
#define TXQ_MAX 64
#define DELIVERED_MAX 256
#define MH_SIZE 2
#define FCS_LEN 4
#define RX_HEADROOM 256
#define MAX_RX_BUF_SIZE (PAGE_SIZE - SKB_DATA_ALIGN(sizeof(struct skb_shared_info) + RX_HEADROOM))

enum { RXD_FIRST = 1, RXD_LAST = 2, RXD_ERROR = 4 };
/* The words of the argument `prog` of mvneta_xdp_setup. */
#define PROG(word) mvneta_xdp_setup_prog_##word

struct port_rx_desc {
	struct page *page;
	dma_addr_t buf_phys_addr; /* 0: no buffer */
	bool has_buffer;
	u32 status;
	u32 data_size;
};

struct port_tx_buf {
	u32 type;
	u32 size;
	dma_addr_t dma_addr;
	struct xdp_frame *xdpf; /* on the first descriptor of a frame */
	struct sk_buff *skb;    /* on the last descriptor of an skb */
};

struct skbcheck_port {
	struct net_device *dev; /* registered once, for all programs */
	struct napi_struct napi;
	bool used;
	bool running;
	bool releases_on_pass;
	u32 ring_size, tx_size;
	u32 prog;
	struct skbcheck_device *device;
	struct page_pool *pool;
	struct xdp_rxq_info rxq;
	struct port_rx_desc descs[RING_MAX];
	u32 next_desc, first_to_refill, refill_num, occupied, non_occupied, hw_next;
	struct port_tx_buf tx[TXQ_MAX]; /* the oldest first */
	u32 tx_count;
	struct sk_buff *delivered[DELIVERED_MAX];
	u32 delivered_count;
	u32 stats[PORT_STATS_WORDS]; /* the words of PORT_STATS */
};

/* ---- tx.c ---- */
bool skbcheck_port_xmit_back(struct skbcheck_port *port, struct xdp_buff *xdp);
int skbcheck_port_xdp_xmit(struct net_device *dev, int count, struct xdp_frame **frames, u32 flags);
netdev_tx_t skbcheck_port_start_xmit(struct sk_buff *skb, struct net_device *dev);
void skbcheck_port_bufs_free(struct skbcheck_port *port, u32 descs, bool napi);
u32 skbcheck_port_descs_of(const struct skbcheck_port *port, u32 packets);

/* ---- rx.c ---- */
int skbcheck_port_open(struct skbcheck_port *port);
void skbcheck_port_stop(struct skbcheck_port *port);
void skbcheck_port_rx(struct skbcheck_port *port, u32 budget);
/* The program that a port runs, and its instructions for each packet: see program.c. */
int skbcheck_port_progs_start(void);
void skbcheck_port_progs_stop(void);
struct bpf_prog *skbcheck_port_prog(u32 prog);

#endif /* SKBCHECK_MVNETA_H */
