import type { CallersOf } from './caller';

export const GRO_CALLERS = {
  netif_napi_add: {
    function: 'mvneta_probe',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    state: 'A driver sets up its queues.',
  },
  netif_napi_del: {
    function: 'veth_napi_del_range',
    file: 'drivers/net/veth.c',
    by: '__netif_napi_del',
    state: 'A veth device goes down, and its NAPI is disabled.',
  },
  napi_get_frags: {
    function: 'tun_napi_alloc_frags',
    file: 'drivers/net/tun.c',
    state: 'A process writes to a tun device with IFF_NAPI_FRAGS.',
  },
  napi_free_frags: {
    function: 'tun_get_user',
    file: 'drivers/net/tun.c',
    state: 'The tun device refuses the packet of a write().',
  },
  napi_gro_flush: {
    function: 'napi_complete_done',
    file: 'net/core/dev.c',
    releases: ['6.1', '6.12'],
    state: 'A poll ends with packets held.',
    otherwise: { function: 'napi_complete_done', file: 'net/core/dev.c', by: 'gro_flush_normal', releases: ['7.3'] },
  },
  jiffies_pass: { nobody: 'time', why: 'The clock of the machine goes on.' },
  gro_normal_list: {
    function: 'napi_complete_done',
    file: 'net/core/dev.c',
    releases: ['6.1', '6.12'],
    state: 'A poll ends with packets that go to the stack.',
    otherwise: { function: 'napi_complete_done', file: 'net/core/dev.c', by: 'gro_flush_normal', releases: ['7.3'] },
  },
  rx_handler_take: {
    function: '__netif_receive_skb_core',
    file: 'net/core/dev.c',
    by: 'rx_handler',
    state: 'A packet that GRO passed on reaches the rx_handler of its device.',
  },
  skb_push_headers: {
    function: 'eth_header',
    file: 'net/ethernet/eth.c',
    by: 'skb_push',
    state: 'A packet gets the headers that a sender writes, from the link up.',
  },
  device_write_packet: { nobody: 'hardware', why: 'The device writes a packet into a buffer of its receive ring.' },
  skb_put_packet: {
    function: 'rtl_rx',
    file: 'drivers/net/ethernet/realtek/r8169_main.c',
    by: 'skb_copy_to_linear_data',
    state: 'A received packet is copied out of the ring.',
  },
  napi_gro_receive: {
    function: 'mvneta_rx_swbm',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    state: 'A received packet goes to GRO.',
  },
  napi_add_rx_frag: {
    function: 'mlx4_en_process_rx_cq',
    file: 'drivers/net/ethernet/mellanox/mlx4/en_rx.c',
    by: 'napi_get_frags',
    state: 'A received packet consists of page fragments.',
  },
  napi_gro_frags: {
    function: 'tun_get_user',
    file: 'drivers/net/tun.c',
    state: 'A process writes to a tun device with IFF_NAPI_FRAGS: the packet goes to GRO.',
  },
  skb_add_rx_frags: {
    function: 'tcp_sendmsg_locked',
    file: 'net/ipv4/tcp.c',
    by: 'skb_splice_from_iter',
    releases: ['6.12', '7.3'],
    state:
      'A process sends one page of the page cache many times with sendfile(), and veth delivers the packet as it is.',
    otherwise: {
      function: 'tcp_build_frag',
      file: 'net/ipv4/tcp.c',
      by: 'skb_fill_page_desc_noacc',
      releases: ['6.1'],
    },
  },
  skb_lro_set: {
    function: 'mlx5e_build_rx_skb',
    file: 'drivers/net/ethernet/mellanox/mlx5/core/en_rx.c',
    by: 'gso_size',
    state: 'The device has merged packets.',
  },
} as const satisfies CallersOf;
