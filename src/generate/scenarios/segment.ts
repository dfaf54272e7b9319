import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf, CORE_SYSTEMS, usuallyNext } from '../usual';
import { commandsOf, type Scenario } from '../scenario';

const PACKETS = names('skb_gso_set', 'skb_gso_set', 'skb_gso_set', 'skb_append_frag_list', 'skb_append_frag_list');
const GSO = [
  ...names('tcp_gso_segment', 'tcp_gso_segment', '__udp_gso_segment', '__udp_gso_segment'),
  ...names('skb_segment', 'skb_segment', 'skb_segment', 'skb_segment'),
];

export const SEGMENT: Scenario = {
  name: 'segment',
  title: 'GSO: skb_segment, skb_segment_list, TCP and UDP segmentation, with socket charges',
  commands: commandsOf([...CORE_SYSTEMS, 'segment']),
  weights: {
    ...weightsOf([...CORE_SYSTEMS, 'segment']),
    skb_put: 32,
    skb_append_frag_list: 96,
  },
  follows: {
    ...usuallyNextOf([...CORE_SYSTEMS, 'segment']),
    skb_put: ['skb_put', 'skb_append_frag_list', 'skb_append_frag_list', ...PACKETS],
    skb_add_rx_frag: [...usuallyNext('skb_add_rx_frag'), ...PACKETS, ...PACKETS],
    skb_fill_page_desc: [...PACKETS, 'skb_zcopy_set'],
    skb_fill_page_desc_managed: [...usuallyNext('skb_fill_page_desc_managed'), ...PACKETS, ...PACKETS],
    skb_set_owner_w: [...GSO, ...usuallyNext('skb_set_owner_w')],
    skb_append_frag_list: [
      ...usuallyNext('skb_append_frag_list'),
      ...PACKETS,
      ...PACKETS,
      ...PACKETS,
      'skb_segment_list',
      'skb_segment_list',
      'pskb_copy',
    ],
    skb_clone: [...usuallyNext('skb_clone'), 'skb_segment_list'],
    pskb_copy: [...usuallyNext('pskb_copy'), 'skb_segment_list', 'skb_segment_list'],
    skb_push: ['skb_gso_set', 'skb_gso_set', 'skb_append_frag_list'],
    __pskb_pull_tail: ['skb_gso_set', 'skb_gso_set', 'skb_gso_set', 'skb_append_frag_list'],
    sk_alloc: ['tcp_set_owner_w', 'tcp_set_owner_w', 'skb_set_owner_w', 'skb_set_owner_w'],
  },
  length: { min: 5, usual: 110, max: 200 },
};
