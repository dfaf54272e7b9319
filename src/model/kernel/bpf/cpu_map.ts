import { ENOSPC } from '../../lib/errno';
import { bpfXdpAdjustHead, bpfXdpAdjustTail } from '../../net/core/filter/bpf_xdp_adjust';
import { ZEROS_START } from '../../world/memory';
import { pageAddress } from '../../mm/page_alloc';
import { kfreeSkb } from '../../net/core/skbuff/free/skb_free';
import type { SkBuff } from '../../structs/sk_buff';
import { xdpBuffHasFrags } from '../../net/core/xdp/xdp_buff';
import { __xdpBuildSkbFromFrame } from '../../net/core/xdp/xdp_build_skb';
import { xdpConvertFrameToBuff, xdpUpdateFrameFromBuff } from '../../net/core/xdp/xdp_convert';
import { xdpReturnFrame, xdpReturnFrameRxNapi } from '../../net/core/xdp/xdp_return';
import type { World } from '../../world/world';
import {
  CPUMAP_BATCH,
  CPUMAP_PROG_GROW,
  CPUMAP_PROG_NONE,
  CPUMAP_PROG_PASS,
  CPUMAP_PROG_PULL,
  CPUMAP_PROG_TRIM,
  CPU_MAP_BULK_SIZE,
  type CpuMapEntry,
} from '../../structs/cpu_map_entry';
import type { XdpBuff } from '../../structs/xdp_buff';
import type { XdpFrame } from '../../structs/xdp_frame';
import { XdpRxqInfo } from '../../structs/xdp_rxq_info';

/** Bytes that the programs of the remote CPU cut off. */
export const CPUMAP_PROG_CUT = 4;
/** The content of a struct xdp_rxq_info that was not cleared (H7). */
const GARBAGE_FRAG_SIZE = 2048;

/** Learns how frames change on the remote CPU, so that callers can follow payloads and charges. */
export interface CpuMapWatcher {
  /** The program cut bytes off the front or the end. */
  cut(frame: XdpFrame, front: number, back: number): void;
  /** The program made room for bytes at the end, which the kernel cleared. */
  grown(frame: XdpFrame, back: number): void;
  /** Called before the frame is consumed. */
  builds(frame: XdpFrame): void;
  built(frame: XdpFrame, skb: SkBuff): void;
}

/**
 * bq_flush_to_queue(): gives the frames to the ring. It drops the frames that find no room, and returns their number.
 */
export function bqFlushToQueue(world: World, entry: CpuMapEntry): number {
  let drops = 0;
  for (const frame of entry.bulk) {
    if (entry.ring.produce({ frame, skb: null })) continue;
    drops++;
    if (world.rules.cpumapReturnsDropped) xdpReturnFrameRxNapi(world, frame, false);
  }
  entry.bulk.length = 0;
  entry.flushOrder = 0;
  return drops;
}

/**
 * cpu_map_enqueue(), bq_enqueue(): returns how many frames a flush of the full bulk queue dropped; -1: no flush was
 * needed.
 */
export function cpuMapEnqueue(world: World, entry: CpuMapEntry, frame: XdpFrame): number {
  let dropped = -1;
  if (entry.bulk.length === CPU_MAP_BULK_SIZE) dropped = bqFlushToQueue(world, entry);
  entry.bulk.push(frame);
  if (entry.flushOrder === 0) entry.flushOrder = world.newId();
  return dropped;
}

/**
 * __cpu_map_flush(): flushes every bulk queue of the poll, the newest in the list first. Returns how many frames found
 * no room.
 */
export function cpuMapFlush(world: World): number {
  const list = world.systems.cpumaps.filter(({ flushOrder }) => flushOrder !== 0);
  list.sort((a, b) => b.flushOrder - a.flushOrder);
  let drops = 0;
  for (const entry of list) drops += bqFlushToQueue(world, entry);
  return drops;
}

/**
 * cpu_map_generic_redirect(): puts an skb of generic XDP straight into the ring. On failure the skb stays the caller's.
 */
export function cpuMapGenericRedirect(entry: CpuMapEntry, skb: SkBuff): number {
  return entry.ring.produce({ frame: null, skb }) ? 0 : -ENOSPC;
}

/** The result of a run of the kthread. */
export interface CpuMapRun {
  batches: number;
  allocFailures: number;
  dropped: number;
}

/** cpu_map_kthread_run(): takes batch after batch until the ring is empty. */
export function cpuMapKthreadRun(world: World, entry: CpuMapEntry, watcher: CpuMapWatcher): CpuMapRun {
  const run: CpuMapRun = { batches: 0, allocFailures: 0, dropped: 0 };
  world.onRemoteCpu = true;
  while (entry.ring.items.length > 0) {
    run.batches++;
    const frames: XdpFrame[] = [];
    const skbs: SkBuff[] = [];
    for (let i = 0; i < CPUMAP_BATCH; i++) {
      const item = entry.ring.consume();
      if (item === undefined) break;
      if (item.skb !== null) skbs.push(item.skb);
      else frames.push(item.frame);
    }
    const passed = cpuMapBpfProgRun(world, entry, frames, watcher);
    run.dropped += frames.length - passed.length + cpuMapBpfProgRunSkb(world, entry, skbs);
    const built = buildBatch(world, passed, watcher, run);
    if (world.rules.cpumapReceivesBuiltFirst) entry.received.push(...built, ...skbs);
    else entry.received.push(...skbs, ...built);
  }
  world.onRemoteCpu = false;
  return run;
}

/**
 * kmem_cache_alloc_bulk() allocates all sk_buffs of the batch or none. With none, every frame is returned.
 * napi_skb_cache_get_bulk() tries a refill of the cache first, then the missing sk_buffs themselves.
 */
function buildBatch(
  world: World,
  frames: readonly XdpFrame[],
  watcher: CpuMapWatcher,
  run: CpuMapRun,
): readonly SkBuff[] {
  const failed =
    frames.length > 0 && world.allocFails() && (!world.rules.cpumapRetriesAllocation || world.allocFails());
  const received: SkBuff[] = [];
  if (failed) run.allocFailures++;
  for (const frame of frames) {
    if (failed) {
      xdpReturnFrame(world, frame);
      continue;
    }
    watcher.builds(frame);
    const skb = __xdpBuildSkbFromFrame(world, frame);
    watcher.built(frame, skb);
    received.push(skb);
  }
  return received;
}

/** cpu_map_bpf_prog_run(), cpu_map_bpf_prog_run_xdp(): return the frames that the program lets through. */
function cpuMapBpfProgRun(
  world: World,
  entry: CpuMapEntry,
  frames: readonly XdpFrame[],
  watcher: CpuMapWatcher,
): readonly XdpFrame[] {
  const prog = entry.prog;
  if (prog === CPUMAP_PROG_NONE) return frames;
  const passed: XdpFrame[] = [];
  const rxq = new XdpRxqInfo();
  if (!world.rules.cpumapClearsRxq) rxq.fragSize = GARBAGE_FRAG_SIZE;
  for (const frame of frames) {
    rxq.mem = frame.mem;
    const xdp = xdpConvertFrameToBuff(frame, rxq);
    if (prog === CPUMAP_PROG_PULL && bpfXdpAdjustHead(world, xdp, CPUMAP_PROG_CUT) === 0)
      watcher.cut(frame, CPUMAP_PROG_CUT, 0);
    if (prog === CPUMAP_PROG_TRIM && bpfXdpAdjustTail(world, xdp, -CPUMAP_PROG_CUT) === 0)
      watcher.cut(frame, 0, CPUMAP_PROG_CUT);
    if (prog === CPUMAP_PROG_GROW && growTail(world, xdp, CPUMAP_PROG_CUT)) watcher.grown(frame, CPUMAP_PROG_CUT);
    const passes = prog === CPUMAP_PROG_PASS || prog >= CPUMAP_PROG_PULL;
    if (passes && xdpUpdateFrameFromBuff(world, xdp, frame) === 0) passed.push(frame);
    else xdpReturnFrame(world, frame);
  }
  return passed;
}

/** bpf_xdp_adjust_tail() with its memset(). Returns whether the packet has `len` more bytes now. */
function growTail(world: World, xdp: XdpBuff, len: number): boolean {
  const last = xdpBuffHasFrags(xdp) ? xdp.sinfo.frags[xdp.sinfo.nrFrags - 1] : null;
  const end = last === null ? xdp.page.address + xdp.dataEnd : pageAddress(world, last.page) + last.offset + last.size;
  if (bpfXdpAdjustTail(world, xdp, len) !== 0) return false;
  world.memory.copy(end, ZEROS_START, len);
  return true;
}

/**
 * cpu_map_bpf_prog_run_skb(): runs the program on the skbs of generic XDP. Until 6.14 it returns from the loop after
 * the first skb that does not pass, and the skbs behind it go up without a run of the program.
 */
function cpuMapBpfProgRunSkb(world: World, entry: CpuMapEntry, skbs: SkBuff[]): number {
  if (entry.prog === CPUMAP_PROG_NONE || entry.prog === CPUMAP_PROG_PASS) return 0;
  let dropped = 0;
  while (skbs.length > 0) {
    kfreeSkb(world, skbs.shift() as SkBuff);
    dropped++;
    if (!world.rules.cpumapSkbProgStopsAtFirst) continue;
    if (skbs.length > 0) world.meet('cpumap-drop-ends-the-batch');
    break;
  }
  return dropped;
}

/**
 * __cpu_map_entry_free() after cpu_map_delete_elem(): kthread_stop() lets the thread empty the ring first, then the
 * rest of the ring is cleaned up. (The ring is always empty by then, since the kernel waits for the thread when it
 * makes it.)
 */
export function cpuMapEntryFree(world: World, entry: CpuMapEntry, watcher: CpuMapWatcher): void {
  if (world.rules.cpumapStopDrainsRing) cpuMapKthreadRun(world, entry, watcher);
  cpuMapRingCleanup(world, entry);
  entry.freed = true;
  world.removeSystem(world.systems.cpumaps, entry);
}

/** __cpu_map_ring_cleanup(): returns frames and frees skbs, each by its kind (7c62b75cd1a7). */
function cpuMapRingCleanup(world: World, entry: CpuMapEntry): void {
  for (let item = entry.ring.consume(); item !== undefined; item = entry.ring.consume()) {
    if (item.frame !== null) xdpReturnFrame(world, item.frame);
    else if (world.rules.cpumapCleanupKnowsSkbs) kfreeSkb(world, item.skb);
    else {
      world.violate(
        'no-double-free',
        'skb',
        `skb#${item.skb.id} is returned from the ring of cpumap#${entry.id} as if it were a frame`,
      );
    }
  }
}
