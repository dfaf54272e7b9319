import type { CallersOf } from './caller';

/** The callers of the commands of memory providers, whose memory the CPU cannot read. */
export const NETMEM_CALLERS = {
  page_pool_create_mp: {
    function: 'bnxt_alloc_rx_page_pool',
    file: 'drivers/net/ethernet/broadcom/bnxt/bnxt.c',
    by: 'page_pool_create',
    state: 'A queue is opened to which a memory provider is bound.',
  },
  page_pool_alloc_netmems: {
    function: '__bnxt_alloc_rx_netmem',
    file: 'drivers/net/ethernet/broadcom/bnxt/bnxt.c',
    state: 'A ring of device memory is filled with whole pieces.',
  },
  page_pool_alloc_frag_netmem: {
    function: '__bnxt_alloc_rx_netmem',
    file: 'drivers/net/ethernet/broadcom/bnxt/bnxt.c',
    state: 'A ring of device memory is filled with pieces smaller than a page.',
  },
  page_pool_put_full_netmem: {
    function: 'gve_free_to_page_pool',
    file: 'drivers/net/ethernet/google/gve/gve_buffer_mgmt_dqo.c',
    state: 'A buffer of the ring is not used for a packet.',
  },
  skb_add_rx_frag_netmem: {
    function: 'gve_skb_add_rx_frag',
    file: 'drivers/net/ethernet/google/gve/gve_rx_dqo.c',
    state: 'The payload of a packet lies in device memory.',
  },
  io_zcrx_recv_frag: {
    function: 'io_zcrx_recv_skb',
    file: 'io_uring/zcrx.c',
    state: 'The request of a user reads a packet of the receive queue of its TCP socket.',
  },
} as const satisfies CallersOf;
