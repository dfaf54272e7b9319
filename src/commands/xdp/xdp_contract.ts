import { cpuMayRead } from '../../model/kernel/dma/dma_ownership';
import type { PageRef } from '../../model/structs/page';
import { PP_FLAG_PAGE_FRAG, type PagePool } from '../../model/structs/page_pool';
import { writtenPayload } from '../../model/mm/page_writes';
import { regionIsExclusive } from '../../model/world/region_exclusive';
import {
  MEM_TYPE_PAGE_ORDER0,
  MEM_TYPE_PAGE_POOL,
  MEM_TYPE_XSK_BUFF_POOL,
  type XdpMemInfo,
} from '../../model/structs/xdp_mem_info';
import { CONTEXT_PROCESS, type World } from '../../model/world/world';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';
import { ETH_HLEN } from '../../model/structs/if_ether';

/** The contracts of a driver with the XDP layer, which the commands of xdp_*.ts share. */

export const RXQ_NAMES_MAX = 3;
export const XDP_NAMES_MAX = 8;
export const FRAME_NAMES_MAX = 12;

/** The driver holds a packet of the queue, or a poll has not ended: the queue must not change. */
export function isInUse(world: World, rxq: XdpRxqInfo): boolean {
  for (const { bulk } of world.systems.cpumaps) if (bulk.length > 0) return true;
  for (const xdp of world.systems.xdpBuffs) if (xdp.rxq === rxq) return true;
  return false;
}

/**
 * In 6.1, xdp_release_frame takes the whole page out of its pool. A page of a pool of fragments has other users, who
 * would find no pool. No driver of 6.1 registers such a pool as a memory model.
 */
export function mayServeXdp(world: World, pool: PagePool): boolean {
  return (
    pool.userCnt === 1 &&
    pool.provider === null &&
    (world.rules.ppRefCountAlways || (pool.flags & PP_FLAG_PAGE_FRAG) === 0)
  );
}

/** Returns whether the memory model of the queue can return the reference. */
export function fitsModel(mem: XdpMemInfo, ref: PageRef): boolean {
  if (mem.type === MEM_TYPE_PAGE_POOL) return mem.pool !== null && ref.ofPool && ref.page.pp === mem.pool;
  if (mem.type === MEM_TYPE_XSK_BUFF_POOL || ref.ofPool || ref.page.ppSignature) return false;
  return mem.type !== MEM_TYPE_PAGE_ORDER0 || ref.page.order === 0;
}

/** The least that a frame must have: a cache line of headroom, an Ethernet header, the skb_shared_info. */
export function smallestFrame(world: World): number {
  return world.abi.sharedInfoSize + 2 * world.abi.smpCacheBytes;
}

/**
 * Returns whether the driver may show [headroom, headroom + len) of the region to a program. The driver must own the
 * frame from end to end: headers and the skb_shared_info will be written there.
 */
export function mayPrepare(
  world: World,
  rxq: XdpRxqInfo,
  ref: PageRef,
  frameSz: number,
  headroom: number,
  len: number,
): boolean {
  const line = world.abi.smpCacheBytes;
  if (!fitsModel(rxq.mem, ref) || frameSz % line !== 0 || ref.offset % line !== 0) return false;
  if (frameSz > ref.size && world.rules.driverFrameFitsBuffer) return false;
  if (len < ETH_HLEN || headroom + len > frameSz - world.abi.sharedInfoSize) return false;
  const size = Math.min(frameSz, ref.size);
  if (!cpuMayRead(world, ref, ref.offset, size)) return false;
  if (writtenPayload(ref.page, ref.offset + headroom, len) === null) return false;
  return regionIsExclusive(world, ref, ref.offset, ref.offset + size);
}

/** End of the bytes that a frag occupies: the end of its buffer where a program may grow it. */
export function fragBufferEnd(rxq: XdpRxqInfo, from: number, size: number): number {
  return rxq.fragSize === 0 ? from + size : from - (from % rxq.fragSize) + rxq.fragSize;
}

export function mayAddFrag(world: World, xdp: XdpBuff, ref: PageRef, offset: number, size: number): boolean {
  const { rxq } = xdp;
  if (xdp.readOnly || !fitsModel(rxq.mem, ref) || size < 1 || offset + size > ref.size) return false;
  // A frag is charged like the first buffer (nr_frags * frame_sz): all buffers of a queue have one size.
  if (size > xdp.frameSz) return false;
  const from = ref.offset + offset;
  const end = fragBufferEnd(rxq, from, size);
  const start = rxq.fragSize === 0 ? from : end - rxq.fragSize;
  // WARN_ON_ONCE(tailroom < 0) in bpf_xdp_frags_increase_tail: the frag must lie in one buffer of frag_size.
  if (from + size > end || start < ref.offset || end > ref.offset + ref.size) return false;
  if (!cpuMayRead(world, ref, start, end - start) || writtenPayload(ref.page, from, size) === null) return false;
  return regionIsExclusive(world, ref, start, end);
}

/**
 * Only the NAPI that allocates from the pool may return directly, while the pool lives: the cache has no lock, and is
 * not emptied after page_pool_destroy.
 */
export function mayReturnDirect(world: World, mem: XdpMemInfo): boolean {
  return world.context !== CONTEXT_PROCESS && (mem.pool === null || mem.pool.userCnt > 0);
}
