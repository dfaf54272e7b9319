import type { CallersOf } from './caller';

export const PAGE_POOL_CALLERS = {
  page_pool_create: {
    function: 'mvneta_create_page_pool',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    state: 'A port is opened.',
  },
  page_pool_alloc_pages: {
    function: 'mvneta_rx_refill',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    state: 'A slot of the receive ring has no page.',
  },
  page_pool_alloc_frag: {
    function: 'hns3_alloc_buffer',
    file: 'drivers/net/ethernet/hisilicon/hns3/hns3_enet.c',
    by: 'page_pool_dev_alloc_frag',
    state: 'A receive buffer is smaller than a page.',
  },
  page_pool_put_page: {
    function: 'mvneta_xdp_put_buff',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    state: 'A program drops a packet: its first buffer goes back, synced as far as the program wrote.',
  },
  page_pool_put_full_page: {
    function: 'mvneta_rxq_drop_pkts',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    state: 'A port is closed: the buffers of its ring go back.',
  },
  page_pool_recycle_direct: {
    function: 'cpsw_rx_handler',
    file: 'drivers/net/ethernet/ti/cpsw.c',
    state: 'A received packet is not delivered, in the NAPI poll of the pool.',
  },
  page_pool_put_page_bulk: {
    function: 'xdp_flush_frame_bulk',
    file: 'net/core/xdp.c',
    releases: ['6.1', '6.12'],
    state: 'The transmit completions of one poll hold frames of one pool.',
    otherwise: {
      function: 'xdp_flush_frame_bulk',
      file: 'include/net/xdp.h',
      by: 'page_pool_put_netmem_bulk',
      releases: ['7.3'],
    },
  },
  page_pool_release_page: {
    function: 'stmmac_rx',
    file: 'drivers/net/ethernet/stmicro/stmmac/stmmac_main.c',
    state: 'A page of the pool becomes a frag of an skb that does not recycle.',
  },
  page_pool_destroy: {
    function: 'mvneta_rxq_drop_pkts',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    state: 'A port is closed, and its NAPI is stopped.',
  },
  page_pool_release_retry: {
    function: 'page_pool_destroy',
    file: 'net/core/page_pool.c',
    state: 'Pages are still out: it queues the worker, which queues itself again.',
  },
} as const satisfies CallersOf;
