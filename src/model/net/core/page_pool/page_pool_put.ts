import { countText } from '../../../world/count_text';
import type { Page } from '../../../structs/page';
import { popCache, pushCache } from './page_pool_alloc';
import { pagePoolDmaSyncForDevice } from './page_pool_dma';
import { pagePoolReturnPage } from './page_pool_release';
import { pagePoolProducerLock, pagePoolProducerUnlock } from './page_pool_producer';
import { PP_FLAG_PAGE_FRAG, type PagePool } from '../../../structs/page_pool';
import { ptrRingProduce } from './ptr_ring';
import { CONTEXT_NAPI, type World } from '../../../world/world';

/**
 * page_pool_defrag_page() (6.1), page_pool_unref_netmem() (6.12). Returns the number of pool users left.
 * At 0, 6.12 sets the count to 1 for the next use of the page; 6.1 does not.
 */
export function pagePoolUnrefPage(world: World, page: Page, count: number): number {
  world.touchPage(page);
  const resets = world.rules.ppRefCountAlways;
  if (page.ppRefCount === count) {
    if (resets) page.ppRefCount = 1;
    return 0;
  }
  const read = page.ppRefCount;
  world.preempt('page_pool_unref_page: count read');
  page.ppRefCount = (world.rules.unrefIsAtomic ? page.ppRefCount : read) - count;
  const left = page.ppRefCount;
  if (left < 0) {
    world.violate(
      'pool-refcount',
      'page',
      `put of ${countText(count)} pool references of page#${page.id}, which had ${countText(left + count)}`,
    );
  }
  if (left === 0 && resets) page.ppRefCount = 1;
  return left;
}

/** page_pool_is_last_frag() (6.1), page_pool_is_last_ref() (6.12). */
function pagePoolIsLastRef(world: World, pool: PagePool, page: Page): boolean {
  if (!world.rules.ppRefCountAlways && (pool.flags & PP_FLAG_PAGE_FRAG) === 0) return true;
  return pagePoolUnrefPage(world, page, 1) === 0;
}

/** __page_pool_page_can_be_recycled(). */
export function pagePoolPageCanBeRecycled(world: World, page: Page): boolean {
  const rules = world.rules;
  if (page.netIov) return true;
  return (
    (page.refcount === 1 || !rules.recycleRequiresSoleReference) &&
    (!page.pfmemalloc || !rules.recycleRefusesPfmemalloc)
  );
}

/** page_pool_recycle_in_cache(). */
function pagePoolRecycleInCache(world: World, pool: PagePool, page: Page): boolean {
  if (world.onRemoteCpu)
    world.violate(
      'ring-bounds',
      'pool',
      `page#${page.id} enters the cache of pool#${pool.id}, which has no lock, on a CPU that is not the pool's`,
    );
  if (pool.cache.length === world.abi.ppAllocCacheSize) return false;
  if (world.preemption === null) pushCache(pool, page);
  else storeInCache(world, pool, page);
  return true;
}

/**
 * pool->alloc.cache[pool->alloc.count++] = page, in its steps: read the count, write the slot, write the count.
 * The cache has no lock. When two CPUs use it at once, the second count overwrites the first.
 */
function storeInCache(world: World, pool: PagePool, page: Page): void {
  const slots = [...pool.cache];
  world.preempt('page_pool_recycle_in_cache: count read');
  const count = slots.length;
  // Pages that the other CPU took from slots below `count` are back;
  // pages that it put into slots from `count` on are lost.
  while (pool.cache.length > count) popCache(pool);
  while (pool.cache.length < count) pushCache(pool, slots[pool.cache.length]);
  pushCache(pool, page);
}

/** __page_pool_put_page(). Returns true when the page is a candidate for the ring. */
function pagePoolPutLastRef(
  world: World,
  pool: PagePool,
  page: Page,
  dmaSyncSize: number,
  allowDirect: boolean,
): boolean {
  world.touchPage(page);
  const recyclable = pagePoolPageCanBeRecycled(world, page);
  world.preempt('__page_pool_put_page: page refcount read');
  if (recyclable) {
    pagePoolDmaSyncForDevice(world, pool, page, dmaSyncSize);
    const direct = allowDirect && (!world.rules.directRecycleChecksSoftirq || world.inSoftirq());
    return !(direct && pagePoolRecycleInCache(world, pool, page));
  }
  // The page has another reference, so it leaves the pool. The last put frees it.
  pagePoolReturnPage(world, pool, page);
  return false;
}

/** page_pool_napi_local() (6.12): returns whether the caller runs on the CPU that runs the pool's NAPI right now. */
function pagePoolNapiLocal(world: World, pool: PagePool): boolean {
  const { rules } = world;
  if (rules.preemptRt && rules.napiLocalKnowsRt) return false;
  return rules.napiLocalRecyclesDirect && pool.napi && world.context === CONTEXT_NAPI;
}

/** page_pool_recycle_in_ring(). */
function pagePoolRecycleInRing(world: World, pool: PagePool, page: Page): boolean {
  pagePoolProducerLock(pool);
  const produced = ptrRingProduce(pool, page);
  world.preempt('page_pool_recycle_in_ring: produced, still locked');
  pagePoolProducerUnlock(world, pool);
  return produced;
}

/**
 * page_pool_put_defragged_page() (6.1), page_pool_put_unrefed_netmem() (6.12),
 * after the last pool user dropped the page.
 */
export function pagePoolPutUnrefedPage(
  world: World,
  pool: PagePool,
  page: Page,
  dmaSyncSize: number,
  allowDirect: boolean,
): void {
  const direct = allowDirect || pagePoolNapiLocal(world, pool);
  if (pagePoolPutLastRef(world, pool, page, dmaSyncSize, direct) && !pagePoolRecycleInRing(world, pool, page)) {
    // "Cache full, fallback to free pages"
    pagePoolReturnPage(world, pool, page);
  }
}

/**
 * page_pool_put_page(): one pool user drops the page.
 *
 * @param dmaSyncSize - bytes of the page that the CPU may have touched; -1: all
 */
export function pagePoolPutPage(
  world: World,
  pool: PagePool,
  page: Page,
  dmaSyncSize: number,
  allowDirect: boolean,
): void {
  if (!poolIsAlive(world, pool, page)) return;
  if (!pagePoolIsLastRef(world, pool, page)) return;
  pagePoolPutUnrefedPage(world, pool, page, dmaSyncSize, allowDirect);
}

/** page_pool_put_page_bulk(): puts candidates into the ring under one lock. Pages that do not fit leave the pool. */
export function pagePoolPutPageBulk(world: World, pool: PagePool, pages: readonly Page[]): void {
  if (pages.length > 0 && !poolIsAlive(world, pool, pages[0])) return;
  const direct = pagePoolNapiLocal(world, pool);
  const candidates: Page[] = [];
  for (const page of pages) {
    if (!pagePoolIsLastRef(world, pool, page)) continue;
    if (pagePoolPutLastRef(world, pool, page, -1, direct)) candidates.push(page);
  }
  let produced = 0;
  if (candidates.length === 0) return;
  pagePoolProducerLock(pool);
  while (produced < candidates.length && ptrRingProduce(pool, candidates[produced])) produced++;
  world.preempt('page_pool_recycle_in_ring: produced, still locked');
  pagePoolProducerUnlock(world, pool);
  for (; produced < candidates.length; produced++) pagePoolReturnPage(world, pool, candidates[produced]);
}

function poolIsAlive(world: World, pool: PagePool, page: Page): boolean {
  if (!pool.freed) return true;
  world.violate('no-use-after-free', 'pool', `page#${page.id} is put to pool#${pool.id}, which is free`);
  return false;
}
