import type { Page } from '../../../structs/page';
import { putPage } from '../../../mm/page_alloc';
import { mpReleaseNetmem } from './memory_provider';
import { pagePoolReleaseDma } from './page_pool_dma';
import { pagePoolClearPpInfo } from './page_pool_pp_info';
import type { PagePool } from '../../../structs/page_pool';
import type { World } from '../../../world/world';

/**
 * page_pool_release_page() (6.1, exported), the first part of page_pool_return_page() (6.12): the page leaves the pool
 * for good. Its page reference becomes the caller's.
 */
export function pagePoolReleasePage(world: World, pool: PagePool, page: Page): void {
  world.touchPage(page);
  if (pool.freed) {
    world.violate('no-use-after-free', 'pool', `page#${page.id} is released from pool#${pool.id}, which is free`);
    return;
  }
  pagePoolReleaseDma(world, pool, page);
  pagePoolClearPpInfo(page);
  countRelease(world, pool);
}

/** page_pool_return_page(): the page leaves the pool. Its page reference is dropped, so without others it is freed. */
export function pagePoolReturnPage(world: World, pool: PagePool, page: Page): void {
  if (pool.provider !== null) {
    const put = mpReleaseNetmem(world, pool, page);
    countRelease(world, pool);
    if (put) putPage(world, page);
    return;
  }
  pagePoolReleasePage(world, pool, page);
  world.preempt('page_pool_return_page: released, not put');
  if (world.rules.returnPagePutsPage) putPage(world, page);
}

function countRelease(world: World, pool: PagePool): void {
  pool.releaseCnt++;
  if (pool.releaseCnt > pool.holdCnt) {
    world.violate(
      'pool-inflight',
      'pool',
      `pool#${pool.id} released ${pool.releaseCnt} pages, but held only ${pool.holdCnt}`,
    );
  }
}
