import { times } from '../usual';
import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { deviceWrites } from '../../model/kernel/dma/dma_ownership';
import { mvnetaRxSwbm } from '../../model/drivers/net/mvneta/mvneta_rx_swbm';
import { XDP_PASS, XDP_REDIRECT, XDP_TX } from '../../model/drivers/net/mvneta/mvneta_run_xdp';
import { mvnetaMaxRxBufSize, mvnetaMru } from '../../model/drivers/net/mvneta/mvneta_port';
import { writePattern, writtenPayload } from '../../model/mm/page_writes';
import { kfreeSkb } from '../../model/net/core/skbuff/free/skb_free';
import { CONTEXT_SOFTIRQ, type World } from '../../model/world/world';
import type { Command } from '../command';
import type { Draw } from '../draw';
import { DELIVERED_MAX } from './mvneta_limits';
import { portOf } from '../objects';
import { countHandles, nameResult, pickHandle } from '../pick';
import { these } from '../small_numbers';
import { SKB_NAMES_MAX } from '../skb/skb_contract';
import {
  MVNETA_MH_SIZE,
  MVNETA_SKB_HEADROOM,
  RXD_ERR_SUMMARY,
  RXD_FIRST_DESC,
  RXD_LAST_DESC,
  type MvnetaPort,
  type RxDesc,
} from '../../model/structs/mvneta_port';
import { ETH_FCS_LEN } from '../../model/structs/if_ether';

const FRAME_MIN = 60;
const FRAME_MAX = 9800;
/** Most frames of one burst: a bulk queue of devmap takes 16. */
const BURST_MAX = 32;
const OK = 0;
const NO_DESCRIPTORS = 1;
const TOO_LONG = 2;

/**
 * The hardware receives `count` frames. It writes the Marvell header, `len` bytes and the FCS of each frame by DMA into
 * the next buffers of the driver, and drops frames that are longer than the MRU or find no buffers. `error` marks the
 * first frame. No kernel function: the module writes as the device would. Returns the number of frames that found
 * buffers.
 */
const MVNETA_RECEIVE = defineCommand({
  name: 'mvneta_receive',
  opcode: 322,
  system: 'driver',
  args: [
    { name: 'port', type: 'port' },
    { name: 'len', type: 'int', min: FRAME_MIN, max: FRAME_MAX, smallest: FRAME_MIN },
    { name: 'error', type: 'int', min: 0, max: 1, default: 0 },
    { name: 'count', type: 'int', min: 1, max: BURST_MAX, default: 1, smallest: 1 },
  ],
  outcomes: ['ok', 'no_descriptors', 'too_long'],
  allocates: false,
  contextual: false,
  weight: 128,
  usuallyNext: ['mvneta_receive', 'mvneta_poll', 'mvneta_poll', 'mvneta_poll'],
  draw(world, draw, args) {
    const full = draw.chance(1, 16);
    args.port = pickHandle(world, draw, 'port', (port) => port.running && (full || port.nonOccupied > 0));
    if (args.port < 0) return false;
    const port = portOf(world, args.port);
    args.len = drawLength(world, draw, port);
    args.error = draw.chance(1, 16) ? 1 : 0;
    args.count = draw.chance(1, 4) ? draw.between(2, BURST_MAX) : 1;
    return true;
  },
  applies(world, args) {
    return portOf(world, args.port).running;
  },
  run(world, args) {
    const port = portOf(world, args.port);
    const { len, error, count } = args;
    world.ret = 0;
    if (len > mvnetaMru(port)) return TOO_LONG;
    while (world.ret < count && receive(world, port, len, error === 1 && world.ret === 0)) world.ret++;
    return world.ret === 0 ? NO_DESCRIPTORS : OK;
  },
});

/** Lengths near the end of a buffer, where the FCS gets a buffer of its own, find more than others. */
function drawLength(world: World, draw: Draw, port: MvnetaPort): number {
  const most = Math.min(mvnetaMru(port), FRAME_MAX);
  if (draw.chance(1, 16)) return Math.min(FRAME_MAX, most + 1);
  const buffer = mvnetaMaxRxBufSize(world);
  const edge = buffer * draw.between(1, 2) - MVNETA_MH_SIZE - draw.between(0, ETH_FCS_LEN + 1);
  if (edge <= most && draw.chance(1, 3)) return edge;
  return draw.chance(1, 2) ? most : draw.size(FRAME_MIN, most);
}

/** Receives one frame; false: too few buffers. */
function receive(world: World, port: MvnetaPort, len: number, error: boolean): boolean {
  const size = MVNETA_MH_SIZE + len + ETH_FCS_LEN;
  const buffer = mvnetaMaxRxBufSize(world);
  const buffers = Math.ceil(size / buffer);
  if (buffers > port.nonOccupied) return false;
  for (let i = 0; i < buffers; i++) {
    const desc = port.descs[port.hwNext];
    port.hwNext = (port.hwNext + 1) % port.ringSize;
    const { page } = desc;
    if (page === null) return writesNowhere(world, port, desc);
    const bytes = Math.min(buffer, size - i * buffer);
    world.touchPage(page);
    deviceWrites(world, page, MVNETA_SKB_HEADROOM, bytes);
    writePattern(world, page, MVNETA_SKB_HEADROOM, bytes);
    desc.status =
      (i === 0 ? RXD_FIRST_DESC : 0) |
      (i === buffers - 1 ? RXD_LAST_DESC : 0) |
      (i === 0 && error ? RXD_ERR_SUMMARY : 0);
    desc.dataSize = i === 0 ? size : 0;
    desc.written = writtenPayload(page, MVNETA_SKB_HEADROOM, bytes) ?? [];
  }
  port.nonOccupied -= buffers;
  port.occupied += buffers;
  return true;
}

/**
 * The hardware takes the descriptors in the order of the ring. Behind a ring that mvneta_rxq_fill() filled in part, it
 * comes to those without a buffer: the driver gives it as many new descriptors as it took, and counts from the first.
 */
function writesNowhere(world: World, port: MvnetaPort, desc: RxDesc): boolean {
  // An earlier frame of the call may have broken something else: that is no known finding.
  if (world.violations.length === 0) world.meet('mvneta-short-ring');
  world.violate(
    'dma-ownership',
    'port',
    `the device of port#${port.id} writes to DMA address 0: descriptor ${port.descs.indexOf(desc)} has no buffer`,
  );
  return false;
}

const VERDICTS = ['aborted', 'drop', 'pass', 'tx', 'redirect'];
const HEAD_MAX = 64;
const TAIL_MAX = 4000;
const BUDGET_MAX = 64;

const POLL_OUTCOMES = [
  ...['idle', 'passed', 'broken', 'dropped', 'sent', 'tx_refused', 'redirected', 'redirect_refused', 'xmit_full'],
  ...['xmit_down', 'skb_enomem', 'refill_enomem'],
];

/**
 * The NAPI poll (mvneta_rx_swbm). An attached program cuts `head` bytes off the front of each packet and `tail` bytes
 * off its end, and returns the verdict. REDIRECT goes to the device of `target` (bpf_redirect). Packets that pass are
 * delivered to the rx handler of the port.
 */
const MVNETA_POLL = defineCommand({
  name: 'mvneta_poll',
  opcode: 323,
  system: 'driver',
  args: [
    { name: 'port', type: 'port' },
    { name: 'target', type: 'port', optional: true },
    { name: 'budget', type: 'int', min: 1, max: BUDGET_MAX, default: BUDGET_MAX },
    { name: 'verdict', type: 'enum', words: VERDICTS, default: XDP_PASS },
    { name: 'head', type: 'int', min: 0, max: HEAD_MAX, default: 0 },
    { name: 'tail', type: 'int', min: 0, max: TAIL_MAX, default: 0 },
  ],
  // The outcome of a poll is the last one in this list that happened to a packet.
  outcomes: POLL_OUTCOMES,
  allocates: true,
  contextual: false,
  weight: 128,
  usuallyNext: [
    ...times(6, 'mvneta_receive'),
    'mvneta_rx_next',
    'mvneta_rx_next',
    'mvneta_tx_done',
    'mvneta_xdp_setup',
  ],
  draw(world, draw, args) {
    const idle = draw.chance(1, 16);
    args.port = pickHandle(world, draw, 'port', (port) => mayPoll(port) && (idle || port.occupied > 0));
    if (args.port < 0) return false;
    args.verdict = draw.below(VERDICTS.length);
    // TX and REDIRECT can fail in more ways.
    if (draw.chance(1, 3)) args.verdict = draw.chance(1, 2) ? XDP_TX : XDP_REDIRECT;
    if (drainsPool(portOf(world, args.port)) && draw.chance(3, 4)) args.verdict = XDP_TX;
    args.target = args.verdict === XDP_REDIRECT && draw.chance(7, 8) ? draw.handle(world, 'port') : NO_ID;
    args.budget = draw.chance(3, 4) ? BUDGET_MAX : draw.between(1, 4);
    args.head = draw.chance(1, 4) ? draw.between(0, HEAD_MAX) : 0;
    args.tail = draw.chance(1, 4) ? draw.size(0, TAIL_MAX) : 0;
    return true;
  },
  applies(world, args) {
    return mayPoll(portOf(world, args.port)) && !isMidPoll(world);
  },
  run(world, args) {
    const port = portOf(world, args.port);
    const target = args.target >= 0 ? portOf(world, args.target) : null;
    const before = countsOf(port, target);
    // net_rx_action
    world.context = CONTEXT_SOFTIRQ;
    mvnetaRxSwbm(world, port, args.budget, { verdict: args.verdict, target, head: args.head, tail: -args.tail });
    const after = countsOf(port, target);
    for (let i = after.length - 1; i > 0; i--) if (after[i] > before[i]) return i;
    return 0;
  },
  expectTruesize(world) {
    // The driver charges a page for the head and one for each frag (mvneta_swbm_build_skb).
    const { skBuffSize, pageSize } = world.abi;
    for (const port of world.systems.ports) {
      for (const skb of port.delivered)
        if (skb.id > world.lastIdBefore) skb.expectedTruesize = skBuffSize + pageSize * (1 + skb.data.nrFrags);
    }
  },
});

/**
 * Returns whether TX can drain the pool: only a transmit ring that fills up keeps enough pages, without allocations of
 * its own, for a poll to find the pool empty.
 */
function drainsPool({ pool, occupied, tx, txSize }: MvnetaPort): boolean {
  if (pool === null || tx.length + 1 >= txSize) return false;
  return tx.length > 0 || pool.cache.length + pool.ring.length < occupied;
}

/** Counts of what happened to packets of polls, in the order of POLL_OUTCOMES. */
function countsOf(port: MvnetaPort, target: MvnetaPort | null): number[] {
  const { stats } = port;
  return [
    ...[0, stats.rxPackets, port.brokenPackets, stats.xdpDrop, stats.xdpTx, stats.xdpTxErr + port.noFrame],
    ...[stats.xdpRedirect, port.redirectErr, target?.stats.xdpXmitErr ?? 0, target?.refusedDown ?? 0],
    ...[stats.skbAllocError, stats.refillError],
  ];
}

function mayPoll(port: MvnetaPort): boolean {
  return port.running && port.delivered.length < DELIVERED_MAX;
}

/**
 * A poll of another driver has not ended: frames wait for a cpumap. This poll would flush them, since xdp_do_flush
 * flushes all redirects of the CPU, but no CPU polls two devices at a time.
 */
function isMidPoll(world: World): boolean {
  return world.systems.cpumaps.some(({ bulk }) => bulk.length > 0);
}

/** Names the next packet of the rx handler. */
const MVNETA_RX_NEXT = defineCommand({
  name: 'mvneta_rx_next',
  opcode: 324,
  system: 'driver',
  args: [{ name: 'port', type: 'port' }],
  result: 'skb',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 32,
  usuallyNext: ['mvneta_tx', 'skb_clone', 'skb_try_coalesce', 'consume_skb', 'mvneta_rx_next'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.port = pickHandle(world, draw, 'port', (port) => port.delivered.length > 0);
    return args.port >= 0;
  },
  applies(world, args) {
    return portOf(world, args.port).delivered.length > 0;
  },
  run(world, args, result) {
    const skb = portOf(world, args.port).delivered.shift();
    if (skb !== undefined) nameResult(world, result, 'skb', skb);
    return 0;
  },
});

/** The rx handler drops the next packets. */
const MVNETA_RX_DROP = defineCommand({
  name: 'mvneta_rx_drop',
  opcode: 331,
  system: 'driver',
  args: [
    { name: 'port', type: 'port' },
    { name: 'count', type: 'int', min: 1, max: DELIVERED_MAX, default: 1, smallest: 1 },
  ],
  small: { count: these(1, DELIVERED_MAX) },
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  weight: 4,
  draw(world, draw, args) {
    args.port = pickHandle(world, draw, 'port', (port) => port.delivered.length > 0);
    args.count = draw.between(1, draw.chance(1, 2) ? 2 : DELIVERED_MAX);
    return args.port >= 0;
  },
  applies(world, args) {
    return portOf(world, args.port).delivered.length > 0;
  },
  run(world, args) {
    for (const skb of portOf(world, args.port).delivered.splice(0, args.count)) kfreeSkb(world, skb);
    return 0;
  },
});

export const MVNETA_RX_COMMANDS: readonly Command[] = [MVNETA_RECEIVE, MVNETA_POLL, MVNETA_RX_NEXT, MVNETA_RX_DROP];
