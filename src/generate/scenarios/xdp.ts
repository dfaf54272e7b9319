import { commandsNamed, commandsOf, type Scenario } from '../scenario';
import { CORE_FOLLOWS } from '../core_follows';

/** What happens to skbs that were built from packets: enough to see that they are whole, and where their pages go. */
const SKB_COMMANDS = [
  ...['skb_clone', 'skb_copy', 'pskb_copy', 'skb_try_coalesce', 'pskb_expand_head', '__pskb_pull_tail', '___pskb_trim'],
  ...['skb_push', 'skb_pull', 'skb_put', 'alloc_skb', 'kfree_skb', 'consume_skb', 'napi_consume_skb', 'skb_linearize'],
  ...['skb_mark_for_recycle', 'skb_append_frag_list'],
];

export const XDP_WEIGHTS: Record<string, number> = {
  alloc_skb: 3,
  skb_put: 4,
  skb_clone: 6,
  skb_copy: 3,
  pskb_copy: 3,
  skb_try_coalesce: 16,
  pskb_expand_head: 3,
  skb_mark_for_recycle: 2,
  skb_append_frag_list: 3,
  kfree_skb: 4,
  consume_skb: 3,
  napi_consume_skb: 4,
  page_pool_put_page: 3,
  page_pool_put_full_page: 3,
  page_pool_recycle_direct: 3,
  page_pool_put_page_bulk: 3,
  page_frag_free: 3,
  alloc_pages: 8,
  get_page: 3,
  page_frag_cache_init: 2,
  page_frag_alloc: 8,
  page_pool_create: 6,
  page_pool_alloc_pages: 32,
  page_pool_alloc_frag: 16,
  page_pool_destroy: 2,
  device_add: 2,
  device_remove: 2,
  device_write: 48,
  dma_sync_single_for_cpu: 64,
  dma_map_page: 2,
  put_page: 4,
  set_page_pfmemalloc: 1,
  xdp_rxq_info_reg: 6,
  xdp_rxq_info_unreg: 2,
  xdp_rxq_info_reg_mem_model: 32,
  xdp_rxq_info_unreg_mem_model: 2,
  xdp_prepare_buff: 160,
  xdp_buff_add_frag: 320,
  xsk_buff_alloc: 16,
  bpf_xdp_adjust_head: 16,
  bpf_xdp_adjust_meta: 16,
  bpf_xdp_adjust_tail: 24,
  xdp_convert_buff_to_frame: 24,
  xdp_return_buff: 6,
  xdp_return_frame: 4,
  xdp_return_frame_rx_napi: 4,
  xdp_return_frame_bulk: 32,
  xdp_build_skb_from_frame: 16,
  xdpf_clone: 16,
  bpf_prog_run_xdp: 12,
  xdp_buff_reuse_page: 4,
  bpf_phys_dev_modified: 4,
  xdp_linearize_page: 6,
  xsk_buff_add_frag: 24,
  bpf_phys_dev_stolen: 2,
  bpf_phys_dev_shared: 2,
  xdp_buff_build_skb: 10,
  xdp_buff_copy_headers: 16,
  page_split: 8,
};

/** A packet's way through its driver. */
export const XDP_FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  ...CORE_FOLLOWS,
  page_pool_create: [
    'xdp_rxq_info_reg',
    'xdp_rxq_info_reg',
    'xdp_rxq_info_reg_mem_model',
    'page_pool_alloc_pages',
    'page_pool_alloc_frag',
  ],
  xdp_rxq_info_reg: ['xdp_rxq_info_reg_mem_model', 'xdp_rxq_info_reg_mem_model', 'page_pool_create'],
  xdp_rxq_info_reg_mem_model: ['page_pool_alloc_pages', 'alloc_pages', 'xsk_buff_alloc', 'page_pool_alloc_frag'],
  page_pool_alloc_pages: ['device_write'],
  page_pool_alloc_frag: ['page_pool_alloc_frag', 'device_write', 'device_write'],
  alloc_pages: ['device_write', 'device_write', 'page_split', 'page_split', 'dma_map_page', 'set_page_pfmemalloc'],
  page_split: ['page_split', 'device_write', 'device_write'],
  device_write: [
    ...['dma_sync_single_for_cpu', 'dma_sync_single_for_cpu', 'xdp_prepare_buff', 'xdp_prepare_buff'],
    ...['xdp_buff_add_frag', 'xdp_buff_add_frag', 'xdp_buff_add_frag'],
  ],
  dma_sync_single_for_cpu: ['xdp_prepare_buff', 'xdp_prepare_buff', 'xdp_buff_add_frag', 'xdp_buff_add_frag'],
  xdp_prepare_buff: [
    ...['bpf_xdp_adjust_head', 'bpf_xdp_adjust_meta', 'bpf_xdp_adjust_tail', 'bpf_prog_run_xdp', 'xdp_buff_add_frag'],
    ...['xdp_convert_buff_to_frame', 'xdp_convert_buff_to_frame', 'xdp_buff_build_skb', 'xdp_buff_copy_headers'],
    ...['page_pool_alloc_pages', 'alloc_pages', 'device_write', 'xdp_buff_add_frag'],
  ],
  xdp_buff_add_frag: [
    ...Array.from({ length: 24 }, () => 'xdp_buff_add_frag'),
    ...['page_pool_alloc_pages', 'page_pool_alloc_frag', 'alloc_pages', 'device_write', 'xdp_buff_add_frag'],
    ...['bpf_xdp_adjust_tail', 'xdp_convert_buff_to_frame', 'xdp_buff_build_skb'],
  ],
  xsk_buff_alloc: ['xdp_convert_buff_to_frame', 'bpf_xdp_adjust_meta', 'bpf_xdp_adjust_tail', 'xsk_buff_alloc'],
  bpf_xdp_adjust_head: ['bpf_xdp_adjust_meta', 'bpf_xdp_adjust_tail', 'xdp_convert_buff_to_frame', 'bpf_prog_run_xdp'],
  bpf_xdp_adjust_meta: ['bpf_xdp_adjust_meta', 'bpf_xdp_adjust_head', 'xdp_convert_buff_to_frame', 'bpf_prog_run_xdp'],
  bpf_xdp_adjust_tail: ['bpf_xdp_adjust_tail', 'xdp_convert_buff_to_frame', 'xdp_buff_build_skb', 'xdp_return_buff'],
  bpf_prog_run_xdp: [
    'xdp_buff_build_skb',
    'xdp_buff_copy_headers',
    'xdp_return_frame_bulk',
    'xdp_build_skb_from_frame',
  ],
  xdp_convert_buff_to_frame: [
    ...[
      'xdp_build_skb_from_frame',
      'xdp_build_skb_from_frame',
      'xdpf_clone',
      'xdpf_clone',
      'xdp_return_frame',
      'xdp_return_frame_bulk',
      'xdp_return_frame_bulk',
    ],
    ...['xdp_return_frame_rx_napi', 'page_pool_alloc_pages', 'page_pool_alloc_pages'],
  ],
  xdpf_clone: ['xdpf_clone', 'xdp_build_skb_from_frame', 'xdp_return_frame_bulk', 'xdp_return_frame'],
  xdp_build_skb_from_frame: ['skb_clone', 'skb_try_coalesce', 'kfree_skb', 'napi_consume_skb', 'skb_push'],
  xdp_buff_build_skb: ['skb_clone', 'skb_try_coalesce', 'kfree_skb', 'napi_consume_skb'],
  xdp_buff_copy_headers: ['xdp_buff_reuse_page', 'xdp_buff_copy_headers', 'skb_try_coalesce', 'kfree_skb'],
  bpf_phys_dev_shared: ['xdp_buff_copy_headers', 'bpf_phys_dev_modified', 'put_page'],
};

const XDP_COMMANDS = commandsOf(['page', 'page_frag', 'dma', 'page_pool', 'xdp']);
const NAMES = XDP_COMMANDS.map(({ name }) => name);
/** What kernels can be made to do. */
const KERNEL_NAMES = XDP_COMMANDS.filter(({ modelOnly }) => modelOnly === undefined).map(({ name }) => name);

export const XDP: Scenario = {
  name: 'xdp',
  title:
    'packets before they are skbs: queues and memory models, programs that move their ends, frames, and both ways to an skb',
  commands: commandsNamed([...KERNEL_NAMES, ...SKB_COMMANDS]),
  weights: XDP_WEIGHTS,
  follows: XDP_FOLLOWS,
  length: { min: 5, usual: 110, max: 200 },
};

export const XDP_2016: Scenario = {
  ...XDP,
  name: 'xdp-2016',
  title:
    'the same with the return codes that the first design had, MODIFIED, STOLEN, SHARED; and drivers that linearize',
  commands: commandsNamed([...NAMES, ...SKB_COMMANDS]),
  follows: {
    ...XDP_FOLLOWS,
    xdp_prepare_buff: ['bpf_phys_dev_shared', 'bpf_phys_dev_modified', 'bpf_phys_dev_stolen'],
    xsk_buff_alloc: [...XDP_FOLLOWS.xsk_buff_alloc, 'xsk_buff_add_frag'],
    xsk_buff_add_frag: ['bpf_xdp_adjust_tail', 'xdp_return_buff'],
    xdp_linearize_page: ['bpf_prog_run_xdp', 'bpf_xdp_adjust_tail'],
    xdp_buff_copy_headers: ['xdp_buff_reuse_page', 'bpf_phys_dev_modified', 'put_page'],
  },
  modelOnly: 'the return codes that Jesper Dangaard Brouer proposed on netdev in April 2016 are in no kernel',
};
