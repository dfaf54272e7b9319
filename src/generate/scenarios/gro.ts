import { commandsOf, type Scenario } from '../scenario';
import { CORE_FOLLOWS } from '../core_follows';
import { CORE_WEIGHTS } from './core';

const GRO_WEIGHTS: Record<string, number> = {
  ...CORE_WEIGHTS,
  alloc_pages: 16,
  netif_napi_add: 24,
  netif_napi_del: 2,
  napi_get_frags: 32,
  napi_free_frags: 1,
  napi_gro_flush: 16,
  jiffies_pass: 8,
  gro_normal_list: 24,
  rx_handler_take: 32,
  skb_push_headers: 200,
  device_write_packet: 96,
  napi_gro_receive: 400,
  napi_add_rx_frag: 200,
  napi_gro_frags: 400,
};

/** How a driver receives: a buffer, a packet in it, an skb, GRO; and what the stack does with what comes out. */
const GRO_FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  ...CORE_FOLLOWS,
  netif_napi_add: ['alloc_pages', 'napi_alloc_skb', 'page_pool_create'],
  page_pool_alloc_pages: [
    ...['device_write_packet', 'device_write_packet', 'device_write', 'build_skb', 'napi_build_skb'],
  ],
  page_pool_alloc_frag: [
    'page_pool_alloc_frag',
    'device_write_packet',
    'device_write_packet',
    'device_write',
    'build_skb',
  ],
  alloc_pages: ['device_write_packet', 'device_write_packet', 'device_write', 'build_skb'],
  page_frag_alloc: ['device_write_packet', 'device_write', 'build_skb'],
  device_write_packet: [
    ...['napi_get_frags', 'napi_add_rx_frag', 'napi_add_rx_frag', 'dma_sync_single_for_cpu', 'dma_sync_single_for_cpu'],
  ],
  napi_get_frags: ['napi_add_rx_frag', 'napi_add_rx_frag', 'napi_add_rx_frag', 'device_write_packet', 'alloc_pages'],
  napi_add_rx_frag: ['napi_gro_frags', 'napi_gro_frags', 'napi_gro_frags', 'napi_add_rx_frag'],
  napi_gro_frags: ['napi_get_frags', 'alloc_pages', 'page_pool_alloc_pages', 'page_pool_alloc_frag', 'napi_gro_flush'],
  napi_alloc_skb: ['skb_put', 'skb_put', 'skb_put', 'skb_add_rx_frag'],
  netdev_alloc_skb: ['skb_put', 'skb_put', 'skb_add_rx_frag'],
  skb_reserve: ['skb_put', 'skb_put', 'skb_add_rx_frag'],
  skb_put: ['skb_push_headers', 'skb_push_headers', 'skb_push_headers', 'skb_mark_for_recycle', 'skb_set_owner_w'],
  skb_mark_for_recycle: ['skb_push_headers', 'skb_push_headers', 'skb_clone', 'skb_try_coalesce', 'napi_gro_receive'],
  skb_add_rx_frag: [
    'skb_push_headers',
    'skb_push_headers',
    'skb_mark_for_recycle',
    'skb_mark_for_recycle',
    'skb_add_rx_frag',
  ],
  skb_push_headers: ['napi_gro_receive', 'napi_gro_receive', 'napi_gro_receive', 'napi_gro_receive', 'skb_set_owner_w'],
  skb_set_owner_w: ['napi_gro_receive', 'napi_gro_receive', 'skb_push_headers', 'skb_orphan'],
  napi_gro_receive: [
    'napi_alloc_skb',
    'napi_alloc_skb',
    'build_skb',
    'alloc_skb',
    'skb_push_headers',
    'napi_gro_flush',
  ],
  napi_gro_flush: ['gro_normal_list', 'gro_normal_list', 'gro_normal_list', 'rx_handler_take'],
  jiffies_pass: ['napi_gro_flush', 'napi_gro_receive', 'napi_gro_frags'],
  gro_normal_list: ['rx_handler_take', 'rx_handler_take', 'rx_handler_take', 'netif_napi_del'],
  rx_handler_take: [
    ...['skb_push_headers', 'skb_push_headers', 'rx_handler_take', 'skb_clone', '__pskb_pull_tail', 'skb_linearize'],
    ...['___pskb_trim', 'kfree_skb', 'skb_detach_frag_list', 'skb_try_coalesce'],
  ],
};

export const GRO: Scenario = {
  name: 'gro',
  title: 'GRO: packets of a few flows through napi_gro_receive and napi_gro_frags, and what becomes of them',
  commands: commandsOf(['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock', 'gro']),
  weights: GRO_WEIGHTS,
  follows: GRO_FOLLOWS,
  length: { min: 5, usual: 130, max: 260 },
};
