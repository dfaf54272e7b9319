import { newKmallocData } from './skb_head';
import type { SkbData } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** SKB_DATA_ALIGN(). */
export function skbDataAlign(world: World, size: number): number {
  const line = world.abi.smpCacheBytes;
  return Math.ceil(size / line) * line;
}

/** SKB_HEAD_ALIGN(): the head with its shared_info. */
export function skbHeadAlign(world: World, size: number): number {
  return skbDataAlign(world, size) + world.abi.sharedInfoSize;
}

/** SKB_WITH_OVERHEAD(): what a buffer of this size leaves for the head. */
export function skbWithOverhead(world: World, size: number): number {
  return size - world.abi.sharedInfoSize;
}

/** SKB_TRUESIZE(). */
export function skbTruesize(world: World, usable: number): number {
  return usable + world.abi.skBuffSize + world.abi.sharedInfoSize;
}

/** kmalloc_size_roundup() (mm/slab_common.c): a bucket, or above the buckets a power of two of pages. */
export function kmallocSizeRoundup(world: World, size: number): number {
  const { kmallocSizes, pageSize } = world.abi;
  for (const bucket of kmallocSizes) {
    if (size <= bucket) return bucket;
  }
  let bytes = pageSize;
  while (bytes < size) bytes *= 2;
  return bytes;
}

/** How large an object kmalloc_reserve takes for a head of `size` usable bytes (6.3: the small head cache first). */
export function headObjectSize(world: World, size: number): number {
  const objectSize = skbHeadAlign(world, size);
  if (world.rules.smallHeadCache && objectSize <= world.abi.smallHeadCacheSize) return world.abi.smallHeadCacheSize;
  return kmallocSizeRoundup(world, objectSize);
}

/**
 * kmalloc_reserve() (net/core/skbuff.c): a head of at least `size` usable bytes, null when there is no memory.
 * With __GFP_MEMALLOC (`memalloc`: the skb is pfmemalloc) a failed attempt is repeated from the reserves, which is
 * a second allocation. Rounding up makes more room: it is all usable.
 */
export function kmallocReserve(world: World, size: number, memalloc: boolean): SkbData | null {
  const objectSize = headObjectSize(world, size);
  if (world.allocFails() && (!memalloc || world.allocFails())) return null;
  return newKmallocData(world, objectSize);
}
