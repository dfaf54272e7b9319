import { times } from '../usual';
import { defineCommand } from '../define_command';
import { EOVERFLOW } from '../../model/lib/errno';
import { cpuMapEnqueue, cpuMapFlush, cpuMapGenericRedirect } from '../../model/kernel/bpf/cpu_map';
import { cpuMapEntryAlloc } from '../../model/kernel/bpf/cpu_map_entry';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import { xdpConvertBuffToFrame } from '../../model/net/core/xdp/xdp_convert';
import { xdpGetFrameLen } from '../../model/net/core/xdp/xdp_frame';
import { xdpReturnBuff } from '../../model/net/core/xdp/xdp_return';
import { CONTEXT_PROCESS, type World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { cpumapOf } from '../objects';
import { CPU_MAP_DELETE_ELEM, CPU_MAP_KTHREAD_RUN, CPU_MAP_RECEIVED, NDO_XDP_RX } from './cpumap_remote';
import { countHandles, nameResult, pickHandle } from '../pick';
import { isSole } from '../skb/skb_contract';
import { CONVERT_FAILURES, mayBecomeFrame, movePayload } from './xdp_frame';
import { mayReturnDirect } from './xdp_contract';
import { frameOf, xdpOf } from '../objects';
import { CPUMAP_PROG_NONE, CPUMAP_PROG_PULL, CPUMAP_PROGS, type CpuMapEntry } from '../../model/structs/cpu_map_entry';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpFrame } from '../../model/structs/xdp_frame';
import { skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

const CPUMAP_NAMES_MAX = 2;
const QSIZE_MAX = 64;
const QUEUED = ['queued', 'flushed', 'flushed_dropped'];

/** Makes an entry with its ring and kthread; `prog` runs on the remote CPU (BPF_XDP_CPUMAP). */
const CPU_MAP_UPDATE_ELEM = defineCommand({
  name: 'cpu_map_update_elem',
  opcode: 300,
  system: 'cpumap',
  args: [
    { name: 'qsize', type: 'int', min: 1, max: QSIZE_MAX, smallest: 1 },
    { name: 'prog', type: 'enum', words: CPUMAP_PROGS, default: 0 },
  ],
  result: 'cpumap',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 12,
  draw(world, draw, args) {
    if (countHandles(world, 'cpumap') >= CPUMAP_NAMES_MAX) return false;
    args.qsize = draw.chance(2, 3) ? draw.between(1, 6) : draw.between(7, QSIZE_MAX);
    args.prog = draw.chance(1, 2) ? CPUMAP_PROG_NONE : draw.below(8);
    return true;
  },
  applies(world) {
    return world.systems.cpumaps.length < CPUMAP_NAMES_MAX;
  },
  run(world, args, result) {
    nameResult(world, result, 'cpumap', cpuMapEntryAlloc(world, args.qsize, args.prog));
    world.ret = 0;
    return 0;
  },
});

const ETH_P_8021Q = 0x8100;
const ETH_P_8021AD = 0x88a8;

/**
 * Returns whether the packet has a VLAN tag, also after a program cuts 4 bytes. The stack would remove the tag, which
 * is outside this model.
 */
function isTagged(world: World, page: { address: number }, data: number): boolean {
  const { bytes } = world.memory;
  for (const at of [12, 16]) {
    const type = (bytes[page.address + data + at] << 8) | bytes[page.address + data + at + 1];
    if (type === ETH_P_8021Q || type === ETH_P_8021AD) return true;
  }
  return false;
}

/** The frame comes from a queue in its poll: a frame that overflows goes directly back to the pool of that queue. */
function isInPoll(world: World, frame: XdpFrame): boolean {
  if (world.context === CONTEXT_PROCESS) return false;
  return frame.mem.pool === null || world.systems.rxqs.some(({ mem }) => mem === frame.mem);
}

function mayEnqueue(world: World, frame: XdpFrame): boolean {
  return isInPoll(world, frame) && xdpGetFrameLen(frame) > 20 && !isTagged(world, frame.page, frame.data);
}

/** cpu_map_enqueue(): the frame waits in the bulk queue of this CPU, which is flushed when it is full. */
const CPU_MAP_ENQUEUE = defineCommand({
  name: 'cpu_map_enqueue',
  opcode: 301,
  system: 'cpumap',
  args: [
    { name: 'cpumap', type: 'cpumap' },
    { name: 'frame', type: 'frame', consumed: true },
  ],
  outcomes: QUEUED,
  allocates: false,
  contextual: true,
  weight: 240,
  usuallyNext: [...times(12, 'cpu_map_enqueue'), 'xdp_do_flush', 'xdpf_clone', 'device_write'],
  draw(world, draw, args) {
    args.cpumap = draw.handle(world, 'cpumap');
    args.frame = pickHandle(world, draw, 'frame', (frame) => mayEnqueue(world, frame));
    return args.cpumap >= 0 && args.frame >= 0;
  },
  applies(world, args) {
    return mayEnqueue(world, frameOf(world, args.frame));
  },
  run(world, args) {
    const frame = frameOf(world, args.frame);
    consume(world, args.frame);
    return outcomeOfEnqueue(cpuMapEnqueue(world, cpumapOf(world, args.cpumap), frame));
  },
});

function outcomeOfEnqueue(dropped: number): number {
  return dropped < 0 ? 0 : dropped === 0 ? 1 : 2;
}

function mayRedirect(world: World, xdp: XdpBuff): boolean {
  return (
    mayBecomeFrame(xdp) &&
    mayReturnDirect(world, xdp.rxq.mem) &&
    xdp.dataEnd - xdp.data > 20 &&
    !isTagged(world, xdp.page, xdp.data)
  );
}

/**
 * A program returns bpf_redirect_map() into the cpumap, and the driver calls xdp_do_redirect(). When that fails, the
 * driver gives up the packet.
 */
const XDP_DO_REDIRECT = defineCommand({
  name: 'xdp_do_redirect',
  opcode: 307,
  system: 'cpumap',
  args: [
    { name: 'xdp', type: 'xdp', consumed: true },
    { name: 'cpumap', type: 'cpumap' },
  ],
  outcomes: [...QUEUED, ...CONVERT_FAILURES],
  allocates: true,
  contextual: true,
  weight: 240,
  usuallyNext: ['xdp_do_redirect', 'xdp_do_redirect', 'xdp_do_flush', 'device_write', 'page_pool_alloc_pages'],
  draw(world, draw, args) {
    args.xdp = pickHandle(world, draw, 'xdp', (xdp) => mayRedirect(world, xdp));
    args.cpumap = draw.handle(world, 'cpumap');
    return args.xdp >= 0 && args.cpumap >= 0;
  },
  applies(world, args) {
    return mayRedirect(world, xdpOf(world, args.xdp));
  },
  run(world, args) {
    const xdp = xdpOf(world, args.xdp);
    const { payload, metaPayload } = xdp;
    consume(world, args.xdp);
    const frame = xdpConvertBuffToFrame(world, xdp);
    if (typeof frame === 'string') {
      world.ret = -EOVERFLOW;
      xdpReturnBuff(world, xdp);
      return QUEUED.length + CONVERT_FAILURES.indexOf(frame);
    }
    movePayload(frame, payload, metaPayload);
    return outcomeOfEnqueue(cpuMapEnqueue(world, cpumapOf(world, args.cpumap), frame));
  },
});

/** xdp_do_flush(): the NAPI poll ends. */
const XDP_DO_FLUSH = defineCommand({
  name: 'xdp_do_flush',
  opcode: 302,
  system: 'cpumap',
  args: [],
  outcomes: ['flushed', 'dropped', 'nothing'],
  allocates: false,
  contextual: true,
  weight: 4,
  usuallyNext: [
    'cpu_map_kthread_run',
    'cpu_map_kthread_run',
    'cpu_map_generic_redirect',
    'cpu_map_delete_elem',
    'ndo_xdp_rx',
  ],
  draw(world, draw) {
    return world.systems.cpumaps.some(({ bulk }) => bulk.length > 0) || draw.chance(1, 64);
  },
  applies(world) {
    return world.context !== CONTEXT_PROCESS && world.systems.cpumaps.length > 0;
  },
  run(world) {
    const waiting = world.systems.cpumaps.some(({ bulk }) => bulk.length > 0);
    const drops = cpuMapFlush(world);
    return waiting ? (drops > 0 ? 1 : 0) : 2;
  },
});

/** An skb that generic XDP received. */
function mayGoGeneric(skb: SkBuff): boolean {
  return isSole(skb) && skb.destructor === DESTRUCTOR_NONE && skb.sk === null && skbZcopy(skb) === null;
}

/**
 * A program on the remote CPU may return a verdict on an skb. A program that moves the ends of the packet would need
 * more fields of an skb than this model has.
 */
function takesSkbs(entry: CpuMapEntry): boolean {
  return entry.prog < CPUMAP_PROG_PULL;
}

const CPU_MAP_GENERIC_REDIRECT = defineCommand({
  name: 'cpu_map_generic_redirect',
  opcode: 304,
  system: 'cpumap',
  args: [
    { name: 'cpumap', type: 'cpumap' },
    { name: 'skb', type: 'skb', consumed: true },
  ],
  outcomes: ['ok', 'enospc'],
  allocates: false,
  contextual: false,
  weight: 12,
  usuallyNext: ['cpu_map_generic_redirect', 'cpu_map_kthread_run', 'cpu_map_enqueue', 'ndo_xdp_rx'],
  draw(world, draw, args) {
    args.cpumap = pickHandle(world, draw, 'cpumap', takesSkbs);
    args.skb = pickHandle(world, draw, 'skb', mayGoGeneric);
    return args.cpumap >= 0 && args.skb >= 0;
  },
  applies(world, args) {
    return takesSkbs(cpumapOf(world, args.cpumap)) && mayGoGeneric(skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    world.ret = cpuMapGenericRedirect(cpumapOf(world, args.cpumap), skb);
    if (world.ret < 0) return 1;
    consume(world, args.skb);
    return 0;
  },
});

export const CPUMAP_COMMANDS: readonly Command[] = [
  CPU_MAP_UPDATE_ELEM,
  CPU_MAP_ENQUEUE,
  XDP_DO_REDIRECT,
  XDP_DO_FLUSH,
  CPU_MAP_KTHREAD_RUN,
  CPU_MAP_GENERIC_REDIRECT,
  CPU_MAP_RECEIVED,
  CPU_MAP_DELETE_ELEM,
  NDO_XDP_RX,
];
