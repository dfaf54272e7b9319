import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf } from '../usual';
import { commandsNamed, type Scenario } from '../scenario';

/** The commands that take skbs whose frags the CPU cannot read, and those that make their heads. */
export const NETMEM: Scenario = {
  name: 'netmem',
  title: 'memory providers: net_iovs in pools and in frags that the CPU cannot read',
  commands: commandsNamed([
    ...names('page_pool_create_mp', 'page_pool_alloc_netmems', 'page_pool_alloc_frag_netmem'),
    ...names('page_pool_put_full_netmem', 'skb_add_rx_frag_netmem', 'page_pool_destroy', 'page_pool_release_retry'),
    ...names('page_pool_create', 'page_pool_alloc_pages', 'page_pool_alloc_frag', 'page_pool_put_full_page'),
    ...names('alloc_pages', 'put_page', 'device_write', 'dma_sync_single_for_cpu', 'skb_add_rx_frag'),
    ...names('alloc_skb', 'napi_alloc_skb', 'build_skb', 'skb_mark_for_recycle', 'skb_reserve', 'skb_put', 'skb_push'),
    ...names('skb_pull', 'skb_get', 'skb_clone', 'skb_copy', 'skb_copy_expand', 'pskb_expand_head', 'skb_cow'),
    ...names('__pskb_pull_tail', 'skb_linearize', '___pskb_trim', 'skb_condense', 'skb_try_coalesce'),
    ...names('kfree_skb', 'consume_skb', 'napi_consume_skb', 'sk_alloc', 'sk_free', 'skb_set_owner_r'),
    ...names('skb_push_headers', 'netif_napi_add', 'napi_gro_receive', 'napi_gro_flush', 'jiffies_pass'),
    ...names('gro_normal_list', 'rx_handler_take', 'netif_napi_del', 'io_zcrx_recv_frag'),
    ...names('alloc_pipe_info', 'skb_splice_bits', 'pipe_read', 'free_pipe_info'),
    ...names('tcp_mmap', 'tcp_queue_rcv', 'tcp_zerocopy_receive', 'madvise_dontneed', 'tcp_close'),
  ]),
  weights: {
    ...weightsOf(['skb', 'page_pool', 'gro', 'splice', 'netmem']),
    page_pool_create: 3,
    page_pool_alloc_pages: 6,
    page_pool_alloc_frag: 4,
    alloc_pages: 4,
    skb_add_rx_frag: 24,
    skb_try_coalesce: 96,
    sk_alloc: 2,
    sk_free: 1,
    skb_splice_bits: 64,
    tcp_queue_rcv: 48,
    tcp_zerocopy_receive: 64,
    napi_gro_receive: 240,
  },
  follows: {
    ...usuallyNextOf(['skb', 'page_pool', 'gro', 'splice', 'netmem']),
    alloc_skb: ['skb_put', 'skb_put', 'skb_reserve', 'skb_reserve', 'skb_add_rx_frag_netmem'],
    skb_reserve: ['skb_add_rx_frag_netmem', 'skb_add_rx_frag_netmem', 'skb_add_rx_frag', 'skb_put'],
    napi_alloc_skb: ['skb_put', 'skb_add_rx_frag_netmem', 'skb_add_rx_frag_netmem'],
    skb_put: ['skb_add_rx_frag_netmem', 'skb_add_rx_frag_netmem', 'skb_clone'],
    skb_mark_for_recycle: [
      ...names('skb_push_headers', 'skb_push_headers', 'skb_push_headers', 'tcp_queue_rcv', 'skb_splice_bits'),
      ...names('io_zcrx_recv_frag'),
      ...names('skb_try_coalesce', 'skb_try_coalesce', 'skb_clone', '__pskb_pull_tail', '___pskb_trim', 'skb_copy'),
      ...names('skb_linearize', 'skb_condense', 'kfree_skb', 'napi_consume_skb'),
    ],
  },
  since: '7.3',
  length: { min: 5, usual: 90, max: 180 },
};
