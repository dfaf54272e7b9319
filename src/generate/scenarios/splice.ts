import { usuallyNextOf, weightsOf, CORE_SYSTEMS, usuallyNext, type Follows } from '../usual';
import { commandsOf, type Scenario } from '../scenario';

/** Commands of readers and writers of pages that are in skbs. */
const FOLLOWS: Follows = {
  ...usuallyNextOf([...CORE_SYSTEMS, 'splice']),
  sk_alloc: ['skb_splice_bits', 'skb_splice_bits', 'alloc_pipe_info', 'skb_set_owner_w', 'skb_set_owner_r'],
  skb_append_frag_list: [...usuallyNext('skb_append_frag_list'), 'skb_splice_bits', 'pskb_extract'],
  skb_add_rx_frag: [
    ...usuallyNext('skb_add_rx_frag'),
    'skb_splice_bits',
    'skb_splice_bits',
    'skb_zerocopy',
    'tcp_queue_rcv',
    'tcp_queue_rcv',
  ],
  skb_put: [...usuallyNext('skb_put'), 'skb_splice_bits', 'skb_zerocopy', 'pskb_extract'],
  alloc_skb: [...usuallyNext('alloc_skb'), 'skb_zerocopy', 'skb_zerocopy', 'splice_to_socket'],
  skb_zcopy_set: [
    ...usuallyNext('skb_zcopy_set'),
    'skb_zerocopy',
    'skb_zerocopy',
    'skb_zerocopy',
    'alloc_skb',
    'pskb_extract',
  ],
  skb_fill_page_desc_managed: [
    ...usuallyNext('skb_fill_page_desc_managed'),
    'skb_zerocopy',
    'pskb_extract',
    'alloc_skb',
  ],
  skb_fill_page_desc: [...usuallyNext('skb_fill_page_desc'), 'skb_zerocopy', 'alloc_skb'],
  skb_get: [...usuallyNext('skb_get'), 'skb_zerocopy', 'pskb_extract'],
  skb_try_coalesce: [
    'esp_input_decrypt',
    'esp_input_decrypt',
    'esp_input_decrypt',
    'esp_input_decrypt',
    'skb_splice_bits',
    'tcp_queue_rcv',
  ],
  pskb_copy: ['skb_shift', 'skb_shift', 'skb_try_coalesce', 'kfree_skb', 'esp_input_decrypt', 'esp_input_decrypt'],
  skb_split: ['esp_input_decrypt', 'esp_input_decrypt', 'esp_input_decrypt'],
  skb_shift: ['pskb_copy', 'skb_shift', 'skb_fill_page_desc', 'skb_add_rx_frag', 'esp_input_decrypt'],
};

export const SPLICE: Scenario = {
  name: 'splice',
  title:
    'all paths that grab pages from skbs: splice, zerocopy receive, skb_zerocopy, pskb_extract, ' +
    'and who writes in place',
  commands: commandsOf([...CORE_SYSTEMS, 'splice']),
  weights: {
    ...weightsOf([...CORE_SYSTEMS, 'splice']),
    sk_alloc: 16,
    skb_split: 64,
    alloc_skb: 16,
    ubuf_alloc: 16,
    skb_zcopy_set: 48,
    skb_get: 16,
  },
  follows: FOLLOWS,
  length: { min: 5, usual: 110, max: 200 },
};
