import type { CallersOf } from './caller';

export const SPLICE_CALLERS = {
  alloc_pipe_info: {
    function: 'get_pipe_inode',
    file: 'fs/pipe.c',
    state: 'A process calls pipe().',
  },
  free_pipe_info: {
    function: 'put_pipe_info',
    file: 'fs/pipe.c',
    state: 'Both ends of a pipe are closed.',
  },
  pipe_read: {
    function: 'vfs_read',
    file: 'fs/read_write.c',
    by: 'new_sync_read',
    state: 'A process reads a pipe that has bytes.',
  },
  skb_splice_bits: {
    function: 'tcp_splice_data_recv',
    file: 'net/ipv4/tcp.c',
    state: 'A process splices a TCP socket to a pipe.',
  },
  shmem_file_setup: {
    function: 'memfd_create',
    file: 'mm/memfd.c',
    releases: ['6.1', '6.12'],
    state: 'A process calls memfd_create().',
    otherwise: { function: 'memfd_alloc_file', file: 'mm/memfd.c', releases: ['7.3'] },
  },
  shmem_truncate: {
    function: 'shmem_setattr',
    file: 'mm/shmem.c',
    by: 'shmem_truncate_range',
    state: 'A process calls ftruncate() on a memfd.',
  },
  filemap_splice_read: {
    function: 'do_splice_to',
    file: 'fs/splice.c',
    by: 'splice_read',
    releases: ['6.1'],
    state: 'A process calls splice() or sendfile() from a file to a pipe.',
    otherwise: { function: 'do_splice_read', file: 'fs/splice.c', by: 'splice_read', releases: ['6.12', '7.3'] },
  },
  splice_to_socket: {
    function: 'do_splice_from',
    file: 'fs/splice.c',
    by: 'splice_write',
    state: 'A process calls splice() or sendfile() to a TCP socket that has not sent yet.',
  },
  esp_input_decrypt: {
    function: 'xfrm_input',
    file: 'net/xfrm/xfrm_input.c',
    by: 'input',
    state: 'An ESP packet arrives for a state without hardware crypto.',
  },
  skb_zerocopy: {
    function: 'queue_userspace_packet',
    file: 'net/openvswitch/datapath.c',
    state: 'A packet misses the flow table, and openvswitch sends it to user space by netlink.',
  },
  pskb_extract: {
    function: 'rds_tcp_data_recv',
    file: 'net/rds/tcp_recv.c',
    state: 'An RDS message ends in the middle of an skb of its TCP connection.',
  },
  tcp_mmap: {
    function: 'sock_mmap',
    file: 'net/socket.c',
    by: 'mmap',
    state: 'A process maps a TCP socket.',
  },
  tcp_close: {
    function: 'inet_release',
    file: 'net/ipv4/af_inet.c',
    by: 'close',
    state: 'A process closes a TCP socket.',
  },
  tcp_queue_rcv: {
    function: 'tcp_data_queue',
    file: 'net/ipv4/tcp_input.c',
    state: 'A segment arrives in order.',
  },
  tcp_zerocopy_receive: {
    function: 'do_tcp_getsockopt',
    file: 'net/ipv4/tcp.c',
    state: 'A process calls getsockopt(TCP_ZEROCOPY_RECEIVE) with address space that it mapped.',
  },
  madvise_dontneed: {
    function: 'madvise_vma_behavior',
    file: 'mm/madvise.c',
    by: 'madvise_dontneed_free',
    state: 'A process calls madvise(MADV_DONTNEED) on the address space of a socket.',
  },
  rx_header_split: {
    function: 'bnxt_rx_page_skb',
    file: 'drivers/net/ethernet/broadcom/bnxt/bnxt.c',
    by: 'skb_add_rx_frag',
    state: 'A packet is received in pages: its headers are copied into a head.',
  },
} as const satisfies CallersOf;
