import { popCache } from './page_pool_alloc';
import { pagePoolUnmapOutstanding } from './page_pool_dma';
import { pagePoolFree } from './page_pool_free';
import { pagePoolFreeFrag } from './page_pool_frag';
import { pagePoolReturnPage } from './page_pool_release';
import { PP_FLAG_DMA_MAP, type PagePool } from '../../../structs/page_pool';
import { ptrRingConsume } from './ptr_ring';
import type { World } from '../../../world/world';

/** page_pool_inflight(): the number of pages that came from the allocator and are not released. */
export function pagePoolInflight(world: World, pool: PagePool): number {
  const inflight = pool.holdCnt - pool.releaseCnt;
  if (inflight < 0) world.violate('pool-inflight', 'pool', `pool#${pool.id} has ${inflight} pages in flight`);
  return inflight;
}

/** page_pool_empty_alloc_cache_once(), for the first scrub only: nothing may touch the cache afterwards. */
function pagePoolEmptyAllocCacheOnce(world: World, pool: PagePool): void {
  if (pool.destroyCnt !== 0) return;
  for (let page = popCache(pool); page !== null; page = popCache(pool)) pagePoolReturnPage(world, pool, page);
}

/** page_pool_empty_ring(). */
function pagePoolEmptyRing(world: World, pool: PagePool): void {
  for (let page = ptrRingConsume(world, pool); page !== undefined; page = ptrRingConsume(world, pool)) {
    pagePoolReturnPage(world, pool, page);
  }
}

/** page_pool_scrub(). */
function pagePoolScrub(world: World, pool: PagePool): void {
  const rules = world.rules;
  pagePoolEmptyAllocCacheOnce(world, pool);
  const first = pool.destroyCnt === 0;
  pool.destroyCnt++;
  if (first && (pool.flags & PP_FLAG_DMA_MAP) !== 0) {
    if (rules.destroyStopsSync) pool.dmaSync = false;
    if (rules.destroyUnmapsOutstanding) pagePoolUnmapOutstanding(world, pool);
    world.preempt('page_pool_scrub: mapped pages unmapped');
  }
  // "No more consumers should exist, but producers could still be in-flight."
  pagePoolEmptyRing(world, pool);
}

/**
 * page_pool_release(): returns the number of pages in flight, and frees the pool when it is 0. The kernel takes the
 * producer lock first, which waits for a producer on the other CPU. Here that producer frees the pool when it unlocks.
 */
function pagePoolRelease(world: World, pool: PagePool): number {
  pagePoolScrub(world, pool);
  world.preempt('page_pool_release: scrubbed');
  const inflight = pagePoolInflight(world, pool);
  world.preempt('page_pool_release: inflight read');
  if (inflight !== 0) {
    if (world.rules.destroyWaitsForInflight) return inflight;
    pagePoolFree(world, pool);
    return 0;
  }
  if (world.rules.releaseWaitsForProducers && pool.producerLocked) pool.freeWaits = true;
  else pagePoolFree(world, pool);
  return 0;
}

/** page_pool_destroy(): the driver drops the pool. Pages in flight keep it alive, and the worker retries. */
export function pagePoolDestroy(world: World, pool: PagePool): void {
  pool.userCnt--;
  if (pool.userCnt !== 0) return;
  // page_pool_disable_direct_recycling() (6.12). 6.1 has no p.napi.
  if (world.rules.destroyUnlinksNapi) pool.napi = false;
  pagePoolFreeFrag(world, pool);
  if (pagePoolRelease(world, pool) === 0) return;
  pool.releasePending = true;
}

/** page_pool_release_retry(): the delayed worker. It gives up on a negative count, which never recovers. */
export function pagePoolReleaseRetry(world: World, pool: PagePool): void {
  pool.releasePending = pagePoolRelease(world, pool) > 0;
}
