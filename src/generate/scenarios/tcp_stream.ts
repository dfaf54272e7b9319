import { names } from '../../commands/command_name';
import { commandsNamed, type Scenario } from '../scenario';
import { RECEIVE, RECEIVE_FOLLOWS, RECEIVE_WEIGHTS, RELEASE } from './multicast';

/**
 * The receive queue of a TCP socket. Packets are pulled to their payload, charged to the socket and merged into the
 * tail of the queue where possible (tcp_queue_rcv, tcp_try_coalesce). Taps hold clones, and the reader eats from the
 * front. On the way out the write queue splits and shifts (tcp_fragment, tcp_shift_skb_data).
 */
export const TCP_STREAM: Scenario = {
  name: 'tcp-stream',
  title: 'a TCP stream: received packets charged to the socket and coalesced into its queue, clones held by taps',
  commands: commandsNamed([
    ...RECEIVE,
    ...RELEASE,
    ...names('skb_try_coalesce', 'skb_clone', '__pskb_pull_tail', '___pskb_trim', 'skb_condense', 'skb_linearize'),
    ...names(
      'alloc_skb_fclone',
      'alloc_skb',
      'skb_fill_page_desc',
      'skb_set_owner_w',
      'skb_split',
      'skb_shift',
      'pskb_copy',
    ),
    ...names('__skb_header_release', 'skb_unclone_keeptruesize', 'skb_push', 'skb_append_frag_list'),
  ]),
  weights: {
    ...RECEIVE_WEIGHTS,
    skb_pull: 24,
    skb_try_coalesce: 240,
    skb_set_owner_r: 64,
    skb_clone: 16,
    skb_shift: 64,
    skb_split: 16,
    skb_fill_page_desc: 48,
    skb_append_frag_list: 2,
    __pskb_pull_tail: 32,
    ___pskb_trim: 16,
  },
  follows: {
    ...RECEIVE_FOLLOWS,
    skb_put: ['skb_mark_for_recycle', 'skb_pull', 'skb_try_coalesce', 'skb_set_owner_r', 'skb_add_rx_frag'],
    skb_mark_for_recycle: ['skb_try_coalesce', 'skb_try_coalesce', 'skb_set_owner_r', 'skb_clone', 'skb_pull'],
    skb_pull: ['skb_try_coalesce', 'skb_set_owner_r', '__pskb_pull_tail'],
    skb_set_owner_r: ['skb_try_coalesce', 'skb_try_coalesce', 'skb_pull'],
    skb_try_coalesce: [
      'skb_try_coalesce',
      'page_pool_alloc_pages',
      'napi_alloc_skb',
      'consume_skb',
      '__pskb_pull_tail',
    ],
    skb_clone: ['skb_try_coalesce', 'skb_try_coalesce', 'kfree_skb', 'consume_skb'],
    alloc_skb_fclone: ['skb_fill_page_desc', 'skb_put', 'skb_set_owner_w', 'skb_clone'],
    alloc_skb: ['skb_fill_page_desc', 'skb_put'],
    skb_fill_page_desc: ['skb_fill_page_desc', 'skb_shift', 'skb_split', 'skb_set_owner_w'],
    skb_split: ['skb_shift', 'skb_clone'],
    skb_shift: ['skb_shift', 'pskb_copy', 'consume_skb'],
  },
  length: { min: 10, usual: 120, max: 220 },
};
