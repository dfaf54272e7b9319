import { names } from '../../commands/command_name';
import { commandsNamed, type Scenario } from '../scenario';

const SPLICE = [
  ...names('shmem_file_setup', 'shmem_truncate', 'alloc_pipe_info', 'free_pipe_info', 'filemap_splice_read'),
  ...names('splice_to_socket', 'esp_input_decrypt'),
];
const PACKETS = [
  ...names(
    'alloc_skb',
    'napi_alloc_skb',
    'netdev_alloc_skb',
    'skb_reserve',
    'skb_put',
    'skb_put_packet',
    'skb_push_headers',
  ),
  ...names('skb_clone', 'pskb_copy', '__pskb_pull_tail', '___pskb_trim', 'kfree_skb', 'skb_lro_set'),
];
const GRO = [
  ...names(
    'netif_napi_add',
    'netif_napi_del',
    'napi_gro_receive',
    'napi_gro_flush',
    'gro_normal_list',
    'rx_handler_take',
  ),
];
const GSO = [
  ...names('skb_gso_set', 'skb_segment', 'skb_segment_list', 'tcp_gso_segment', '__udp_gso_segment'),
  ...names('skb_mark_not_on_list', 'kfree_skb_list'),
];

/** Files that are sent (sendfile) over a virtual link: the receiver's GRO merges the segments of the sender. */
export const GATEWAY: Scenario = {
  name: 'gateway',
  title: 'sendfile() over a virtual link: pages of the page cache through segmentation, GRO, and who writes in place',
  commands: commandsNamed([...SPLICE, ...PACKETS, ...GRO, ...GSO]),
  weights: {
    ...{ shmem_file_setup: 16, alloc_pipe_info: 16, shmem_truncate: 1, free_pipe_info: 1, filemap_splice_read: 64 },
    ...{ splice_to_socket: 128, esp_input_decrypt: 16, skb_reserve: 2, skb_put: 8, skb_put_packet: 64 },
    ...{ skb_push_headers: 128, napi_alloc_skb: 32, netdev_alloc_skb: 32, alloc_skb: 16, kfree_skb: 1 },
    ...{ netif_napi_add: 16, netif_napi_del: 1, napi_gro_receive: 256, napi_gro_flush: 8, gro_normal_list: 24 },
    ...{ rx_handler_take: 32, skb_gso_set: 32, skb_segment: 64 },
  },
  follows: {
    shmem_file_setup: ['alloc_pipe_info', 'filemap_splice_read'],
    alloc_pipe_info: ['filemap_splice_read', 'filemap_splice_read', 'shmem_file_setup'],
    filemap_splice_read: ['splice_to_socket', 'netdev_alloc_skb', 'napi_alloc_skb', 'alloc_skb'],
    netdev_alloc_skb: ['splice_to_socket', 'splice_to_socket', 'skb_put_packet'],
    napi_alloc_skb: ['splice_to_socket', 'splice_to_socket', 'skb_put_packet'],
    alloc_skb: ['splice_to_socket', 'splice_to_socket', 'skb_put_packet'],
    splice_to_socket: ['skb_push_headers', 'skb_push_headers', 'skb_push_headers', 'skb_gso_set', 'esp_input_decrypt'],
    skb_push_headers: ['napi_gro_receive', 'napi_gro_receive', 'napi_gro_receive', 'skb_gso_set'],
    skb_put_packet: ['napi_gro_receive', 'napi_gro_receive', 'napi_gro_receive', 'skb_lro_set'],
    skb_lro_set: ['napi_gro_receive'],
    napi_gro_receive: [
      'netdev_alloc_skb',
      'napi_alloc_skb',
      'filemap_splice_read',
      'gro_normal_list',
      'napi_gro_flush',
    ],
    napi_gro_flush: ['gro_normal_list'],
    gro_normal_list: ['rx_handler_take'],
    rx_handler_take: ['esp_input_decrypt', 'skb_push_headers', 'skb_clone', 'rx_handler_take', '__pskb_pull_tail'],
    skb_gso_set: ['skb_segment', 'skb_segment', 'tcp_gso_segment', '__udp_gso_segment'],
    skb_segment: ['skb_mark_not_on_list', 'kfree_skb_list', 'esp_input_decrypt'],
    skb_mark_not_on_list: ['skb_push_headers', 'esp_input_decrypt', 'skb_mark_not_on_list'],
  },
  length: { min: 5, usual: 100, max: 200 },
};
