import type { Page } from '../../../structs/page';
import { allocPages, newPage, putPage } from '../../../mm/page_alloc';
import { mpAllocNetmems } from './memory_provider';
import { pagePoolDmaMap, wholePage } from './page_pool_dma';
import { pagePoolSetPpInfo } from './page_pool_pp_info';
import { PP_FLAG_DMA_MAP, type PagePool } from '../../../structs/page_pool';
import { forgetAllWrites } from '../../../mm/page_writes';
import { ptrRingConsume } from './ptr_ring';
import { NO_RANGES } from '../../../lib/ranges';
import type { World } from '../../../world/world';

/**
 * page_pool_refill_alloc_cache(): moves up to PP_ALLOC_CACHE_REFILL pages from the ring. One NUMA node: no mismatch.
 */
function pagePoolRefillAllocCache(world: World, pool: PagePool): Page | null {
  if (pool.ring.length === 0) return null;
  do {
    const page = ptrRingConsume(world, pool);
    if (page === undefined) break;
    pushCache(pool, page);
  } while (pool.cache.length < world.abi.ppAllocCacheRefill);
  return popCache(pool);
}

/** __page_pool_get_cached(). */
function pagePoolGetCached(world: World, pool: PagePool): Page | null {
  return pool.cache.length > 0 ? popCache(pool) : pagePoolRefillAllocCache(world, pool);
}

/** __page_pool_alloc_page_order(). Compound pages have no bulk allocation. */
function pagePoolAllocPageOrder(world: World, pool: PagePool): Page | null {
  const page = allocPages(world, pool.order);
  if (page === null) return null;
  if (!pagePoolTakePage(world, pool, page)) return null;
  return page;
}

/** __page_pool_alloc_pages_slow(): asks for PP_ALLOC_CACHE_REFILL pages, returns one and caches the others. */
function pagePoolAllocPagesSlow(world: World, pool: PagePool): Page | null {
  if (pool.order !== 0) return pagePoolAllocPageOrder(world, pool);
  if (world.allocFails()) return null;
  for (let i = world.abi.bulkAllocPages; i > 0; i--) {
    const page = newPage(world, 0);
    if (pagePoolTakePage(world, pool, page)) pushCache(pool, page);
  }
  return popCache(pool);
}

/**
 * Makes a page of the allocator the pool's: maps, signs and counts it.
 * Puts it and returns false when it cannot be mapped.
 */
function pagePoolTakePage(world: World, pool: PagePool, page: Page): boolean {
  if ((pool.flags & PP_FLAG_DMA_MAP) !== 0 && !pagePoolDmaMap(world, pool, page)) {
    putPage(world, page);
    return false;
  }
  pagePoolSetPpInfo(world, pool, page);
  pool.holdCnt++;
  return true;
}

/** The slow path of page_pool_alloc_netmems(). */
function allocSlow(world: World, pool: PagePool): Page | null {
  return pool.provider !== null ? mpAllocNetmems(world, pool) : pagePoolAllocPagesSlow(world, pool);
}

/** page_pool_alloc_pages(), page_pool_alloc_netmems(). The caller becomes the only pool user of the page. */
export function pagePoolAllocPages(world: World, pool: PagePool): Page | null {
  if (pool.freed) {
    world.violate('no-use-after-free', 'pool', `a page is allocated from pool#${pool.id}, which is free`);
    return null;
  }
  const page = pagePoolGetCached(world, pool) ?? allocSlow(world, pool);
  if (page !== null) handOut(world, pool, page);
  return page;
}

/**
 * Records the state that a driver may assume of a page from the pool. The bytes of the page belong to no packet. The
 * device owns [offset, offset + max_len) if the pool syncs, else nothing.
 */
export function handOut(world: World, pool: PagePool, page: Page): void {
  world.touchPage(page);
  forgetAllWrites(page);
  page.deviceDirty = NO_RANGES;
  if (page.mapping !== null)
    page.mapping.promisedCpuOwned = pool.dmaSync ? pool.cpuOwnedAfterSync : wholePage(world, pool.order);
}

/** pool->alloc.cache[pool->alloc.count++] = page. */
export function pushCache(pool: PagePool, page: Page): void {
  pool.cache.push(page);
  page.poolSlots++;
}

/** pool->alloc.cache[--pool->alloc.count]. Returns null when the cache is empty. */
export function popCache(pool: PagePool): Page | null {
  const page = pool.cache.pop();
  if (page === undefined) return null;
  page.poolSlots--;
  return page;
}
