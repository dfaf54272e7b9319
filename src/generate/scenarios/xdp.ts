import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf, CORE_SYSTEMS, usuallyNext, type Follows, type Weights } from '../usual';
import { commandsNamed, commandsOf, type Scenario } from '../scenario';

/** Commands for skbs that were built from packets: enough to see that the skbs are whole, and where their pages go. */
const SKB_COMMANDS = [
  ...names(
    'skb_clone',
    'skb_copy',
    'pskb_copy',
    'skb_try_coalesce',
    'pskb_expand_head',
    '__pskb_pull_tail',
    '___pskb_trim',
  ),
  ...names(
    'skb_push',
    'skb_pull',
    'skb_put',
    'alloc_skb',
    'kfree_skb',
    'consume_skb',
    'napi_consume_skb',
    'skb_linearize',
  ),
  ...names('skb_mark_for_recycle', 'skb_append_frag_list'),
];

export const XDP_WEIGHTS: Weights = {
  ...weightsOf(['xdp']),
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
};

/** Followers on the way of a packet through its driver. */
export const XDP_FOLLOWS: Follows = {
  ...usuallyNextOf([...CORE_SYSTEMS, 'xdp']),
  page_pool_create: [
    'xdp_rxq_info_reg',
    'xdp_rxq_info_reg',
    'xdp_rxq_info_reg_mem_model',
    'page_pool_alloc_pages',
    'page_pool_alloc_frag',
  ],
  page_pool_alloc_pages: ['device_write'],
  page_pool_alloc_frag: ['page_pool_alloc_frag', 'device_write', 'device_write'],
  alloc_pages: ['device_write', 'device_write', 'page_split', 'page_split', 'dma_map_page', 'set_page_pfmemalloc'],
  device_write: [
    ...names('dma_sync_single_for_cpu', 'dma_sync_single_for_cpu', 'xdp_prepare_buff', 'xdp_prepare_buff'),
    ...names('xdp_buff_add_frag', 'xdp_buff_add_frag', 'xdp_buff_add_frag'),
  ],
  dma_sync_single_for_cpu: ['xdp_prepare_buff', 'xdp_prepare_buff', 'xdp_buff_add_frag', 'xdp_buff_add_frag'],
};

const XDP_COMMANDS = commandsOf(['page', 'page_frag', 'dma', 'page_pool', 'xdp']);
const NAMES = XDP_COMMANDS.map(({ name }) => name);
/** Commands that kernels can run. */
const KERNEL_NAMES = XDP_COMMANDS.filter(({ modelOnly }) => modelOnly === undefined)
  .map(({ name }) => name)
  // xdp_pass.ts has packets of several chunks.
  .filter((name) => name !== 'xsk_buff_add_frag');

export const XDP: Scenario = {
  name: 'xdp',
  title:
    'packets before they are skbs: queues and memory models, programs that move their ends, ' +
    'frames, and both ways to an skb',
  commands: commandsNamed([...KERNEL_NAMES, ...SKB_COMMANDS]),
  weights: XDP_WEIGHTS,
  follows: XDP_FOLLOWS,
  length: { min: 5, usual: 110, max: 200 },
};

export const XDP_2016: Scenario = {
  ...XDP,
  name: 'xdp-2016',
  title:
    'the same with the extra return codes that Brouer proposed, MODIFIED, STOLEN, SHARED; and drivers that linearize',
  commands: commandsNamed([...NAMES, ...SKB_COMMANDS]),
  follows: {
    ...XDP_FOLLOWS,
    xdp_prepare_buff: ['bpf_phys_dev_shared', 'bpf_phys_dev_modified', 'bpf_phys_dev_stolen'],
    xsk_buff_alloc: [...usuallyNext('xsk_buff_alloc'), 'xsk_buff_add_frag'],
    xsk_buff_add_frag: ['bpf_xdp_adjust_tail', 'xdp_return_buff'],
    xdp_linearize_page: ['bpf_prog_run_xdp', 'bpf_xdp_adjust_tail'],
    xdp_buff_copy_headers: ['xdp_buff_reuse_page', 'bpf_phys_dev_modified', 'put_page'],
  },
  modelOnly: 'the return codes that Jesper Dangaard Brouer proposed on netdev in April 2016 are in no kernel',
};
