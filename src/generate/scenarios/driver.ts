import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf } from '../usual';
import { commandsNamed, type Scenario } from '../scenario';

/** Commands for skbs that a driver delivered, or is given to send. */
const SKB_COMMANDS = [
  ...names(
    'alloc_skb',
    'netdev_alloc_skb',
    'skb_put',
    'skb_push',
    'skb_pull',
    'skb_clone',
    'skb_try_coalesce',
    'skb_copy',
  ),
  ...names('pskb_expand_head', '__pskb_pull_tail', '___pskb_trim', 'skb_linearize', 'kfree_skb', 'consume_skb'),
  ...names('alloc_pages', 'device_write', 'skb_add_rx_frag', 'put_page', 'sk_alloc', 'sk_free', 'skb_set_owner_w'),
  ...names('device_add', 'device_remove', 'page_pool_release_retry'),
];

const DRIVER_COMMANDS = [
  ...names('mvneta_probe', 'mvneta_open', 'mvneta_stop', 'mvneta_xdp_setup', 'mvneta_change_mtu', 'mvneta_remove'),
  ...names('mvneta_receive', 'mvneta_poll', 'mvneta_rx_next', 'mvneta_rx_drop', 'mvneta_tx', 'mvneta_tx_done'),
];

export const DRIVER: Scenario = {
  name: 'driver',
  title:
    'a driver like mvneta: ring refill, XDP verdicts, jumbo frames, transmit and completion, programs that come and go',
  commands: commandsNamed([...SKB_COMMANDS, ...DRIVER_COMMANDS]),
  weights: {
    ...weightsOf(['driver']),
    device_add: 2,
    device_remove: 1,
    alloc_pages: 2,
    alloc_skb: 3,
    netdev_alloc_skb: 3,
    put_page: 2,
    sk_alloc: 1,
    sk_free: 1,
    skb_try_coalesce: 16,
    page_pool_release_retry: 8,
  },
  follows: {
    ...usuallyNextOf(['driver']),
    device_add: ['mvneta_probe'],
    skb_clone: ['mvneta_tx', 'skb_try_coalesce', 'kfree_skb', 'pskb_expand_head'],
    alloc_skb: ['skb_put'],
    netdev_alloc_skb: ['skb_put'],
    alloc_pages: ['device_write'],
    device_write: ['skb_add_rx_frag'],
    skb_put: ['mvneta_tx', 'skb_set_owner_w', 'skb_add_rx_frag'],
    skb_set_owner_w: ['mvneta_tx'],
    kfree_skb: ['page_pool_release_retry'],
    consume_skb: ['page_pool_release_retry'],
  },
  length: { min: 10, usual: 140, max: 250 },
};
