import { newKmallocData } from './skb_head';
import type { SkbData } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** SKB_DATA_ALIGN(). */
export function skbDataAlign(world: World, size: number): number {
  const line = world.abi.smpCacheBytes;
  return Math.ceil(size / line) * line;
}

/** SKB_HEAD_ALIGN(): the size of a head with its shared_info. */
export function skbHeadAlign(world: World, size: number): number {
  return skbDataAlign(world, size) + world.abi.sharedInfoSize;
}

/** SKB_WITH_OVERHEAD(): the size that a buffer leaves for the head. */
export function skbWithOverhead(world: World, size: number): number {
  return size - world.abi.sharedInfoSize;
}

/** SKB_TRUESIZE(). */
export function skbTruesize(world: World, usable: number): number {
  return usable + world.abi.skBuffSize + world.abi.sharedInfoSize;
}

/** kmalloc_size_roundup() (mm/slab_common.c): the size of a bucket or, above the buckets, a power of two of pages. */
export function kmallocSizeRoundup(world: World, size: number): number {
  const { kmallocSizes, pageSize } = world.abi;
  for (const bucket of kmallocSizes) {
    if (size <= bucket) return bucket;
  }
  let bytes = pageSize;
  while (bytes < size) bytes *= 2;
  return bytes;
}

/**
 * The size of the object that kmalloc_reserve takes for `size` usable bytes.
 * 6.3 and later try the small head cache first.
 */
export function headObjectSize(world: World, size: number): number {
  const objectSize = skbHeadAlign(world, size);
  if (world.rules.smallHeadCache && objectSize <= world.abi.smallHeadCacheSize) return world.abi.smallHeadCacheSize;
  return kmallocSizeRoundup(world, objectSize);
}

/**
 * kmalloc_reserve() (net/core/skbuff.c). Returns a head of at least `size` usable bytes, or null when there is no
 * memory. The room that rounding up adds is usable, too.
 *
 * @param memalloc - the skb is pfmemalloc: a second allocation, from the reserves (__GFP_MEMALLOC),
 * follows a failed one
 */
export function kmallocReserve(world: World, size: number, memalloc: boolean): SkbData | null {
  const objectSize = headObjectSize(world, size);
  if (world.allocFails() && (!memalloc || world.allocFails())) return null;
  return newKmallocData(world, objectSize);
}
