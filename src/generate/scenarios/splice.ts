import { CORE_FOLLOWS } from '../core_follows';
import { commandsOf, type Scenario } from '../scenario';
import { CORE_WEIGHTS } from './core';

/** What a reader and a writer do with pages that are in skbs. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  ...CORE_FOLLOWS,
  alloc_pipe_info: ['skb_splice_bits', 'skb_splice_bits', 'filemap_splice_read', 'filemap_splice_read'],
  shmem_file_setup: ['filemap_splice_read', 'filemap_splice_read', 'alloc_pipe_info'],
  filemap_splice_read: ['splice_to_socket', 'splice_to_socket', 'splice_to_socket', 'filemap_splice_read', 'pipe_read'],
  skb_splice_bits: ['splice_to_socket', 'pipe_read', 'kfree_skb', 'skb_splice_bits', 'free_pipe_info'],
  splice_to_socket: [
    ...['skb_try_coalesce', 'skb_try_coalesce', 'pskb_copy', 'skb_shift', 'skb_split', 'skb_zerocopy', 'pskb_extract'],
    ...['skb_clone', 'esp_input_decrypt', 'filemap_splice_read', 'filemap_splice_read', 'tcp_queue_rcv'],
  ],
  skb_try_coalesce: ['esp_input_decrypt', 'esp_input_decrypt', 'skb_splice_bits', 'tcp_queue_rcv'],
  pskb_copy: ['skb_shift', 'skb_shift', 'skb_try_coalesce', 'kfree_skb', 'esp_input_decrypt', 'esp_input_decrypt'],
  skb_split: ['esp_input_decrypt', 'kfree_skb', 'esp_input_decrypt'],
  skb_zerocopy: ['esp_input_decrypt', 'kfree_skb', 'esp_input_decrypt', 'skb_splice_bits'],
  pskb_extract: ['esp_input_decrypt', 'kfree_skb', 'esp_input_decrypt', 'skb_splice_bits', 'tcp_queue_rcv'],
  skb_shift: ['pskb_copy', 'skb_shift', 'skb_fill_page_desc', 'skb_add_rx_frag', 'esp_input_decrypt'],
};

export const SPLICE: Scenario = {
  name: 'splice',
  title: 'all paths that grab pages from skbs: splice, zerocopy receive, skb_zerocopy, pskb_extract, and who writes in place',
  commands: commandsOf(['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock', 'splice']),
  weights: {
    ...CORE_WEIGHTS,
    alloc_pipe_info: 6,
    free_pipe_info: 2,
    skb_splice_bits: 64,
    pipe_read: 16,
    shmem_file_setup: 6,
    shmem_truncate: 2,
    filemap_splice_read: 48,
    splice_to_socket: 96,
    esp_input_decrypt: 64,
    skb_zerocopy: 96,
    pskb_extract: 64,
  },
  follows: FOLLOWS,
  length: { min: 5, usual: 110, max: 200 },
};
