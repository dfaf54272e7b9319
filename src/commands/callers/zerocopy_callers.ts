import type { CallersOf } from './caller';

export const ZEROCOPY_CALLERS = {
  skb_zcopy_set: {
    function: 'skb_zerocopy_iter_stream',
    file: 'net/core/skbuff.c',
    state: 'A call of sendmsg(MSG_ZEROCOPY) has added user pages to an skb.',
  },
  ubuf_alloc: {
    function: 'msg_zerocopy_realloc',
    file: 'net/core/skbuff.c',
    by: 'msg_zerocopy_alloc',
    state: 'A call of sendmsg(MSG_ZEROCOPY) begins; vhost-net and io_uring make owners of their own.',
  },
  net_zcopy_put: {
    function: 'tcp_sendmsg_locked',
    file: 'net/ipv4/tcp.c',
    state: 'A call of sendmsg(MSG_ZEROCOPY) ends.',
  },
  skb_fill_page_desc_managed: {
    function: 'io_sg_from_iter',
    file: 'io_uring/net.c',
    by: '__skb_fill_page_desc_noacc',
    state: 'IORING_OP_SEND_ZC sends from a registered buffer.',
  },
  skb_zerocopy_iter_stream: {
    function: 'tcp_sendmsg_locked',
    file: 'net/ipv4/tcp.c',
    state: 'A process calls sendmsg(MSG_ZEROCOPY) on a TCP socket.',
  },
  skb_tx_error: {
    function: 'tun_net_xmit',
    file: 'drivers/net/tun.c',
    state: 'The ring of a tun device is full, or the device is down.',
  },
  msg_zerocopy_alloc: {
    function: 'msg_zerocopy_realloc',
    file: 'net/core/skbuff.c',
    state: 'A call of sendmsg(MSG_ZEROCOPY) finds no owner to continue.',
  },
  skb_tstamp_tx: {
    function: 'igb_ptp_tx_hwtstamp',
    file: 'drivers/net/ethernet/intel/igb/igb_ptp.c',
    state: 'The device has sent a packet whose sender wants its time.',
  },
  rds_message_zcopy_from_user: {
    function: 'rds_message_copy_from_user',
    file: 'net/rds/message.c',
    state: 'A process calls sendmsg(MSG_ZEROCOPY) on an RDS socket.',
  },
  virtio_transport_send_pkt_info: {
    function: 'virtio_transport_stream_enqueue',
    file: 'net/vmw_vsock/virtio_transport_common.c',
    state: 'A process calls send(MSG_ZEROCOPY) on a vsock.',
  },
  tcp_sendmsg_zerocopy: {
    function: 'tcp_sendmsg',
    file: 'net/ipv4/tcp.c',
    by: 'tcp_sendmsg_locked',
    state: 'A process calls sendmsg(MSG_ZEROCOPY) on a connection that sends nothing yet.',
  },
  tcp_sendmsg_splice: {
    function: 'splice_to_socket',
    file: 'fs/splice.c',
    by: 'sock_sendmsg',
    releases: ['6.12', '7.3'],
    state: 'A process splices a pipe to a TCP socket.',
    otherwise: { function: 'do_tcp_sendpages', file: 'net/ipv4/tcp.c', by: 'tcp_build_frag', releases: ['6.1'] },
  },
  tcp_write_queue_purge: {
    function: 'tcp_disconnect',
    file: 'net/ipv4/tcp.c',
    state: 'The connection is reset.',
  },
} as const satisfies CallersOf;
