import { defineCommand } from '../define_command';
import { EINVAL, EOPNOTSUPP } from '../../model/lib/errno';
import { mvnetaOpen, mvnetaStop } from '../../model/drivers/net/mvneta/mvneta_open';
import { mvnetaMaxRxBufSize } from '../../model/drivers/net/mvneta/mvneta_port';
import type { PagePool } from '../../model/structs/page_pool';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, deviceOf, giveHandle } from '../objects';
import { PORT_NAMES_MAX, RING_MAX, RING_MIN, TXQ_MAX, TXQ_MIN } from './mvneta_limits';
import { portOf } from '../objects';
import { countHandles, nameResult, pickHandle, POOL_NAMES_MAX } from '../pick';
import {
  MVNETA_PROGS,
  MVNETA_MTU_MAX,
  MvnetaPort,
  PROG_FRAGS,
  PROG_NONE,
  PROG_PLAIN,
} from '../../model/structs/mvneta_port';

const MTU_MIN = 68;
const RING_SIZES = [4, 4, 8, 8, 16, 16, 32, 32, 32, RING_MAX];

/**
 * The step of mvneta_probe that makes a port with one receive and one transmit ring. `release`: PASS takes pages out of
 * their pool (page_pool_release_page), as the driver of the tutorial did (the page_pool tutorial of 2020). `recycle`:
 * skb_mark_for_recycle.
 */
const MVNETA_PROBE = defineCommand({
  name: 'mvneta_probe',
  opcode: 320,
  system: 'driver',
  args: [
    { name: 'device', type: 'device' },
    { name: 'ring', type: 'int', min: RING_MIN, max: RING_MAX, default: 8, smallest: RING_MIN },
    { name: 'txq', type: 'int', min: TXQ_MIN, max: TXQ_MAX, default: 16, smallest: TXQ_MIN },
    { name: 'pass', type: 'enum', words: ['recycle', 'release'], default: 0 },
  ],
  result: 'port',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 6,
  usuallyNext: ['mvneta_change_mtu', 'mvneta_xdp_setup', 'mvneta_xdp_setup', 'mvneta_open'],
  draw(world, draw, args) {
    if (countHandles(world, 'port') >= PORT_NAMES_MAX) return false;
    args.device = draw.handle(world, 'device');
    args.ring = draw.pick(RING_SIZES);
    args.txq = draw.pick([8, 16, 64, 64]);
    args.pass = world.rules.hasReleasePage && draw.chance(1, 3) ? 1 : 0;
    return args.device >= 0;
  },
  applies(world, args) {
    return world.systems.ports.length < PORT_NAMES_MAX && (args.pass === 0 || world.rules.hasReleasePage);
  },
  run(world, args, result) {
    const port = new MvnetaPort();
    port.id = world.newId();
    port.device = deviceOf(world, args.device);
    port.ringSize = args.ring;
    port.txSize = args.txq;
    port.releasesOnPass = args.pass === 1;
    world.addSystem(world.systems.ports, port);
    nameResult(world, result, 'port', port);
    return 0;
  },
});

/**
 * mvneta_open: makes a page_pool and a queue with its memory model, and fills the ring. The result names the pool,
 * which lives until its last page has returned.
 */
const MVNETA_OPEN = defineCommand({
  name: 'mvneta_open',
  opcode: 321,
  system: 'driver',
  args: [{ name: 'port', type: 'port' }],
  result: 'pool',
  outcomes: ['ok', 'short_fill', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 32,
  usuallyNext: ['mvneta_receive', 'mvneta_receive'],
  draw(world, draw, args) {
    if (countHandles(world, 'pool') >= POOL_NAMES_MAX + 1) return false;
    args.port = pickHandle(world, draw, 'port', (port) => !port.running);
    return args.port >= 0;
  },
  applies(world, args) {
    return !portOf(world, args.port).running;
  },
  run(world, args, result) {
    const port = portOf(world, args.port);
    return openAndName(world, port, result);
  },
});

const OPEN_ENOMEM = 2;

/** @returns 0: ok, 1: the ring is filled in part, 2: -ENOMEM */
function openAndName(world: World, port: MvnetaPort, result: number): number {
  world.ret = mvnetaOpen(world, port);
  if (world.ret !== 0) return OPEN_ENOMEM;
  if (result >= 0) giveHandle(world, result, 'pool', port.pool as PagePool);
  return port.nonOccupied < port.ringSize ? 1 : 0;
}

const MVNETA_STOP = defineCommand({
  name: 'mvneta_stop',
  opcode: 329,
  system: 'driver',
  args: [{ name: 'port', type: 'port' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 3,
  usuallyNext: ['page_pool_release_retry', 'kfree_skb', 'mvneta_change_mtu', 'mvneta_open', 'mvneta_remove'],
  draw(world, draw, args) {
    args.port = pickHandle(world, draw, 'port', (port) => port.running);
    return args.port >= 0;
  },
  applies(world, args) {
    return portOf(world, args.port).running;
  },
  run(world, args) {
    mvnetaStop(world, portOf(world, args.port));
    return 0;
  },
});

const OUTCOMES_SETUP = ['ok', 'restarted', 'restarted_short', 'refused_mtu', 'restart_enomem'];

/**
 * mvneta_xdp_setup: attaches or detaches a program. A running port restarts where that changes the direction of its
 * mappings.
 */
const MVNETA_XDP_SETUP = defineCommand({
  name: 'mvneta_xdp_setup',
  opcode: 327,
  system: 'driver',
  args: [
    { name: 'port', type: 'port' },
    { name: 'prog', type: 'enum', words: MVNETA_PROGS },
  ],
  result: 'pool',
  outcomes: OUTCOMES_SETUP,
  allocates: true,
  contextual: false,
  weight: 12,
  usuallyNext: ['mvneta_open', 'mvneta_receive', 'mvneta_receive'],
  draw(world, draw, args) {
    if (countHandles(world, 'pool') >= POOL_NAMES_MAX + 1) return false;
    args.port = draw.handle(world, 'port');
    args.prog = draw.chance(1, 6) ? PROG_NONE : draw.pick([PROG_PLAIN, PROG_FRAGS]);
    return args.port >= 0;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    const port = portOf(world, args.port);
    const prog = args.prog;
    if (prog === PROG_PLAIN && port.mtu > mvnetaMaxRxBufSize(world)) {
      world.ret = -EOPNOTSUPP;
      return 3;
    }
    const restarts = port.running && (port.prog !== PROG_NONE) !== (prog !== PROG_NONE);
    if (restarts) mvnetaStop(world, port);
    port.prog = prog;
    if (!restarts) return 0;
    const opened = openAndName(world, port, result);
    return opened === OPEN_ENOMEM ? 4 : 1 + opened;
  },
});

/** mvneta_change_mtu of a stopped port; a running port would restart. */
const MVNETA_CHANGE_MTU = defineCommand({
  name: 'mvneta_change_mtu',
  opcode: 328,
  system: 'driver',
  args: [
    { name: 'port', type: 'port' },
    { name: 'mtu', type: 'int', min: MTU_MIN, max: MVNETA_MTU_MAX, smallest: 1500 },
  ],
  outcomes: ['ok', 'einval'],
  allocates: false,
  contextual: false,
  weight: 12,
  usuallyNext: ['mvneta_open', 'mvneta_xdp_setup'],
  draw(world, draw, args) {
    args.port = pickHandle(world, draw, 'port', (port) => !port.running);
    const most = mvnetaMaxRxBufSize(world);
    args.mtu = draw.chance(1, 4) ? most + draw.between(-1, 1) : draw.pick([1500, 3000, 7000, MVNETA_MTU_MAX]);
    return args.port >= 0;
  },
  applies(world, args) {
    return !portOf(world, args.port).running;
  },
  run(world, args) {
    const port = portOf(world, args.port);
    if (port.prog === PROG_PLAIN && args.mtu > mvnetaMaxRxBufSize(world)) {
      world.ret = -EINVAL;
      return 1;
    }
    port.mtu = args.mtu;
    return 0;
  },
});

/** Removes the driver. Contract: the port is stopped, and all packets that it delivered were taken. */
const MVNETA_REMOVE = defineCommand({
  name: 'mvneta_remove',
  opcode: 330,
  system: 'driver',
  args: [{ name: 'port', type: 'port', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  draw(world, draw, args) {
    args.port = pickHandle(world, draw, 'port', mayRemove);
    return args.port >= 0;
  },
  applies(world, args) {
    return mayRemove(portOf(world, args.port));
  },
  run(world, args) {
    const port = portOf(world, args.port);
    consume(world, args.port);
    port.freed = true;
    world.removeSystem(world.systems.ports, port);
    return 0;
  },
});

function mayRemove(port: MvnetaPort): boolean {
  return !port.running && port.delivered.length === 0;
}

export const MVNETA_PORT_COMMANDS: readonly Command[] = [
  MVNETA_PROBE,
  MVNETA_OPEN,
  MVNETA_STOP,
  MVNETA_XDP_SETUP,
  MVNETA_CHANGE_MTU,
  MVNETA_REMOVE,
];
