import type { Page } from '../../../structs/page';
import { handOut, pagePoolAllocPages } from './page_pool_alloc';
import { pagePoolDmaSyncForDevice } from './page_pool_dma';
import { pagePoolPageCanBeRecycled, pagePoolUnrefPage } from './page_pool_put';
import { pagePoolReturnPage } from './page_pool_release';
import { BIAS_MAX, type PagePool } from '../../../structs/page_pool';
import type { World } from '../../../world/world';

/**
 * page_pool_drain_frag(): drops the references that were not handed out.
 * Returns the page when it can be reused at once.
 */
function pagePoolDrainFrag(world: World, pool: PagePool, page: Page): Page | null {
  // "Some user is still using the page frag."
  if (pagePoolUnrefPage(world, page, BIAS_MAX - pool.fragUsers) !== 0) return null;
  if (pagePoolPageCanBeRecycled(world, page)) {
    pagePoolDmaSyncForDevice(world, pool, page, -1);
    return page;
  }
  pagePoolReturnPage(world, pool, page);
  return null;
}

/** page_pool_free_frag(): drops the destroyed pool's current page of fragments; the last user of a piece returns it. */
export function pagePoolFreeFrag(world: World, pool: PagePool): void {
  const page = pool.fragPage;
  pool.fragPage = null;
  if (page === null || pagePoolUnrefPage(world, page, BIAS_MAX - pool.fragUsers) !== 0) return;
  pagePoolReturnPage(world, pool, page);
}

/**
 * page_pool_alloc_frag(). Returns the offset of the fragment in pool.fragPage, or -1 for NULL. The caller gets one of
 * the page's BIAS_MAX pool references.
 *
 * @param size - bytes, at most the page's
 */
export function pagePoolAllocFrag(world: World, pool: PagePool, size: number): number {
  const maxSize = world.abi.pageSize << pool.order;
  const alignment = world.rules.poolFragsAreAligned ? world.abi.ppFragAlign : 1;
  const aligned = Math.ceil(size / alignment) * alignment;
  let page = pool.fragPage;
  const offset = pool.fragOffset;
  if (page !== null && offset + aligned > maxSize) {
    page = pagePoolDrainFrag(world, pool, page);
    if (page !== null) {
      handOut(world, pool, page);
      return fragReset(pool, page, aligned);
    }
  }
  if (page === null) {
    page = pagePoolAllocPages(world, pool);
    pool.fragPage = page;
    return page === null ? -1 : fragReset(pool, page, aligned);
  }
  world.touchPage(page);
  pool.fragUsers++;
  pool.fragOffset = offset + aligned;
  return offset;
}

/** The label `frag_reset`: the first fragment of a fresh page. */
function fragReset(pool: PagePool, page: Page, aligned: number): number {
  pool.fragUsers = 1;
  pool.fragOffset = aligned;
  // page_pool_fragment_page(): sets all references at once; they are handed out one by one.
  page.ppRefCount = BIAS_MAX;
  return 0;
}
