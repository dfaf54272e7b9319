import type { CallersOf } from './caller';

export const MVNETA_CALLERS = {
  mvneta_probe: {
    function: 'platform_probe',
    file: 'drivers/base/platform.c',
    by: 'probe',
    state: 'The platform has a port.',
  },
  mvneta_open: {
    function: '__dev_open',
    file: 'net/core/dev.c',
    by: 'ndo_open',
    state: 'The device is set up.',
  },
  mvneta_stop: {
    function: '__dev_close_many',
    file: 'net/core/dev.c',
    by: 'ndo_stop',
    state: 'The device is set down.',
  },
  mvneta_xdp_setup: {
    function: 'mvneta_xdp',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    state: 'A program is attached or detached by netlink.',
  },
  mvneta_change_mtu: {
    function: '__dev_set_mtu',
    file: 'net/core/dev.c',
    by: 'ndo_change_mtu',
    releases: ['6.1', '6.12'],
    state: 'A user changes the MTU of a device that is down.',
    otherwise: { function: '__netif_set_mtu', file: 'net/core/dev.c', by: 'ndo_change_mtu', releases: ['7.3'] },
  },
  mvneta_remove: {
    function: 'platform_remove',
    file: 'drivers/base/platform.c',
    by: 'remove',
    state: 'The driver is unbound; the device was set down.',
  },
  mvneta_receive: { nobody: 'hardware', why: 'The device writes frames into the buffers of its ring.' },
  mvneta_poll: {
    function: '__napi_poll',
    file: 'net/core/dev.c',
    by: 'poll',
    state: 'The interrupt of the port scheduled its NAPI.',
  },
  mvneta_rx_next: {
    function: '__netif_receive_skb_core',
    file: 'net/core/dev.c',
    by: 'rx_handler',
    state: 'A packet that passed reaches the rx_handler of its device.',
  },
  mvneta_rx_drop: {
    function: '__netif_receive_skb_core',
    file: 'net/core/dev.c',
    by: 'rx_handler',
    state: 'A packet that passed reaches an rx_handler that frees it.',
  },
  mvneta_tx: {
    function: '__netdev_start_xmit',
    file: 'include/linux/netdevice.h',
    by: 'ndo_start_xmit',
    state: 'The stack sends a packet whose features the device has.',
  },
  mvneta_tx_done: {
    function: 'mvneta_txq_done',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    by: 'mvneta_txq_bufs_free',
    state: 'The device has sent packets.',
  },
} as const satisfies CallersOf;
