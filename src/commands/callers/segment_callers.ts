import type { CallersOf } from './caller';

export const SEGMENT_CALLERS = {
  skb_gso_set: {
    function: '__tcp_transmit_skb',
    file: 'net/ipv4/tcp_output.c',
    by: 'gso_size',
    state: 'A packet that is sent holds more than one segment.',
  },
  skb_segment: {
    function: 'tcp_gso_segment',
    file: 'net/ipv4/tcp_offload.c',
    state: 'A GSO packet goes to a device that cannot segment it.',
  },
  skb_mark_not_on_list: {
    function: 'dev_hard_start_xmit',
    file: 'net/core/dev.c',
    state: 'The segments of a packet are sent one after the other.',
  },
  kfree_skb_list: {
    function: 'ip_do_fragment',
    file: 'net/ipv4/ip_output.c',
    state: 'A fragment could not be sent: the others are dropped.',
  },
  skb_gather_list: {
    function: 'sctp_make_reassembled_event',
    file: 'net/sctp/ulpqueue.c',
    by: 'frag_list',
    state: 'The chunks of a message are complete.',
  },
  skb_segment_list: {
    function: '__udp_gso_segment_list',
    file: 'net/ipv4/udp_offload.c',
    state: 'A packet that fraglist GRO chained is forwarded.',
  },
  tcp_gso_segment: {
    function: 'tcp4_gso_segment',
    file: 'net/ipv4/tcp_offload.c',
    state: 'A GSO packet of TCP goes to a device without TSO.',
  },
  __udp_gso_segment: {
    function: 'udp4_ufo_fragment',
    file: 'net/ipv4/udp_offload.c',
    state: 'A packet of a socket with UDP_SEGMENT goes to a device without it.',
  },
  tcp_set_owner_w: {
    function: '__tcp_transmit_skb',
    file: 'net/ipv4/tcp_output.c',
    by: 'tcp_wfree',
    state: 'A clone of a segment is charged to its socket.',
  },
  kcm_sendmsg_fault: {
    function: 'kcm_sendmsg',
    file: 'net/kcm/kcmsock.c',
    by: 'frag_list',
    state: 'A message continues in another skb, and the next byte of sendmsg() is not mapped.',
  },
} as const satisfies CallersOf;
