import { EINVAL, EOPNOTSUPP } from '../../model/lib/errno';
import { mvnetaOpen, mvnetaStop } from '../../model/drivers/net/mvneta/mvneta_open';
import { mvnetaMaxRxBufSize } from '../../model/drivers/net/mvneta/mvneta_port';
import type { PagePool } from '../../model/structs/page_pool';
import type { World } from '../../model/world/world';
import { consume, deviceOf, giveHandle, type Command } from '../command';
import { PORT_NAMES_MAX, portOf, RING_MAX, RING_MIN, TXQ_MAX, TXQ_MIN } from './mvneta_contract';
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

/**
 * The driver step of mvneta_probe: a port with one receive and one transmit ring. `release`: PASS takes pages out of their pool
 * (page_pool_release_page), as the first versions of the driver did (../shared/seeds 003); `recycle`: skb_mark_for_recycle.
 */
const MVNETA_PROBE: Command = {
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
  draw(world, draw, args) {
    if (countHandles(world, 'port') >= PORT_NAMES_MAX) return false;
    args[0] = draw.handle(world, 'device');
    args[1] = draw.pick([4, 8, 16, 32, 32]);
    args[2] = draw.pick([8, 16, 64, 64]);
    args[3] = world.rules.hasReleasePage && draw.chance(1, 3) ? 1 : 0;
    return args[0] >= 0;
  },
  applies(world, args) {
    return world.systems.ports.length < PORT_NAMES_MAX && (args[3] === 0 || world.rules.hasReleasePage);
  },
  run(world, args, result) {
    const port = new MvnetaPort();
    port.id = world.newId();
    port.device = deviceOf(world, args[0]);
    port.ringSize = args[1];
    port.txSize = args[2];
    port.releasesOnPass = args[3] === 1;
    world.addSystem(world.systems.ports, port);
    nameResult(world, result, 'port', port);
    return 0;
  },
};

/** mvneta_open: page_pool, queue with its memory model, a filled ring. The pool gets the name; it lives until its last page is back. */
const MVNETA_OPEN: Command = {
  name: 'mvneta_open',
  opcode: 321,
  system: 'driver',
  args: [{ name: 'port', type: 'port' }],
  result: 'pool',
  outcomes: ['ok', 'short_fill', 'enomem'],
  allocates: true,
  contextual: false,
  draw(world, draw, args) {
    if (countHandles(world, 'pool') >= POOL_NAMES_MAX + 1) return false;
    args[0] = pickHandle<MvnetaPort>(world, draw, 'port', (port) => !port.running);
    return args[0] >= 0;
  },
  applies(world, args) {
    return !portOf(world, args[0]).running;
  },
  run(world, args, result) {
    const port = portOf(world, args[0]);
    return openAndName(world, port, result);
  },
};

const OPEN_ENOMEM = 2;

/** @returns 0: ok, 1: the ring is filled in part, 2: -ENOMEM */
function openAndName(world: World, port: MvnetaPort, result: number): number {
  world.ret = mvnetaOpen(world, port);
  if (world.ret !== 0) return OPEN_ENOMEM;
  if (result >= 0) giveHandle(world, result, 'pool', port.pool as PagePool);
  return port.nonOccupied < port.ringSize ? 1 : 0;
}

const MVNETA_STOP: Command = {
  name: 'mvneta_stop',
  opcode: 329,
  system: 'driver',
  args: [{ name: 'port', type: 'port' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    args[0] = pickHandle<MvnetaPort>(world, draw, 'port', (port) => port.running);
    return args[0] >= 0;
  },
  applies(world, args) {
    return portOf(world, args[0]).running;
  },
  run(world, args) {
    mvnetaStop(world, portOf(world, args[0]));
    return 0;
  },
};

const OUTCOMES_SETUP = ['ok', 'restarted', 'restarted_short', 'refused_mtu', 'restart_enomem'];

/** mvneta_xdp_setup: a program comes or goes. A running port stops and starts again where that changes the direction of its mappings. */
const MVNETA_XDP_SETUP: Command = {
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
  draw(world, draw, args) {
    if (countHandles(world, 'pool') >= POOL_NAMES_MAX + 1) return false;
    args[0] = draw.handle(world, 'port');
    args[1] = draw.chance(1, 6) ? PROG_NONE : draw.pick([PROG_PLAIN, PROG_FRAGS]);
    return args[0] >= 0;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    const port = portOf(world, args[0]);
    const prog = args[1];
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
};

/** mvneta_change_mtu of a port that is stopped; a running one would stop and start again. */
const MVNETA_CHANGE_MTU: Command = {
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
  draw(world, draw, args) {
    args[0] = pickHandle<MvnetaPort>(world, draw, 'port', (port) => !port.running);
    const most = mvnetaMaxRxBufSize(world);
    args[1] = draw.chance(1, 4) ? most + draw.between(-1, 1) : draw.pick([1500, 3000, 7000, MVNETA_MTU_MAX]);
    return args[0] >= 0;
  },
  applies(world, args) {
    return !portOf(world, args[0]).running;
  },
  run(world, args) {
    const port = portOf(world, args[0]);
    if (port.prog === PROG_PLAIN && args[1] > mvnetaMaxRxBufSize(world)) {
      world.ret = -EINVAL;
      return 1;
    }
    port.mtu = args[1];
    return 0;
  },
};

/** The driver goes: stopped before, and everything that it delivered was taken. */
const MVNETA_REMOVE: Command = {
  name: 'mvneta_remove',
  opcode: 330,
  system: 'driver',
  args: [{ name: 'port', type: 'port', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    args[0] = pickHandle<MvnetaPort>(world, draw, 'port', mayRemove);
    return args[0] >= 0;
  },
  applies(world, args) {
    return mayRemove(portOf(world, args[0]));
  },
  run(world, args) {
    const port = portOf(world, args[0]);
    consume(world, args[0]);
    port.freed = true;
    world.removeSystem(world.systems.ports, port);
    return 0;
  },
};

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
