import type { CallersOf } from './caller';

export const SKB_CALLERS = {
  alloc_skb: {
    function: 'alloc_skb_with_frags',
    file: 'net/core/skbuff.c',
    state: 'A socket sends: the linear part of a packet.',
  },
  alloc_skb_fclone: {
    function: 'tcp_stream_alloc_skb',
    file: 'net/ipv4/tcp.c',
    state: 'TCP needs an skb for its write queue.',
  },
  netdev_alloc_skb: {
    function: 'b44_alloc_rx_skb',
    file: 'drivers/net/ethernet/broadcom/b44.c',
    state: 'A slot of the receive ring has no skb.',
  },
  napi_alloc_skb: {
    function: 'igb_construct_skb',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    state: 'The headers of a received packet are copied into a head of their own.',
  },
  build_skb: {
    function: '__tun_build_skb',
    file: 'drivers/net/tun.c',
    state: 'A process writes a packet to a tun device, and it was copied into a page fragment.',
  },
  build_skb_around: {
    function: '__xdp_build_skb_from_frame',
    file: 'net/core/xdp.c',
    state: 'A frame goes up to the stack, on the CPU of a cpumap for example.',
  },
  napi_build_skb: {
    function: 'igb_build_skb',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    state: 'A received buffer has room for skb_shared_info.',
  },
  skb_mark_for_recycle: {
    function: 'mvneta_swbm_build_skb',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    state: 'The skb was built around a page of a pool.',
  },
  skb_reserve: {
    function: 'packet_alloc_skb',
    file: 'net/packet/af_packet.c',
    state: 'An empty skb gets headroom before anything is put.',
  },
  skb_put: {
    function: 'packet_alloc_skb',
    file: 'net/packet/af_packet.c',
    state: 'A writable skb with tailroom gets its linear bytes.',
  },
  skb_push: {
    function: 'ip_build_and_send_pkt',
    file: 'net/ipv4/ip_output.c',
    state: 'A header goes in front of the bytes of a packet that is sent.',
  },
  skb_pull: {
    function: 'packet_rcv',
    file: 'net/packet/af_packet.c',
    state: 'A packet socket of type SOCK_DGRAM leaves out the link header.',
  },
  skb_trim: {
    function: 'ieee80211_wep_decrypt',
    file: 'net/mac80211/wep.c',
    state: 'The checksum at the end of a linear packet is cut off.',
  },
  skb_add_rx_frag: {
    function: 'igb_add_rx_frag',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    state: 'A further buffer of a received packet becomes a frag.',
  },
  skb_coalesce_rx_frag: {
    function: 'virtnet_skb_append_frag',
    file: 'drivers/net/virtio_net.c',
    releases: ['6.12', '7.3'],
    state: 'The next buffer of a packet continues the last frag.',
    otherwise: { function: 'receive_mergeable', file: 'drivers/net/virtio_net.c', releases: ['6.1'] },
  },
  skb_fill_page_desc: {
    function: 'tpacket_fill_skb',
    file: 'net/packet/af_packet.c',
    state: 'A process sends from the ring of a packet socket: the pages of the ring become frags.',
  },
  skb_get: {
    function: 'tpacket_rcv',
    file: 'net/packet/af_packet.c',
    state: 'A packet does not fit its ring slot, and goes to the receive queue as well.',
  },
  kfree_skb: {
    function: 'netif_receive_generic_xdp',
    file: 'net/core/dev.c',
    state: 'A program of generic XDP drops the packet.',
  },
  consume_skb: {
    function: 'skb_free_datagram',
    file: 'net/core/datagram.c',
    state: 'A reader has copied a datagram with recvmsg().',
  },
  napi_consume_skb: {
    function: 'igb_clean_tx_irq',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    state: 'The device has sent the packet. A budget of 0 means that it is not a NAPI poll.',
  },
  skb_clone: {
    function: '__tcp_transmit_skb',
    file: 'net/ipv4/tcp_output.c',
    state: 'A segment is sent, and the write queue keeps the original.',
  },
  skb_unshare: {
    function: 'netem_enqueue',
    file: 'net/sched/sch_netem.c',
    state: 'A netem queue corrupts a packet, which may be cloned.',
  },
  skb_share_check: {
    function: 'ip_rcv_core',
    file: 'net/ipv4/ip_input.c',
    state: 'IP receives a packet that a packet socket may hold as well.',
  },
  skb_morph: {
    function: 'inet_frag_reasm_prepare',
    file: 'net/ipv4/inet_fragment.c',
    state: 'The last fragment to arrive is not the first of its datagram.',
  },
  skb_copy: {
    function: 'tcp_send_synack',
    file: 'net/ipv4/tcp_output.c',
    state: 'A SYN of a simultaneous open is in the retransmit queue and cloned.',
  },
  skb_copy_expand: {
    function: 'nfqnl_mangle',
    file: 'net/netfilter/nfnetlink_queue.c',
    state: 'User space gives back a longer packet than the tailroom allows.',
  },
  pskb_copy: {
    function: '__tcp_retransmit_skb',
    file: 'net/ipv4/tcp_output.c',
    by: '__pskb_copy',
    state: 'The head of a segment is not aligned, or has too much headroom in front.',
  },
  skb_realloc_headroom: {
    function: 'ip_vs_prepare_tunneled_skb',
    file: 'net/netfilter/ipvs/ip_vs_xmit.c',
    state: 'A packet is cloned, or its headroom is too small for a tunnel header.',
  },
  pskb_expand_head: {
    function: 'ip_tunnel_xmit',
    file: 'net/ipv4/ip_tunnel.c',
    by: 'skb_cow_head',
    state: 'A packet has too little headroom for the headers of a tunnel.',
  },
  skb_cow: {
    function: 'ip_forward',
    file: 'net/ipv4/ip_forward.c',
    state: 'A packet is forwarded: its TTL is written.',
  },
  skb_unclone: {
    function: 'bpf_skb_proto_6_to_4',
    file: 'net/core/filter.c',
    state: 'A program of tc changes the gso_size of a packet that may be cloned.',
  },
  __skb_header_release: {
    function: 'tcp_skb_entail',
    file: 'net/ipv4/tcp.c',
    state: 'A new skb enters the write queue: clones of it may write their headers.',
  },
  skb_unclone_keeptruesize: {
    function: 'tcp_fragment',
    file: 'net/ipv4/tcp_output.c',
    state: 'A segment of the write queue is cut in two.',
  },
  skb_expand_head: {
    function: 'ip_finish_output2',
    file: 'net/ipv4/ip_output.c',
    state: 'The device needs more headroom than the packet has.',
  },
  __pskb_pull_tail: {
    function: 'ip_rcv_core',
    file: 'net/ipv4/ip_input.c',
    by: 'pskb_may_pull',
    state: 'The IP header is not wholly in the linear part.',
  },
  skb_linearize: {
    function: 'validate_xmit_skb',
    file: 'net/core/dev.c',
    by: '__skb_linearize',
    state: 'The device has no scatter-gather.',
  },
  ___pskb_trim: {
    function: 'ip_rcv_core',
    file: 'net/ipv4/ip_input.c',
    by: 'pskb_trim_rcsum',
    state: 'A packet is longer than its IP header says.',
  },
  skb_condense: {
    function: '__udp_enqueue_schedule_skb',
    file: 'net/ipv4/udp.c',
    state: 'The receive queue of a socket is more than half full.',
  },
  skb_split: {
    function: 'tcp_fragment',
    file: 'net/ipv4/tcp_output.c',
    state: 'A segment of the write queue is cut in two.',
  },
  skb_shift: {
    function: 'tcp_skb_shift',
    file: 'net/ipv4/tcp_input.c',
    state: 'Two neighbours of the retransmit queue are covered by SACKs.',
  },
  skb_try_coalesce: {
    function: 'tcp_try_coalesce',
    file: 'net/ipv4/tcp_input.c',
    state: 'A segment arrives that continues the last one of the receive queue.',
  },
  skb_append_frag_list: {
    function: 'inet_frag_reasm_finish',
    file: 'net/ipv4/inet_fragment.c',
    by: 'frag_list',
    state: 'The fragments of a datagram are complete.',
  },
  skb_detach_frag_list: {
    function: 'ip_do_fragment',
    file: 'net/ipv4/ip_output.c',
    by: 'ip_fraglist_init',
    state: 'Each member of the frag_list fits the MTU, and is sent as a fragment.',
  },
  skb_copy_ubufs: {
    function: 'deliver_skb',
    file: 'net/core/dev.c',
    by: 'skb_orphan_frags_rx',
    state: 'A packet with user pages turns round to a receiver of this machine.',
  },
  abuse_kfree_skb_twice: { nobody: 'abuse', why: 'A caller frees its skb twice.' },
  abuse_use_after_free: { nobody: 'abuse', why: 'A caller uses an skb that it freed.' },
} as const satisfies CallersOf;
