import type { Page } from '../model/structs/page';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const RECYCLED_IS_EXCLUSIVE: Invariant = {
  name: 'recycled-is-exclusive',
  statement:
    "a page in a pool's cache or ring has one reference, is there once, is not pfmemalloc, and has no other holder",
  source: '__page_pool_put_page: page_ref_count(page) == 1 && !page_is_pfmemalloc(page) (6.1 and 6.12)',
  check(world, walk, everything) {
    let pages = 0;
    for (const page of walk.pages) {
      if (everything && page.seenPoolSlots !== page.poolSlots) {
        world.violate(
          'recycled-is-exclusive',
          'page',
          `page#${page.id} is said to be in ${page.poolSlots} slots of pools, but is in ${page.seenPoolSlots}`,
        );
      }
      pages += checkRecycled(world, page);
    }
    return pages;
  },
};

/** 1 when the page rests in a pool. */
export function checkRecycled(world: World, page: Page): number {
  if (page.poolSlots === 0) return 0;
  const holders = page.seenReferences + page.seenPoolReferences;
  if (page.poolSlots > 1)
    world.violate('recycled-is-exclusive', 'page', `page#${page.id} is in ${page.poolSlots} slots of pools at once`);
  if (holders > 0)
    world.violate('recycled-is-exclusive', 'page', `page#${page.id} rests in a pool while ${others(holders)}`);
  if (page.pfmemalloc)
    world.violate(
      'recycled-is-exclusive',
      'page',
      `page#${page.id} rests in a pool although it came from the emergency reserves`,
    );
  return 1;
}

function others(holders: number): string {
  return holders === 1 ? 'another holds it' : `${holders} others hold it`;
}
