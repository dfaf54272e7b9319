import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf, type Weights } from '../usual';
import { commandsNamed, commandsOf, type Scenario } from '../scenario';

/** Commands of a driver for a packet of AF_XDP, and its surroundings. */
const AROUND = [
  ...names('alloc_skb', 'skb_put', 'skb_push', 'skb_pull', 'skb_get', 'kfree_skb', 'consume_skb', 'napi_consume_skb'),
  ...names('skb_clone', 'skb_copy', 'skb_copy_expand', 'pskb_expand_head', 'skb_cow', 'skb_unclone', 'skb_unshare'),
  ...names('__pskb_pull_tail', 'skb_linearize', '___pskb_trim', 'sk_alloc', 'sk_free', 'skb_set_owner_w', 'skb_orphan'),
];

const XSK_COMMANDS = commandsOf(['xsk']);
/** Commands that kernels can run. */
const KERNEL_COMMANDS = XSK_COMMANDS.filter(({ modelOnly }) => modelOnly === undefined);

const WEIGHTS: Weights = {
  ...weightsOf(['xsk']),
  alloc_skb: 1,
  sk_alloc: 1,
  sk_free: 1,
  skb_set_owner_w: 2,
  skb_orphan: 3,
  consume_skb: 16,
  kfree_skb: 16,
  napi_consume_skb: 16,
  skb_linearize: 3,
  __pskb_pull_tail: 4,
  ___pskb_trim: 3,
};

export const XSK: Scenario = {
  name: 'xsk',
  title: 'AF_XDP generic transmit: rings, copy and zerocopy, devices that hold, finish, are busy or drop',
  commands: [...commandsNamed(AROUND), ...KERNEL_COMMANDS],
  weights: WEIGHTS,
  follows: {
    ...usuallyNextOf(['xsk']),
    consume_skb: ['xsk_cq_read', 'netdev_tx_next', 'xsk_tx_desc'],
  },
  length: { min: 10, usual: 110, max: 200 },
};

export const XSK_DRIVER: Scenario = {
  ...XSK,
  name: 'xsk-driver',
  title: 'the same with a driver in zerocopy mode that maps the umem for its queues',
  commands: commandsNamed([...AROUND, ...XSK_COMMANDS.map(({ name }) => name), 'device_add', 'device_remove']),
  weights: {
    ...weightsOf(['xsk']),
    ...WEIGHTS,
    device_add: 2,
    device_remove: 1,
  },
  follows: {
    ...usuallyNextOf(['xsk']),
    ...XSK.follows,
    device_add: ['xp_dma_map'],
  },
  modelOnly: 'the module has no driver that receives into a umem',
};
