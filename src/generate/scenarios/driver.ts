import { commandsNamed, type Scenario } from '../scenario';

/** What happens to skbs that a driver delivered, or is given to send. */
const SKB_COMMANDS = [
  ...['alloc_skb', 'netdev_alloc_skb', 'skb_put', 'skb_push', 'skb_pull', 'skb_clone', 'skb_try_coalesce', 'skb_copy'],
  ...['pskb_expand_head', '__pskb_pull_tail', '___pskb_trim', 'skb_linearize', 'kfree_skb', 'consume_skb'],
  ...['alloc_pages', 'device_write', 'skb_add_rx_frag', 'put_page', 'sk_alloc', 'sk_free', 'skb_set_owner_w'],
  ...['device_add', 'device_remove', 'page_pool_release_retry'],
];

const DRIVER_COMMANDS = [
  ...['mvneta_probe', 'mvneta_open', 'mvneta_stop', 'mvneta_xdp_setup', 'mvneta_change_mtu', 'mvneta_remove'],
  ...['mvneta_receive', 'mvneta_poll', 'mvneta_rx_next', 'mvneta_rx_drop', 'mvneta_tx', 'mvneta_tx_done'],
];

export const DRIVER: Scenario = {
  name: 'driver',
  title:
    'a driver like mvneta: ring refill, XDP verdicts, jumbo frames, transmit and completion, programs that come and go',
  commands: commandsNamed([...SKB_COMMANDS, ...DRIVER_COMMANDS]),
  weights: {
    device_add: 2,
    device_remove: 1,
    alloc_pages: 2,
    alloc_skb: 3,
    netdev_alloc_skb: 3,
    put_page: 2,
    sk_alloc: 1,
    sk_free: 1,
    mvneta_probe: 6,
    mvneta_open: 32,
    mvneta_stop: 3,
    mvneta_xdp_setup: 12,
    mvneta_change_mtu: 12,
    mvneta_remove: 2,
    mvneta_receive: 128,
    mvneta_poll: 128,
    mvneta_rx_next: 32,
    mvneta_rx_drop: 4,
    mvneta_tx: 48,
    mvneta_tx_done: 16,
    skb_try_coalesce: 16,
    page_pool_release_retry: 8,
  },
  follows: {
    device_add: ['mvneta_probe'],
    mvneta_probe: ['mvneta_change_mtu', 'mvneta_xdp_setup', 'mvneta_xdp_setup', 'mvneta_open'],
    mvneta_change_mtu: ['mvneta_open', 'mvneta_xdp_setup'],
    mvneta_xdp_setup: ['mvneta_open', 'mvneta_receive', 'mvneta_receive'],
    mvneta_open: ['mvneta_receive', 'mvneta_receive'],
    mvneta_receive: ['mvneta_receive', 'mvneta_poll', 'mvneta_poll', 'mvneta_poll'],
    mvneta_poll: [
      ...['mvneta_receive', 'mvneta_receive', 'mvneta_receive', 'mvneta_receive', 'mvneta_receive', 'mvneta_receive'],
      ...['mvneta_rx_next', 'mvneta_rx_next', 'mvneta_tx_done', 'mvneta_xdp_setup'],
    ],
    mvneta_rx_next: ['mvneta_tx', 'skb_clone', 'skb_try_coalesce', 'consume_skb', 'mvneta_rx_next'],
    skb_clone: ['mvneta_tx', 'skb_try_coalesce', 'kfree_skb', 'pskb_expand_head'],
    mvneta_tx: ['mvneta_tx', 'mvneta_tx_done', 'mvneta_stop'],
    alloc_skb: ['skb_put'],
    netdev_alloc_skb: ['skb_put'],
    alloc_pages: ['device_write'],
    device_write: ['skb_add_rx_frag'],
    skb_put: ['mvneta_tx', 'skb_set_owner_w', 'skb_add_rx_frag'],
    skb_set_owner_w: ['mvneta_tx'],
    mvneta_stop: ['page_pool_release_retry', 'kfree_skb', 'mvneta_change_mtu', 'mvneta_open', 'mvneta_remove'],
    kfree_skb: ['page_pool_release_retry'],
    consume_skb: ['page_pool_release_retry'],
  },
  length: { min: 10, usual: 140, max: 250 },
};
