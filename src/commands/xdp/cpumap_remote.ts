import { defineCommand } from '../define_command';
import { cpuMapEntryFree, cpuMapKthreadRun } from '../../model/kernel/bpf/cpu_map';
import { kfreeSkb } from '../../model/net/core/skbuff/free/skb_free';
import { xdpBuildSkbFromFrame } from '../../model/net/core/xdp/xdp_build_skb';
import { xdpReturnFrame } from '../../model/net/core/xdp/xdp_return';
import { consume } from '../objects';
import { expectCharged, Follower, noBuiltSkbs } from './cpumap_follower';
import { cpumapOf } from '../objects';
import { countHandles, nameResult, pickHandle } from '../pick';
import { SKB_NAMES_MAX } from '../skb/skb_contract';
import { charge, withoutMac } from './xdp_frame';
import type { CpuMapEntry } from '../../model/structs/cpu_map_entry';

const RECEIVED_MAX = 64;

function hasWork(entry: CpuMapEntry): boolean {
  return entry.ring.items.length > 0;
}

/** The kthread of the entry runs until its ring is empty: it builds skbs and passes them to the stack. */
export const CPU_MAP_KTHREAD_RUN = defineCommand({
  name: 'cpu_map_kthread_run',
  opcode: 303,
  system: 'cpumap',
  args: [{ name: 'cpumap', type: 'cpumap' }],
  outcomes: ['received', 'program_dropped', 'enomem', 'idle'],
  // 7.3 asks a second time, and one call fails once.
  outcomesOf: { enomem: { cpumapRetriesAllocation: false } },
  allocates: true,
  contextual: false,
  weight: 24,
  usuallyNext: ['cpu_map_received', 'cpu_map_received', 'device_write'],
  draw(world, draw, args) {
    args.cpumap = pickHandle(world, draw, 'cpumap', hasWork);
    if (args.cpumap < 0 && draw.chance(1, 64)) args.cpumap = draw.handle(world, 'cpumap');
    return args.cpumap >= 0;
  },
  applies(world, args) {
    const entry = cpumapOf(world, args.cpumap);
    return entry.received.length + entry.ring.items.length <= RECEIVED_MAX;
  },
  noteBefore: noBuiltSkbs,
  run(world, args, _result, charged) {
    const run = cpuMapKthreadRun(world, cpumapOf(world, args.cpumap), new Follower(world, charged));
    if (run.batches === 0) return 3;
    if (run.allocFailures > 0) return 2;
    return run.dropped > 0 ? 1 : 0;
  },
  expectTruesize(_world, _args, _outcome, _result, { note: charged }) {
    expectCharged(charged);
  },
});

/** Names the oldest skb that netif_receive_skb_list() passed to the rx_handler of the device. */
export const CPU_MAP_RECEIVED = defineCommand({
  name: 'cpu_map_received',
  opcode: 305,
  system: 'cpumap',
  args: [{ name: 'cpumap', type: 'cpumap' }],
  result: 'skb',
  outcomes: ['ok', 'nothing'],
  allocates: false,
  contextual: false,
  weight: 48,
  usuallyNext: ['cpu_map_received', 'skb_clone', 'skb_try_coalesce', 'kfree_skb', 'cpu_map_generic_redirect'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.cpumap = pickHandle(world, draw, 'cpumap', (entry) => entry.received.length > 0);
    if (args.cpumap < 0 && draw.chance(1, 64)) args.cpumap = draw.handle(world, 'cpumap');
    return args.cpumap >= 0;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    const skb = cpumapOf(world, args.cpumap).received.shift();
    if (skb === undefined) return 1;
    world.touchSkb(skb);
    nameResult(world, result, 'skb', skb);
    return 0;
  },
});

/** The poll has ended: the bulk queue is empty (in the kernel, RCU waits for that). */
function mayDelete(entry: CpuMapEntry): boolean {
  return entry.bulk.length === 0;
}

/**
 * cpu_map_delete_elem(), and the wait for the kthread, which empties the ring. Skbs that reached the device and were
 * not taken are dropped.
 */
export const CPU_MAP_DELETE_ELEM = defineCommand({
  name: 'cpu_map_delete_elem',
  opcode: 306,
  system: 'cpumap',
  args: [{ name: 'cpumap', type: 'cpumap', consumed: true }],
  outcomes: ['ok', 'drained'],
  allocates: false,
  contextual: false,
  weight: 1,
  draw(world, draw, args) {
    args.cpumap = pickHandle(world, draw, 'cpumap', mayDelete);
    return args.cpumap >= 0;
  },
  applies(world, args) {
    return mayDelete(cpumapOf(world, args.cpumap));
  },
  noteBefore: noBuiltSkbs,
  run(world, args, _result, charged) {
    const entry = cpumapOf(world, args.cpumap);
    const filled = hasWork(entry);
    consume(world, args.cpumap);
    cpuMapEntryFree(world, entry, new Follower(world, charged));
    for (const skb of entry.received) kfreeSkb(world, skb);
    entry.received.length = 0;
    return filled ? 1 : 0;
  },
  expectTruesize(_world, _args, _outcome, _result, { note: charged }) {
    expectCharged(charged);
  },
});

/**
 * The alternative that Edward Cree proposed on netdev in October 2017: "a new ndo for 'receiving' an xdp_pkt from a
 * cpumap redirect". The driver that put the frame into the ring builds the skb itself; where it cannot, it frees the
 * packet its own way.
 */
export const NDO_XDP_RX = defineCommand({
  name: 'ndo_xdp_rx',
  opcode: 308,
  system: 'cpumap',
  modelOnly: 'no kernel has a receive hook of drivers for cpumap',
  args: [{ name: 'cpumap', type: 'cpumap' }],
  result: 'skb',
  outcomes: ['ok', 'enomem', 'generic', 'nothing'],
  allocates: true,
  contextual: false,
  weight: 16,
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.cpumap = pickHandle(world, draw, 'cpumap', hasWork);
    if (args.cpumap < 0 && draw.chance(1, 64)) args.cpumap = draw.handle(world, 'cpumap');
    return args.cpumap >= 0;
  },
  applies() {
    return true;
  },
  noteBefore: noBuiltSkbs,
  run(world, args, result, charged) {
    const item = cpumapOf(world, args.cpumap).ring.consume();
    if (item === undefined) return 3;
    if (item.skb !== null) {
      world.touchSkb(item.skb);
      nameResult(world, result, 'skb', item.skb);
      return 2;
    }
    const truesize = charge(world, item.frame);
    const skb = xdpBuildSkbFromFrame(world, item.frame);
    if (skb === null) {
      xdpReturnFrame(world, item.frame);
      return 1;
    }
    skb.payload = withoutMac(item.frame.payload);
    charged.push({ skb, truesize });
    nameResult(world, result, 'skb', skb);
    return 0;
  },
  expectTruesize(_world, _args, _outcome, _result, { note: charged }) {
    expectCharged(charged);
  },
});
