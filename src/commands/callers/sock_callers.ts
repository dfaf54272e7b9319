import type { CallersOf } from './caller';

export const SOCK_CALLERS = {
  sk_alloc: {
    function: 'inet_create',
    file: 'net/ipv4/af_inet.c',
    state: 'A process calls socket().',
  },
  sk_free: {
    function: 'sock_wfree',
    file: 'net/core/sock.c',
    state: 'The last packet of a closed socket has been sent.',
  },
  skb_set_owner_w: {
    function: 'sock_alloc_send_pskb',
    file: 'net/core/sock.c',
    state: 'A new packet of a sender.',
  },
  skb_set_owner_r: {
    function: 'tcp_queue_rcv',
    file: 'net/ipv4/tcp_input.c',
    state: 'A segment enters the receive queue.',
  },
  skb_orphan: {
    function: 'loopback_xmit',
    file: 'drivers/net/loopback.c',
    state: 'A packet comes out of the loopback device.',
  },
  sk_common_release: {
    function: 'raw_close',
    file: 'net/ipv4/raw.c',
    state: 'A process closes a raw socket.',
  },
  sk_filter_trim_cap: {
    function: 'udp_queue_rcv_one_skb',
    file: 'net/ipv4/udp.c',
    state: 'A datagram arrives at a socket with a filter.',
  },
  skb_orphan_partial: {
    function: 'netem_enqueue',
    file: 'net/sched/sch_netem.c',
    state: 'A packet enters a netem queue, which delays it.',
  },
  tcp_eat_recv_skb: {
    function: 'tcp_recvmsg_locked',
    file: 'net/ipv4/tcp.c',
    state: 'A reader has copied a whole skb with recvmsg().',
  },
  skb_defer_free_flush: {
    function: 'net_rx_action',
    file: 'net/core/dev.c',
    state: 'The softirq of the CPU that allocated the skbs runs.',
  },
  tcp_trim_head: {
    function: 'tcp_tso_acked',
    file: 'net/ipv4/tcp_input.c',
    state: 'A part of a segment was acknowledged.',
  },
  ip_do_fragment: {
    function: 'ip_fragment',
    file: 'net/ipv4/ip_output.c',
    state: 'A packet is longer than the MTU.',
  },
  ip_defrag: {
    function: 'ip_local_deliver',
    file: 'net/ipv4/ip_input.c',
    state: 'A fragment arrives.',
  },
  llc_prepare_and_xmit: {
    function: 'llc_sap_action_send_ui',
    file: 'net/llc/llc_s_ac.c',
    state: 'A datagram is sent on a service access point.',
  },
  esp_output_tail: {
    function: 'esp_output',
    file: 'net/ipv4/esp4.c',
    state: 'The trailer of the packet stands, and its bytes are encrypted.',
  },
} as const satisfies CallersOf;
