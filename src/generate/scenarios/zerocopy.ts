import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf, CORE_SYSTEMS, type Follows, type Weights } from '../usual';
import { commandsNamed, type Scenario } from '../scenario';

const FOLLOWS: Follows = {
  ...usuallyNextOf([...CORE_SYSTEMS, 'zerocopy_send']),
  ubuf_alloc: ['skb_zerocopy_iter_stream', 'virtio_transport_send_pkt_info', 'skb_zcopy_set'],
  skb_clone: ['skb_tx_error', 'skb_tx_error', 'skb_tstamp_tx', 'kfree_skb'],
  skb_zerocopy: ['kfree_skb', 'skb_tx_error', 'net_zcopy_put'],
  alloc_skb: ['skb_put', 'skb_zerocopy_iter_stream', 'skb_zerocopy', 'skb_zcopy_set'],
  sk_alloc: ['msg_zerocopy_alloc', 'tcp_sendmsg_zerocopy', 'skb_tstamp_tx'],
  skb_put: ['skb_zerocopy', 'skb_zerocopy_iter_stream'],
  rx_header_split: ['skb_add_rx_frag', 'skb_fill_page_desc', 'alloc_pages', 'skb_copy_ubufs', 'skb_zerocopy'],
  alloc_pages: ['device_write', 'device_write', 'rds_message_zcopy_from_user'],
  device_write: ['skb_fill_page_desc', 'skb_fill_page_desc', 'skb_add_rx_frag'],
  skb_fill_page_desc: ['alloc_pages', 'skb_copy_ubufs', 'skb_copy_ubufs', 'skb_zerocopy_iter_stream'],
};

const COMPARED = [
  ...names('alloc_pages', 'device_write', 'put_page', 'alloc_skb', 'skb_put', 'skb_add_rx_frag', 'skb_fill_page_desc'),
  ...names(
    'skb_clone',
    'skb_copy',
    'pskb_copy',
    'kfree_skb',
    'skb_split',
    'skb_shift',
    'skb_try_coalesce',
    'pskb_expand_head',
  ),
  ...names(
    'skb_copy_ubufs',
    'skb_zcopy_set',
    'ubuf_alloc',
    'net_zcopy_put',
    'skb_fill_page_desc_managed',
    'sk_alloc',
    'sk_free',
  ),
  ...names('skb_zerocopy', 'pskb_extract', 'rx_header_split', 'skb_zerocopy_iter_stream', 'skb_tx_error'),
];

const WEIGHTS: Weights = {
  ...weightsOf([...CORE_SYSTEMS, 'zerocopy_send']),
  alloc_pages: 32,
  device_write: 32,
  skb_fill_page_desc: 32,
  sk_alloc: 16,
  skb_zerocopy: 96,
  skb_copy_ubufs: 24,
  rx_header_split: 16,
};

/** Senders of user memory: the references to its owner, and its completion. */
export const ZEROCOPY: Scenario = {
  name: 'zerocopy',
  title: 'senders of user memory: who holds its owner, who tells it that the pages are free again',
  commands: commandsNamed(COMPARED),
  weights: WEIGHTS,
  follows: FOLLOWS,
  length: { min: 5, usual: 60, max: 150 },
};

/** With the sockets that send: error queues, write queues, RDS and vsock messages. */
export const ZEROCOPY_SOCKETS: Scenario = {
  name: 'zerocopy-sockets',
  title: 'user memory in sockets that send it: time stamps, the TCP write queue, RDS and vsock messages',
  modelOnly: 'the module has no connections to send on',
  commands: commandsNamed([
    ...COMPARED,
    ...names('kfree_skb_list', 'msg_zerocopy_alloc', 'skb_tstamp_tx', 'rds_message_zcopy_from_user'),
    ...names('virtio_transport_send_pkt_info', 'tcp_sendmsg_zerocopy', 'tcp_sendmsg_splice', 'tcp_write_queue_purge'),
  ]),
  weights: WEIGHTS,
  follows: FOLLOWS,
  length: { min: 5, usual: 60, max: 150 },
};
