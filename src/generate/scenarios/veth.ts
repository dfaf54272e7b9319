import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf } from '../usual';
import { commandsNamed, type Scenario } from '../scenario';

/**
 * Packets that are skbs already meet XDP: a veth makes xdp_buffs of them, and generic XDP broadcasts them to devices
 * with programs.
 */
export const VETH: Scenario = {
  name: 'veth',
  title: 'skbs meet XDP: veth redirects them as xdp_buffs, a generic broadcast runs a program for each device',
  commands: commandsNamed([
    ...names(
      'alloc_pages',
      'put_page',
      'device_write',
      'page_pool_create',
      'page_pool_alloc_pages',
      'page_pool_destroy',
    ),
    ...names('page_pool_release_retry', 'page_pool_put_full_page', 'dma_sync_single_for_cpu', 'device_remove'),
    ...names(
      'alloc_skb',
      'napi_alloc_skb',
      'netdev_alloc_skb',
      'build_skb',
      'skb_mark_for_recycle',
      'skb_reserve',
      'skb_put',
    ),
    ...names('skb_push', 'skb_pull', 'skb_clone', 'skb_get', 'skb_add_rx_frag', 'skb_append_frag_list', 'kfree_skb'),
    ...names('consume_skb', 'napi_consume_skb', 'xdp_rxq_info_reg', 'xdp_rxq_info_unreg', 'xdp_return_buff'),
    ...names('bpf_xdp_adjust_head', 'bpf_xdp_adjust_tail', 'xdp_convert_buff_to_frame', 'xdp_return_frame'),
    ...names('xdp_return_frame_rx_napi', 'xdp_return_frame_bulk'),
    ...names('veth_xdp_rcv_skb', 'dev_map_redirect_clone'),
  ]),
  weights: {
    ...weightsOf(['veth']),
    alloc_pages: 6,
    put_page: 2,
    device_write: 16,
    page_pool_create: 2,
    page_pool_destroy: 2,
    device_remove: 1,
    build_skb: 16,
    napi_alloc_skb: 12,
    netdev_alloc_skb: 8,
    skb_reserve: 24,
    skb_put: 32,
    skb_add_rx_frag: 24,
    skb_append_frag_list: 24,
    xdp_rxq_info_reg: 3,
    xdp_rxq_info_unreg: 1,
  },
  follows: {
    ...usuallyNextOf(['veth']),
    page_pool_create: ['page_pool_alloc_pages'],
    page_pool_alloc_pages: ['device_write', 'build_skb', 'build_skb'],
    alloc_pages: ['device_write', 'build_skb', 'build_skb'],
    device_write: ['dma_sync_single_for_cpu', 'skb_add_rx_frag', 'skb_add_rx_frag'],
    dma_sync_single_for_cpu: ['build_skb', 'skb_add_rx_frag'],
    build_skb: ['skb_reserve', 'skb_reserve', 'skb_put', 'skb_mark_for_recycle'],
    alloc_skb: ['skb_put', 'skb_reserve'],
    napi_alloc_skb: ['skb_reserve', 'skb_put', 'skb_put'],
    netdev_alloc_skb: ['skb_reserve', 'skb_put'],
    skb_reserve: ['skb_put'],
    skb_put: [
      ...names('veth_xdp_rcv_skb', 'veth_xdp_rcv_skb', 'skb_append_frag_list', 'skb_append_frag_list', 'skb_clone'),
      ...names('dev_map_redirect_clone', 'skb_add_rx_frag', 'skb_mark_for_recycle'),
    ],
    skb_clone: ['veth_xdp_rcv_skb', 'dev_map_redirect_clone'],
    skb_get: ['veth_xdp_rcv_skb'],
    skb_append_frag_list: ['veth_xdp_rcv_skb', 'veth_xdp_rcv_skb', 'skb_append_frag_list'],
    skb_add_rx_frag: ['veth_xdp_rcv_skb', 'skb_mark_for_recycle'],
    skb_mark_for_recycle: ['skb_put', 'veth_xdp_rcv_skb'],
    xdp_rxq_info_reg: ['napi_alloc_skb', 'build_skb', 'alloc_pages'],
    xdp_convert_buff_to_frame: ['xdp_return_frame', 'xdp_return_frame_bulk'],
  },
  modelOnly: 'the steps are static functions of a driver and of the devmap',
  length: { min: 5, usual: 70, max: 140 },
};

/** Programs that cut packets and pass them on: the skb must follow. */
export const GENERIC_XDP: Scenario = {
  name: 'generic-xdp',
  title: 'programs of veth and of generic XDP cut packets that are skbs, and pass them on',
  commands: commandsNamed([
    ...names('alloc_pages', 'put_page', 'device_write', 'alloc_skb', 'napi_alloc_skb', 'netdev_alloc_skb', 'build_skb'),
    ...names('skb_reserve', 'skb_put', 'skb_push', 'skb_pull', 'skb_clone', 'skb_add_rx_frag', 'skb_append_frag_list'),
    ...names('kfree_skb', 'consume_skb', '__pskb_pull_tail', '___pskb_trim', 'xdp_rxq_info_reg', 'xdp_rxq_info_unreg'),
    ...names('veth_xdp_rcv_skb_pass', 'bpf_prog_run_generic_xdp'),
  ]),
  weights: {
    ...{ ...VETH.weights, ...weightsOf(['generic-xdp']), page_pool_create: 0, page_pool_destroy: 0, device_remove: 0 },
  },
  follows: {
    alloc_pages: ['device_write', 'device_write', 'build_skb'],
    device_write: ['skb_add_rx_frag', 'skb_add_rx_frag', 'build_skb'],
    build_skb: ['skb_reserve', 'skb_reserve', 'skb_put'],
    alloc_skb: ['skb_put'],
    napi_alloc_skb: ['skb_put', 'skb_put', 'skb_reserve'],
    skb_reserve: ['skb_put'],
    skb_put: ['skb_add_rx_frag', 'skb_append_frag_list', 'veth_xdp_rcv_skb_pass', 'bpf_prog_run_generic_xdp'],
    skb_add_rx_frag: ['veth_xdp_rcv_skb_pass', 'bpf_prog_run_generic_xdp', 'skb_add_rx_frag'],
    skb_append_frag_list: ['veth_xdp_rcv_skb_pass', 'bpf_prog_run_generic_xdp'],
  },
  modelOnly: 'the steps are static functions of a driver and of net/core/dev.c',
  length: { min: 5, usual: 70, max: 140 },
};
