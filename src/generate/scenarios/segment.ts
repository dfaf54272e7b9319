import { CORE_FOLLOWS } from '../core_follows';
import { commandsOf, type Scenario } from '../scenario';
import { CORE_WEIGHTS } from './core';

const PACKETS = ['skb_gso_set', 'skb_gso_set', 'skb_gso_set', 'skb_append_frag_list', 'skb_append_frag_list'];
const GSO = [
  ...['tcp_gso_segment', 'tcp_gso_segment', '__udp_gso_segment', '__udp_gso_segment'],
  ...['skb_segment', 'skb_segment', 'skb_segment', 'skb_segment'],
];

export const SEGMENT: Scenario = {
  name: 'segment',
  title: 'GSO: skb_segment, skb_segment_list, TCP and UDP segmentation, with socket charges',
  commands: commandsOf(['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock', 'segment']),
  weights: {
    ...CORE_WEIGHTS,
    skb_put: 32,
    skb_append_frag_list: 96,
    skb_gso_set: 64,
    skb_segment: 160,
    skb_segment_list: 96,
    tcp_gso_segment: 128,
    __udp_gso_segment: 96,
    tcp_set_owner_w: 48,
    skb_mark_not_on_list: 48,
    kfree_skb_list: 16,
  },
  follows: {
    ...CORE_FOLLOWS,
    skb_put: ['skb_put', 'skb_append_frag_list', 'skb_append_frag_list', ...PACKETS],
    skb_add_rx_frag: [...(CORE_FOLLOWS.skb_add_rx_frag ?? []), ...PACKETS, ...PACKETS],
    skb_fill_page_desc: [...PACKETS, 'skb_zcopy_set'],
    skb_fill_page_desc_managed: [...(CORE_FOLLOWS.skb_fill_page_desc_managed ?? []), ...PACKETS, ...PACKETS],
    skb_append_frag_list: [
      ...(CORE_FOLLOWS.skb_append_frag_list ?? []),
      ...PACKETS,
      ...PACKETS,
      '__skb_header_release',
    ],
    skb_gso_set: [...GSO, ...GSO, 'skb_set_owner_w', '__pskb_pull_tail', 'skb_clone', 'skb_gso_set'],
    skb_set_owner_w: [...GSO, ...(CORE_FOLLOWS.skb_set_owner_w ?? [])],
    skb_segment: [
      'skb_mark_not_on_list',
      'skb_mark_not_on_list',
      'kfree_skb_list',
      'kfree_skb',
      'skb_segment',
      'net_zcopy_put',
    ],
    skb_mark_not_on_list: [
      'skb_mark_not_on_list',
      'skb_mark_not_on_list',
      'kfree_skb_list',
      'kfree_skb',
      'skb_try_coalesce',
    ],
  },
  length: { min: 5, usual: 110, max: 200 },
};
