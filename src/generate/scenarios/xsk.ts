import { commandsNamed, commandsOf, type Scenario } from '../scenario';

/** What a driver may do with a packet of AF_XDP, and its surroundings. */
const AROUND = [
  ...['alloc_skb', 'skb_put', 'skb_push', 'skb_pull', 'skb_get', 'kfree_skb', 'consume_skb', 'napi_consume_skb'],
  ...['skb_clone', 'skb_copy', 'skb_copy_expand', 'pskb_expand_head', 'skb_cow', 'skb_unclone', 'skb_unshare'],
  ...['__pskb_pull_tail', 'skb_linearize', '___pskb_trim', 'sk_alloc', 'sk_free', 'skb_set_owner_w', 'skb_orphan'],
];

const XSK_COMMANDS = commandsOf(['xsk']);
/** What kernels can be made to do. */
const KERNEL_COMMANDS = XSK_COMMANDS.filter(({ modelOnly }) => modelOnly === undefined);

const WEIGHTS: Readonly<Record<string, number>> = {
  netdev_add: 4,
  netdev_remove: 1,
  netdev_set_mode: 12,
  netdev_tx_next: 24,
  xdp_umem_reg: 6,
  umem_write: 6,
  umem_free: 1,
  xsk_bind: 8,
  xsk_tx_desc: 64,
  xsk_sendto: 64,
  xsk_cq_read: 24,
  xsk_close: 2,
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
    netdev_add: ['xdp_umem_reg'],
    xdp_umem_reg: ['umem_write', 'xsk_bind'],
    xsk_bind: ['umem_write', 'umem_write', 'xsk_tx_desc', 'xsk_bind'],
    umem_write: ['umem_write', 'xsk_tx_desc', 'xsk_tx_desc', 'xsk_tx_desc'],
    xsk_tx_desc: ['xsk_tx_desc', 'xsk_tx_desc', 'xsk_sendto', 'xsk_sendto'],
    xsk_sendto: ['netdev_tx_next', 'netdev_tx_next', 'xsk_cq_read', 'xsk_tx_desc', 'xsk_sendto', 'netdev_set_mode'],
    netdev_tx_next: ['consume_skb', 'kfree_skb', 'napi_consume_skb', 'netdev_tx_next', 'skb_clone', 'skb_linearize'],
    netdev_set_mode: ['xsk_sendto'],
    consume_skb: ['xsk_cq_read', 'netdev_tx_next', 'xsk_tx_desc'],
    xsk_cq_read: ['umem_write', 'xsk_tx_desc', 'xsk_sendto'],
    xsk_close: ['consume_skb', 'netdev_tx_next', 'umem_free', 'xsk_bind'],
  },
  length: { min: 10, usual: 110, max: 200 },
};

export const XSK_DRIVER: Scenario = {
  ...XSK,
  name: 'xsk-driver',
  title: 'the same with a driver in zerocopy mode that maps the umem for its queues',
  commands: commandsNamed([...AROUND, ...XSK_COMMANDS.map(({ name }) => name), 'device_add', 'device_remove']),
  weights: { ...WEIGHTS, device_add: 2, device_remove: 1, xp_dma_map: 24, xp_dma_unmap: 16 },
  follows: { ...XSK.follows, device_add: ['xp_dma_map'], xp_dma_map: ['xp_dma_map', 'xp_dma_unmap', 'xp_dma_unmap'] },
  modelOnly: 'the module has no driver that receives into a umem',
};
