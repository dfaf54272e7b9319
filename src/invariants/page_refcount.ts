import { countText } from '../model/world/count_text';
import type { Page } from '../model/structs/page';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const PAGE_REFCOUNT: Invariant = {
  name: 'page-refcount',
  statement: "a page's refcount equals the references found by walking heads, frags, caches, pools, uargs and names",
  source:
    'get_page, put_page; page_pool: one reference on behalf of all pool users (__page_pool_put_page, 6.1 and 6.12)',
  check(world, walk) {
    for (const page of walk.pages) checkPageRefcount(world, page);
    return walk.pages.length;
  },
};

export function checkPageRefcount(world: World, page: Page): void {
  // A net_iov has no references of its own.
  if (page.freed || page.netIov) return;
  const ofPool = page.seenPoolReferences > 0 || page.poolSlots > 0 ? 1 : 0;
  const references = page.seenReferences + ofPool;
  if (page.refcount !== references) {
    world.violate(
      'page-refcount',
      'page',
      `page#${page.id} has refcount ${countText(page.refcount)}, but ${countText(references)} references are ` +
        `held (${ofPool} by its pool)`,
    );
  }
}
