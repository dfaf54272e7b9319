import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf, CORE_SYSTEMS, type Follows, type Weights } from '../usual';
import { commandsNamed, commandsOf, type Scenario } from '../scenario';

/** Fewer of the commands that the core scenario searches, so that programs get to merge. */
const GRO_WEIGHTS: Weights = {
  ...weightsOf([...CORE_SYSTEMS, 'gro']),
  alloc_pages: 48,
  alloc_skb: 16,
  napi_alloc_skb: 16,
  netdev_alloc_skb: 12,
  device_write: 64,
  get_page: 24,
  dma_sync_single_for_cpu: 64,
  skb_add_rx_frag: 240,
  skb_mark_for_recycle: 16,
  skb_put: 8,
  skb_coalesce_rx_frag: 16,
  skb_fill_page_desc: 8,
  skb_fill_page_desc_managed: 16,
  skb_try_coalesce: 16,
  skb_shift: 8,
  skb_split: 2,
  skb_get: 2,
  skb_copy_ubufs: 4,
  skb_clone: 6,
  __pskb_pull_tail: 16,
  ___pskb_trim: 8,
  sk_alloc: 12,
  skb_set_owner_w: 48,
};

/**
 * The steps of a driver that receives (a buffer, a packet in it, an skb, GRO), and of the stack with the packets that
 * come out.
 */
const GRO_FOLLOWS: Follows = {
  ...usuallyNextOf([...CORE_SYSTEMS, 'gro']),
  get_page: ['napi_add_rx_frag', 'skb_add_rx_frag', 'skb_add_rx_frag', 'get_page'],
  device_write: ['skb_add_rx_frags', 'skb_add_rx_frag', 'skb_add_rx_frag', 'get_page', 'dma_sync_single_for_cpu'],
  page_pool_alloc_pages: [
    ...names('device_write_packet', 'device_write_packet', 'device_write', 'build_skb', 'napi_build_skb'),
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
  dma_sync_single_for_cpu: ['napi_add_rx_frag', 'napi_add_rx_frag', 'skb_add_rx_frag'],
  napi_alloc_skb: ['skb_put_packet', 'skb_put_packet', 'skb_put_packet', 'skb_add_rx_frags', 'skb_add_rx_frag'],
  alloc_skb: ['skb_put_packet', 'skb_put_packet', 'skb_reserve', 'skb_add_rx_frag', 'skb_zcopy_set'],
  build_skb: ['skb_put_packet', 'skb_put_packet', 'skb_reserve', 'skb_add_rx_frag'],
  napi_build_skb: ['skb_put_packet', 'skb_put_packet', 'skb_reserve', 'skb_mark_for_recycle'],
  build_skb_around: ['skb_put_packet', 'skb_put_packet', 'skb_reserve', 'skb_mark_for_recycle'],
  // The packets of one socket belong to one flow.
  sk_alloc: ['napi_alloc_skb', 'alloc_skb', 'skb_set_owner_w', 'skb_set_owner_w'],
  netdev_alloc_skb: ['skb_put_packet', 'skb_put_packet', 'skb_put', 'skb_add_rx_frag'],
  skb_reserve: ['skb_add_rx_frags', 'skb_put_packet', 'skb_put', 'skb_add_rx_frag', 'skb_add_rx_frag'],
  skb_linearize: ['skb_push_headers'],
  skb_put: ['skb_push_headers', 'skb_push_headers', 'skb_push_headers', 'skb_mark_for_recycle', 'skb_set_owner_w'],
  skb_mark_for_recycle: ['skb_push_headers', 'skb_push_headers', 'skb_clone', 'skb_try_coalesce', 'napi_gro_receive'],
  skb_add_rx_frag: [
    'skb_push_headers',
    'skb_push_headers',
    'skb_push_headers',
    'skb_mark_for_recycle',
    'skb_add_rx_frag',
    'get_page',
  ],
  skb_set_owner_w: ['napi_gro_receive', 'napi_gro_receive', 'skb_push_headers', 'skb_orphan'],
};

export const GRO: Scenario = {
  name: 'gro',
  title: 'GRO: packets of a few flows through napi_gro_receive and napi_gro_frags, and what becomes of them',
  commands: commandsOf([...CORE_SYSTEMS, 'gro']),
  weights: GRO_WEIGHTS,
  follows: GRO_FOLLOWS,
  length: { min: 5, usual: 180, max: 400 },
};

/** Packets that GRO chains as they are (NETIF_F_GRO_FRAGLIST), among packets that a device merged before. */
export const GRO_FRAGLIST: Scenario = {
  name: 'gro-fraglist',
  title: 'GRO of few flows whose packets are chained, with packets that are GSO packets or have a frag_list already',
  commands: commandsNamed([
    ...names('netif_napi_add', 'napi_alloc_skb', 'alloc_skb', 'skb_put', 'skb_append_frag_list', 'skb_put_packet'),
    ...names('skb_push_headers', 'skb_lro_set', 'napi_gro_receive', 'napi_gro_flush', 'gro_normal_list'),
    ...names('rx_handler_take', 'skb_detach_frag_list', 'skb_pull', 'skb_clone', 'kfree_skb'),
  ]),
  weights: {
    ...weightsOf([...CORE_SYSTEMS, 'gro']),
    ...{ netif_napi_add: 64, napi_alloc_skb: 96, alloc_skb: 16, skb_put: 24, skb_append_frag_list: 64 },
    ...{ skb_put_packet: 64, skb_push_headers: 128, skb_lro_set: 128, napi_gro_receive: 256, kfree_skb: 24 },
    ...{ napi_gro_flush: 4, gro_normal_list: 4, rx_handler_take: 64, skb_clone: 2, skb_pull: 8 },
  },
  follows: {
    ...usuallyNextOf([...CORE_SYSTEMS, 'gro']),
    alloc_skb: ['skb_put', 'skb_append_frag_list'],
    napi_alloc_skb: ['skb_put_packet', 'skb_put_packet', 'skb_put', 'skb_append_frag_list'],
    skb_put: ['skb_append_frag_list', 'skb_append_frag_list', 'skb_push_headers'],
    skb_append_frag_list: ['skb_push_headers', 'skb_push_headers', 'skb_push_headers', 'skb_append_frag_list'],
    skb_put_packet: ['skb_lro_set', 'napi_gro_receive', 'napi_gro_receive'],
    skb_push_headers: ['napi_gro_receive', 'napi_gro_receive', 'napi_gro_receive', 'skb_lro_set'],
    skb_lro_set: ['napi_gro_receive'],
  },
  length: { min: 5, usual: 100, max: 200 },
};
