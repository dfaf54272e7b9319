import type { CallersOf } from './caller';

export const XSK_CALLERS = {
  netdev_add: {
    function: 'mvneta_probe',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    by: 'register_netdev',
    state: 'A driver sets up its device.',
  },
  netdev_set_mode: {
    nobody: 'environment',
    why: 'The ring of the device is full, or the device holds, sends or refuses packets.',
  },
  netdev_tx_next: {
    function: 'igb_clean_tx_irq',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    by: 'napi_consume_skb',
    state: 'The device has sent the packet, in any order over its queues.',
  },
  netdev_remove: {
    function: 'mvneta_remove',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    by: 'unregister_netdev',
    state: 'The driver leaves.',
  },
  xdp_umem_reg: {
    function: 'xsk_setsockopt',
    file: 'net/xdp/xsk.c',
    by: 'xdp_umem_create',
    state: 'A process calls setsockopt(XDP_UMEM_REG).',
  },
  umem_write: { nobody: 'user', why: 'A process writes to its own memory.' },
  xsk_cq_read: { nobody: 'user', why: 'A process reads the completion ring, which it has mapped.' },
  umem_free: {
    function: 'xsk_destruct',
    file: 'net/xdp/xsk.c',
    by: 'xdp_put_umem',
    state: 'The last socket of a umem is closed; the process unmaps its memory.',
  },
  xsk_bind: {
    function: '__sys_bind',
    file: 'net/socket.c',
    by: 'bind',
    releases: ['6.1'],
    state: 'A process calls bind() on an AF_XDP socket.',
    otherwise: { function: '__sys_bind_socket', file: 'net/socket.c', by: 'bind', releases: ['6.12', '7.3'] },
  },
  xsk_tx_desc: {
    nobody: 'user',
    why: 'A process writes a descriptor into the TX ring, which it has mapped; it may be invalid.',
  },
  xsk_sendto: {
    function: 'xsk_sendmsg',
    file: 'net/xdp/xsk.c',
    by: '__xsk_sendmsg',
    state: 'A process calls sendto() on an AF_XDP socket.',
  },
  xsk_close: {
    function: '__sock_release',
    file: 'net/socket.c',
    by: 'release',
    state: 'A process closes an AF_XDP socket with packets under way.',
  },
  xp_dma_map: {
    function: 'i40e_xsk_pool_enable',
    file: 'drivers/net/ethernet/intel/i40e/i40e_xsk.c',
    by: 'xsk_pool_dma_map',
    state: 'A process calls bind(XDP_ZEROCOPY): the driver maps the umem.',
  },
  xp_dma_unmap: {
    function: 'i40e_xsk_pool_disable',
    file: 'drivers/net/ethernet/intel/i40e/i40e_xsk.c',
    by: 'xsk_pool_dma_unmap',
    state: 'The last zerocopy socket of a queue is closed.',
  },
} as const satisfies CallersOf;
