import { CORE_FOLLOWS } from '../core_follows';
import { commandsOf, type Scenario } from '../scenario';
import { CORE_WEIGHTS } from './core';

/** What a reader and a writer do with pages that are in skbs. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  ...CORE_FOLLOWS,
  sk_alloc: ['skb_splice_bits', 'skb_splice_bits', 'alloc_pipe_info', 'skb_set_owner_w', 'skb_set_owner_r'],
  skb_append_frag_list: [...(CORE_FOLLOWS.skb_append_frag_list ?? []), 'skb_splice_bits', 'pskb_extract'],
  skb_add_rx_frag: [...(CORE_FOLLOWS.skb_add_rx_frag ?? []), 'skb_splice_bits', 'skb_splice_bits', 'skb_zerocopy', 'tcp_queue_rcv', 'tcp_queue_rcv'],
  skb_put: [...(CORE_FOLLOWS.skb_put ?? []), 'skb_splice_bits', 'skb_zerocopy', 'pskb_extract'],
  alloc_skb: [...(CORE_FOLLOWS.alloc_skb ?? []), 'skb_zerocopy', 'skb_zerocopy', 'splice_to_socket'],
  skb_zcopy_set: [...(CORE_FOLLOWS.skb_zcopy_set ?? []), 'skb_zerocopy', 'pskb_extract'],
  skb_fill_page_desc_managed: [...(CORE_FOLLOWS.skb_fill_page_desc_managed ?? []), 'skb_zerocopy', 'pskb_extract', 'alloc_skb'],
  skb_fill_page_desc: [...(CORE_FOLLOWS.skb_fill_page_desc ?? []), 'skb_zerocopy', 'alloc_skb'],
  skb_get: [...(CORE_FOLLOWS.skb_get ?? []), 'skb_zerocopy', 'pskb_extract'],
  rx_header_split: ['tcp_queue_rcv', 'tcp_queue_rcv', 'tcp_queue_rcv', 'skb_splice_bits', 'skb_zerocopy', 'pskb_extract', 'skb_clone', 'esp_input_decrypt'],
  tcp_mmap: ['rx_header_split', 'rx_header_split', 'tcp_queue_rcv', 'alloc_pages'],
  tcp_queue_rcv: ['tcp_zerocopy_receive', 'tcp_zerocopy_receive', 'tcp_queue_rcv', 'tcp_queue_rcv'],
  tcp_zerocopy_receive: ['tcp_zerocopy_receive', 'tcp_zerocopy_receive', 'madvise_dontneed', 'tcp_queue_rcv', 'tcp_close'],
  alloc_pipe_info: ['sk_alloc', 'skb_splice_bits', 'skb_splice_bits', 'filemap_splice_read', 'filemap_splice_read'],
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
  title:
    'all paths that grab pages from skbs: splice, zerocopy receive, skb_zerocopy, pskb_extract, and who writes in place',
  commands: commandsOf(['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock', 'splice']),
  weights: {
    ...CORE_WEIGHTS,
    sk_alloc: 16,
    alloc_pipe_info: 16,
    free_pipe_info: 2,
    skb_splice_bits: 192,
    pipe_read: 16,
    shmem_file_setup: 6,
    shmem_truncate: 2,
    filemap_splice_read: 48,
    splice_to_socket: 96,
    esp_input_decrypt: 24,
    skb_zerocopy: 512,
    alloc_skb: 16,
    pskb_extract: 64,
    rx_header_split: 24,
    tcp_mmap: 12,
    tcp_close: 2,
    tcp_queue_rcv: 256,
    tcp_zerocopy_receive: 256,
    madvise_dontneed: 32,
  },
  follows: FOLLOWS,
  length: { min: 5, usual: 110, max: 200 },
};
