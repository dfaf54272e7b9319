import type { Page } from '../structs/page';
import { freePage, newPage, pageRefSub } from './page_alloc';
import { PageFragCache } from '../structs/page_frag_cache';
import { forgetAllWrites } from './page_writes';
import { countText } from '../world/count_text';
import { PRESSURE_NONE, PRESSURE_RESERVES, type World } from '../world/world';

/** page_frag_alloc_align(): no alignment. */
export const PAGE_FRAG_ALIGN_NONE = -1;
/** The NULL that page_frag_alloc_align() returns instead of an offset. Every offset, even a wrong one, is higher. */
export const PAGE_FRAG_NULL = -0x8000_0000;

/** An empty struct page_frag_cache, as drivers embed and zero it. */
export function pageFragCacheInit(world: World): PageFragCache {
  const cache = new PageFragCache();
  cache.id = world.newId();
  return world.add(world.fragCaches, cache);
}

/**
 * __page_frag_cache_refill(): allocates an order-3 page, or under pressure a single page. Only the single page may be
 * of the reserves, because the larger order is tried with __GFP_NOMEMALLOC. The refill never fails by itself, because
 * the whole allocation is one event.
 */
function pageFragCacheRefill(world: World, cache: PageFragCache): Page {
  // The per-CPU cache, which outlives every program, got its page before.
  const pressure = cache === world.napiFragCache ? PRESSURE_NONE : world.pressure;
  const page = newPage(world, pressure === PRESSURE_NONE ? fragPageOrder(world) : 0);
  page.pfmemalloc = pressure === PRESSURE_RESERVES;
  cache.size = world.abi.pageSize << page.order;
  cache.page = page;
  // The refcount grows by a constant, whatever the size (page_ref_add(page, PAGE_FRAG_CACHE_MAX_SIZE)). The constant is
  // enough for any number of fragments.
  page.refcount += world.abi.pageFragCacheMaxSize;
  cache.pfmemalloc = page.pfmemalloc;
  cache.pagecntBias = world.abi.pageFragCacheMaxSize + 1;
  cache.offset = world.rules.pageFragCarvesUpwards ? 0 : cache.size;
  return page;
}

/**
 * page_frag_alloc_align() (6.1), __page_frag_alloc_align() (6.12, 7.3). Returns the offset in `cache.page`, whose
 * reference the caller gets, or PAGE_FRAG_NULL.
 *
 * @param alignMask - a negative power of two, PAGE_FRAG_ALIGN_NONE for none.
 */
export function pageFragAllocAlign(world: World, cache: PageFragCache, fragsz: number, alignMask: number): number {
  if (world.allocFails()) return PAGE_FRAG_NULL;
  return world.rules.pageFragCarvesUpwards
    ? carveUpwards(world, cache, fragsz, alignMask)
    : carveDownwards(world, cache, fragsz, alignMask);
}

/** __page_frag_alloc_align() of 6.13 and later. */
function carveUpwards(world: World, cache: PageFragCache, fragsz: number, alignMask: number): number {
  let page = cache.page ?? pageFragCacheRefill(world, cache);
  let offset = alignUp(cache.offset, alignMask);
  while (offset + fragsz > cache.size) {
    // "the cache isn't big enough to satisfy the request": asked of the rest of the page, before a refill.
    if (fragsz > world.abi.pageSize) return PAGE_FRAG_NULL;
    if (!takeBack(world, cache, page)) {
      page = pageFragCacheRefill(world, cache);
      offset = alignUp(cache.offset, alignMask);
      continue;
    }
    offset = 0;
    break;
  }
  cache.pagecntBias--;
  cache.offset = offset + fragsz;
  world.touchPage(page);
  return offset;
}

/** __ALIGN_KERNEL_MASK() with the bits that a mask of page_frag_alloc_align() clears. */
function alignUp(offset: number, alignMask: number): number {
  return (offset + ~alignMask) & alignMask;
}

/** The allocation until 6.12: carves downwards. */
function carveDownwards(world: World, cache: PageFragCache, fragsz: number, alignMask: number): number {
  let page = cache.page ?? pageFragCacheRefill(world, cache);
  let offset = cache.offset - fragsz;
  while (offset < 0) {
    if (!takeBack(world, cache, page)) {
      page = pageFragCacheRefill(world, cache);
      offset = cache.offset - fragsz;
      continue;
    }
    offset = cache.size - fragsz;
    // The page is kept, and so is cache.offset. (Before dac22531bbd4, the fragment began in front of the page.)
    if (offset < 0 && world.rules.pageFragRefusesOversize) return PAGE_FRAG_NULL;
    break;
  }
  cache.pagecntBias--;
  offset &= alignMask;
  cache.offset = offset;
  world.touchPage(page);
  return offset;
}

/** Returns whether all fragments came back, so that the page is cut again. If not, the cache has no page any more. */
function takeBack(world: World, cache: PageFragCache, page: Page): boolean {
  if (!pageRefSubAndTest(world, page, cache.pagecntBias)) return false;
  if (cache.pfmemalloc && world.rules.pageFragDropsPfmemalloc) {
    freePage(world, page);
    return false;
  }
  // "OK, page count is 0, we can safely set it": all fragments came back, the page is used again.
  page.refcount = world.abi.pageFragCacheMaxSize + 1;
  if (page.pfmemalloc) reusesReserves(world, page);
  forgetAllWrites(page);
  cache.pagecntBias = world.abi.pageFragCacheMaxSize + 1;
  return true;
}

/**
 * "Recover from memory pressure" (d8c19014bba8): as long as the cache keeps the page, every skb in it is dropped by
 * most sockets.
 */
function reusesReserves(world: World, page: Page): void {
  world.violate(
    'recycled-is-exclusive',
    'page',
    `page#${page.id} of the emergency reserves is cut in pieces once more by its page_frag cache`,
  );
}

/**
 * page_frag_cache_drain() (6.12; 6.1: __page_frag_cache_drain of the page with the bias): the cache gives up its
 * references.
 */
export function pageFragCacheDrain(world: World, cache: PageFragCache): void {
  const page = cache.page;
  if (page === null) return;
  cache.page = null;
  pageRefSub(world, page, cache.pagecntBias);
}

/** page_ref_sub_and_test(): true when the page has no holder left. It does not free the page. */
function pageRefSubAndTest(world: World, page: Page, count: number): boolean {
  world.touchPage(page);
  if (page.freed || page.refcount < count) {
    world.violate(
      'no-double-free',
      'page',
      `page_frag cache drops ${countText(count)} references of page#${page.id}, which has ${countText(page.refcount)}`,
    );
    return false;
  }
  page.refcount -= count;
  return page.refcount === 0;
}

/** PAGE_FRAG_CACHE_MAX_ORDER. */
function fragPageOrder(world: World): number {
  let order = 0;
  while (world.abi.pageSize << order < world.abi.pageFragCacheMaxSize) order++;
  return order;
}
