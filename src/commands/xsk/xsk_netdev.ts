import { defineCommand } from '../define_command';
import { NetDev, XMIT_HOLD, XMIT_MODES } from '../../model/structs/netdev';
import { kfreeSkb } from '../../model/net/core/skbuff/free/skb_free';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, netdevOf } from '../objects';
import { countHandles, nameResult, pickHandle } from '../pick';
import { SKB_NAMES_MAX } from '../skb/skb_contract';

const NETDEV_NAMES_MAX = 2;
const NEEDED_MAX = 512;

/** A driver registers a device: with scatter-gather, and a queue for each umem. */
const NETDEV_ADD = defineCommand({
  name: 'netdev_add',
  opcode: 360,
  system: 'xsk',
  args: [
    { name: 'needed_headroom', type: 'int', min: 0, max: NEEDED_MAX, default: 0 },
    { name: 'needed_tailroom', type: 'int', min: 0, max: NEEDED_MAX, default: 0 },
    { name: 'no_linear', type: 'int', min: 0, max: 1, default: 0 },
  ],
  result: 'netdev',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 4,
  usuallyNext: ['xdp_umem_reg'],
  draw(world, draw, args) {
    if (countHandles(world, 'netdev') >= NETDEV_NAMES_MAX) return false;
    args.needed_headroom = draw.chance(1, 2) ? 0 : draw.size(0, NEEDED_MAX);
    args.needed_tailroom = draw.chance(1, 2) ? 0 : draw.size(0, NEEDED_MAX);
    args.no_linear = draw.below(2);
    return true;
  },
  /** The module has a limited number of devices. */
  applies(world) {
    return countHandles(world, 'netdev') < NETDEV_NAMES_MAX;
  },
  run(world, args, result) {
    const netdev = new NetDev();
    netdev.id = world.newId();
    netdev.neededHeadroom = args.needed_headroom;
    netdev.neededTailroom = args.needed_tailroom;
    netdev.noLinear = args.no_linear === 1;
    world.addSystem(world.systems.netdevs, netdev);
    nameResult(world, result, 'netdev', netdev);
    return 0;
  },
});

/** Sets the behaviour of ndo_start_xmit from now on. */
const NETDEV_SET_MODE = defineCommand({
  name: 'netdev_set_mode',
  opcode: 361,
  system: 'xsk',
  args: [
    { name: 'netdev', type: 'netdev' },
    { name: 'mode', type: 'enum', words: XMIT_MODES },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 12,
  usuallyNext: ['xsk_sendto'],
  draw(world, draw, args) {
    args.netdev = draw.handle(world, 'netdev');
    if (args.netdev < 0) return false;
    const { mode } = netdevOf(world, args.netdev);
    args.mode = mode !== XMIT_HOLD || draw.chance(1, 4) ? XMIT_HOLD : draw.between(1, XMIT_MODES.length - 1);
    return true;
  },
  applies() {
    return true;
  },
  run(world, args) {
    netdevOf(world, args.netdev).mode = args.mode;
    return 0;
  },
});

/** The driver takes an skb off its ring, for any use: the oldest, or the newest. */
const NETDEV_TX_NEXT = defineCommand({
  name: 'netdev_tx_next',
  opcode: 362,
  system: 'xsk',
  args: [
    { name: 'netdev', type: 'netdev' },
    { name: 'newest', type: 'int', min: 0, max: 1, default: 0 },
  ],
  result: 'skb',
  outcomes: ['ok', 'none'],
  allocates: false,
  contextual: false,
  weight: 24,
  usuallyNext: ['consume_skb', 'kfree_skb', 'napi_consume_skb', 'netdev_tx_next', 'skb_clone', 'skb_linearize'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.netdev = draw.chance(1, 64)
      ? draw.handle(world, 'netdev')
      : pickHandle(world, draw, 'netdev', ({ held }) => held.length > 0);
    args.newest = draw.chance(1, 4) ? 1 : 0;
    return args.netdev >= 0;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    const { held } = netdevOf(world, args.netdev);
    const skb = args.newest === 1 ? held.pop() : held.shift();
    if (skb === undefined) return 1;
    nameResult(world, result, 'skb', skb);
    return 0;
  },
});

function isUnused(world: World, netdev: NetDev): boolean {
  return world.systems.umems.every((umem) => umem.netdev !== netdev || umem.sockets.every(({ closed }) => closed));
}

/** The device goes down and frees the skbs that it did not send, oldest first. Contract: no socket is bound to it. */
const NETDEV_REMOVE = defineCommand({
  name: 'netdev_remove',
  opcode: 363,
  system: 'xsk',
  args: [{ name: 'netdev', type: 'netdev', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 1,
  draw(world, draw, args) {
    args.netdev = pickHandle(world, draw, 'netdev', (netdev) => isUnused(world, netdev));
    return args.netdev >= 0;
  },
  applies(world, args) {
    return isUnused(world, netdevOf(world, args.netdev));
  },
  run(world, args) {
    const netdev = netdevOf(world, args.netdev);
    consume(world, args.netdev);
    for (let skb = netdev.held.shift(); skb !== undefined; skb = netdev.held.shift()) kfreeSkb(world, skb);
    netdev.freed = true;
    world.removeSystem(world.systems.netdevs, netdev);
    return 0;
  },
});

export const XSK_NETDEV_COMMANDS: readonly Command[] = [NETDEV_ADD, NETDEV_SET_MODE, NETDEV_TX_NEXT, NETDEV_REMOVE];
