import { DMA_FROM_DEVICE } from '../../model/structs/device';
import type { PageRef } from '../../model/structs/page';
import { pagePoolParamsInvalid, type PagePoolParams } from '../../model/net/core/page_pool/page_pool_create';
import { PP_FLAG_DMA_SYNC_DEV, PP_FLAG_PAGE_FRAG, type PagePool } from '../../model/structs/page_pool';
import { intersects } from '../../model/lib/ranges';
import { CONTEXT_PROCESS, type World } from '../../model/world/world';
import { deviceOf } from '../objects';
import type { Arg, ArgsOf } from '../arg';
import { DMA_DIRECTIONS } from '../page/dma';

/** The contracts that the commands of page_pool.ts share. */

export const ORDER_MAX = 2;
export const POOL_SIZE_MAX = 64;
export const OFFSET_MAX = 16384;
const USUAL_MAX_LEN = 4096;

export const CREATE_ARGS = [
  { name: 'device', type: 'device', optional: true },
  { name: 'order', type: 'int', min: 0, max: ORDER_MAX, default: 0 },
  { name: 'pool_size', type: 'int', min: 0, max: POOL_SIZE_MAX, default: 0, smallest: 1 },
  { name: 'flags', type: 'flags', words: ['dma_map', 'dma_sync_dev', 'page_frag'], default: 0 },
  { name: 'dma_dir', type: 'enum', words: DMA_DIRECTIONS, default: DMA_FROM_DEVICE },
  { name: 'offset', type: 'int', min: 0, max: OFFSET_MAX, default: 0 },
  { name: 'max_len', type: 'int', min: 0, max: OFFSET_MAX, default: USUAL_MAX_LEN, smallest: USUAL_MAX_LEN },
  { name: 'napi', type: 'int', min: 0, max: 1, default: 0 },
] as const satisfies readonly Arg[];

export function poolParams(world: World, args: ArgsOf<typeof CREATE_ARGS>): PagePoolParams {
  return {
    device: args.device >= 0 ? deviceOf(world, args.device) : null,
    order: args.order,
    poolSize: args.pool_size,
    flags: args.flags,
    dmaDir: args.dma_dir,
    offset: args.offset,
    maxLen: args.max_len,
    napi: args.napi !== 0,
  };
}

/** Returns whether the kernel has PP_FLAG_PAGE_FRAG. */
export function hasFragFlag(world: World): boolean {
  return !world.rules.ppRefCountAlways && world.rules.hasPoolFragments;
}

/**
 * Flags of another kernel have other meanings here. The bytes that the device may write are within the page: the kernel
 * does not check that, and would sync beyond the mapping.
 */
export function mayCreate(world: World, params: PagePoolParams): boolean {
  if ((params.flags & PP_FLAG_PAGE_FRAG) !== 0 && !hasFragFlag(world)) return false;
  if (pagePoolParamsInvalid(world, params)) return true;
  return (
    (params.flags & PP_FLAG_DMA_SYNC_DEV) === 0 || params.offset + params.maxLen <= world.abi.pageSize << params.order
  );
}

/**
 * The driver's NAPI poll takes pages from a pool that the driver did not destroy. (Targets disable softirqs around the
 * call.)
 */
export function mayAllocate(pool: PagePool): boolean {
  return pool.userCnt > 0;
}

/**
 * 6.1: pages of a PP_FLAG_PAGE_FRAG pool get their count from page_pool_alloc_frag. A page from page_pool_alloc_pages
 * has pp_frag_count 0, and its put would count below zero (page_pool_defrag_page).
 */
export function mayAllocatePages(world: World, pool: PagePool): boolean {
  return (
    mayAllocate(pool) &&
    pool.provider === null &&
    (world.rules.ppRefCountAlways || (pool.flags & PP_FLAG_PAGE_FRAG) === 0)
  );
}

/** 6.1 warns without PP_FLAG_PAGE_FRAG, both warn when the size exceeds the page. */
export function mayAllocateFrags(world: World, pool: PagePool): boolean {
  return (
    mayAllocate(pool) &&
    pool.provider === null &&
    (world.rules.ppRefCountAlways || (pool.flags & PP_FLAG_PAGE_FRAG) !== 0)
  );
}

/** Returns whether the reference is a pool reference that may go back to its pool. */
export function isPoolRef(ref: PageRef): boolean {
  return ref.ofPool && ref.page.ppSignature && ref.page.pp !== null;
}

/**
 * allow_direct is for the context that allocates, while the pool lives: the cache has no lock, and nothing empties it
 * after page_pool_destroy. 6.1 checks by itself whether it is in softirq.
 */
export function mayPutDirect(world: World, pool: PagePool): boolean {
  return pool.userCnt > 0 && (world.rules.directRecycleChecksSoftirq || world.context !== CONTEXT_PROCESS);
}

/**
 * dma_sync_size is the number of bytes from pool.offset on that the CPU may have touched, and must cover all of them. A
 * driver knows it only for a page that it holds as a whole. It passes -1 for fragments.
 */
export function coversDirty(world: World, ref: PageRef, dmaSyncSize: number): boolean {
  const pool = ref.page.pp;
  const mapping = ref.page.mapping;
  if (dmaSyncSize < 0 || pool === null || mapping === null || !pool.dmaSync) return true;
  if (ref.size !== world.abi.pageSize << ref.page.order) return false;
  return !intersects(
    mapping.promisedCpuOwned,
    pool.offset + Math.min(dmaSyncSize, pool.maxLen),
    pool.offset + pool.maxLen,
  );
}

/** 6.1: the page has no other pool reference, so the pool never gets it later. */
export function mayRelease(world: World, ref: PageRef): boolean {
  if (!world.rules.hasReleasePage || !isPoolRef(ref)) return false;
  const pool = ref.page.pp as PagePool;
  const counted = world.rules.ppRefCountAlways || (pool.flags & PP_FLAG_PAGE_FRAG) !== 0;
  return ref.page.refcount >= 1 && (!counted || ref.page.ppRefCount === 1);
}
