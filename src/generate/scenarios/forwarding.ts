import { names } from '../../commands/command_name';
import { commandsNamed, type Scenario } from '../scenario';
import { RECEIVE, RECEIVE_FOLLOWS, RECEIVE_WEIGHTS, RELEASE } from './multicast';

/**
 * A router, a bridge, a tunnel: a received packet is sent again with another header. Heads are made private and grow
 * (skb_cow, skb_realloc_headroom, skb_expand_head), and the sending device frees in its own context (napi_consume_skb).
 */
export const FORWARDING: Scenario = {
  name: 'forwarding',
  title:
    'packets that come in go out with another header: heads that grow, shared packets made private, ' +
    'freed by the sender',
  commands: commandsNamed([
    ...RECEIVE,
    ...RELEASE,
    ...names(
      'skb_cow',
      'skb_realloc_headroom',
      'skb_expand_head',
      'pskb_expand_head',
      'skb_share_check',
      'skb_unshare',
    ),
    ...names('skb_unclone', 'skb_push', 'skb_trim', 'skb_clone', 'skb_get', 'skb_copy_expand', 'skb_set_owner_w'),
    ...names('__pskb_pull_tail', '___pskb_trim', 'skb_linearize', 'skb_append_frag_list', 'skb_detach_frag_list'),
    ...names('dma_map_page', 'dma_unmap_page'),
  ]),
  weights: {
    ...RECEIVE_WEIGHTS,
    skb_cow: 32,
    skb_realloc_headroom: 32,
    skb_expand_head: 32,
    pskb_expand_head: 24,
    skb_push: 48,
    skb_clone: 24,
    napi_consume_skb: 32,
    skb_append_frag_list: 24,
    skb_detach_frag_list: 24,
  },
  follows: {
    ...RECEIVE_FOLLOWS,
    skb_put: ['skb_mark_for_recycle', 'skb_pull', 'skb_cow', 'skb_expand_head', 'skb_add_rx_frag'],
    skb_mark_for_recycle: ['skb_pull', 'skb_cow', 'skb_expand_head', 'skb_clone', 'skb_realloc_headroom', 'skb_get'],
    skb_pull: ['skb_push', 'skb_cow', 'skb_realloc_headroom', 'skb_expand_head'],
    skb_cow: ['skb_push', 'skb_push', 'napi_consume_skb', 'skb_set_owner_w'],
    skb_expand_head: ['skb_push', 'skb_push', 'napi_consume_skb'],
    skb_realloc_headroom: ['skb_push', 'skb_push', 'consume_skb'],
    skb_get: ['skb_share_check', 'skb_share_check', 'skb_realloc_headroom'],
    skb_clone: ['skb_unshare', 'skb_cow', 'skb_unclone', 'skb_realloc_headroom', 'napi_consume_skb'],
    skb_push: ['napi_consume_skb', 'napi_consume_skb', 'skb_clone', 'skb_append_frag_list'],
    skb_append_frag_list: ['skb_append_frag_list', 'skb_detach_frag_list', 'skb_cow', '___pskb_trim'],
    napi_consume_skb: ['page_pool_alloc_pages', 'napi_alloc_skb', 'napi_consume_skb'],
  },
  length: { min: 10, usual: 120, max: 220 },
};
