import { names } from '../../commands/command_name';
import { commandsNamed, type Scenario } from '../scenario';
import { XDP_FOLLOWS, XDP_WEIGHTS } from './xdp';

/** Packets that a program passed, on kernels that make the skb themselves (6.14). */
export const XDP_PASS: Scenario = {
  name: 'xdp-pass',
  title: 'packets that XDP passed become skbs in place or by a copy: several buffers, several chunks of user memory',
  commands: commandsNamed([
    ...names('xdp_rxq_info_reg', 'xdp_rxq_info_unreg', 'xdp_rxq_info_reg_mem_model', 'xdp_rxq_info_unreg_mem_model'),
    ...names('xdp_prepare_buff', 'xdp_buff_add_frag', 'xsk_buff_alloc', 'xsk_buff_add_frag', 'xdp_return_buff'),
    ...names('bpf_xdp_adjust_head', 'bpf_xdp_adjust_meta', 'bpf_xdp_adjust_tail'),
    ...names('xdp_build_skb_from_buff', 'xdp_build_skb_from_zc', 'page_split'),
    ...names('page_pool_create', 'page_pool_alloc_pages', 'page_pool_alloc_frag', 'page_pool_destroy'),
    ...names('page_pool_release_retry', 'page_pool_put_full_page', 'page_pool_recycle_direct', 'device_add'),
    ...names('alloc_pages', 'get_page', 'put_page', 'device_write', 'dma_sync_single_for_cpu', 'set_page_pfmemalloc'),
    ...names('skb_clone', 'skb_copy', 'pskb_copy', 'skb_try_coalesce', 'pskb_expand_head', '__pskb_pull_tail'),
    ...names('___pskb_trim', 'skb_push', 'skb_pull', 'skb_linearize', 'kfree_skb', 'consume_skb', 'napi_consume_skb'),
  ]),
  weights: { ...XDP_WEIGHTS, xsk_buff_alloc: 96, xsk_buff_add_frag: 128, device_add: 1, napi_consume_skb: 8 },
  follows: {
    ...XDP_FOLLOWS,
    page_pool_create: [...names('xdp_rxq_info_reg', 'xdp_rxq_info_reg_mem_model', 'page_pool_alloc_pages')],
    xdp_rxq_info_reg_mem_model: [...names('xsk_buff_alloc', 'xsk_buff_alloc', 'page_pool_alloc_pages')],
    xsk_buff_alloc: [
      ...names('xsk_buff_alloc', 'xsk_buff_add_frag', 'xsk_buff_add_frag', 'xdp_build_skb_from_zc'),
      ...names('bpf_xdp_adjust_meta', 'bpf_xdp_adjust_head', 'bpf_xdp_adjust_tail'),
    ],
    xsk_buff_add_frag: names('xsk_buff_alloc', 'xsk_buff_alloc', 'xdp_build_skb_from_zc', 'bpf_xdp_adjust_tail'),
    xdp_prepare_buff: [
      ...names('xdp_buff_add_frag', 'xdp_buff_add_frag', 'xdp_build_skb_from_buff', 'bpf_xdp_adjust_head'),
      ...names('bpf_xdp_adjust_meta', 'page_pool_alloc_pages', 'alloc_pages'),
    ],
    xdp_buff_add_frag: [
      ...names('xdp_buff_add_frag', 'xdp_buff_add_frag', 'xdp_build_skb_from_buff', 'bpf_xdp_adjust_tail'),
      ...names('page_pool_alloc_pages', 'page_pool_alloc_frag', 'alloc_pages'),
    ],
  },
  // The module makes the skbs on 6.15 and later.
  since: '6.15',
  length: { min: 5, usual: 110, max: 200 },
};
