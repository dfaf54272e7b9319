import type { World } from '../model/world';
import type { Invariant } from './invariant';
import type { Walk } from './walk';

export const POOL_INFLIGHT: Invariant = {
  name: 'pool-inflight',
  statement:
    'hold count minus release count equals the pages that left the allocator for this pool and are not released; never negative',
  source: 'page_pool_inflight (6.1 and 6.12)',
  check(world, walk) {
    for (const pool of world.pools) {
      const inflight = pool.holdCnt - pool.releaseCnt;
      const found = pool.cache.length + pool.ring.length + pagesOut(world, walk, pool);
      if (inflight !== found) {
        world.violate(
          'pool-inflight',
          'pool',
          `pool#${pool.id} counts ${inflight} pages in flight (hold ${pool.holdCnt}, release ${pool.releaseCnt}), but ${found} are its own`,
        );
      }
    }
    return world.pools.length;
  },
};

/** Pages of the pool that somebody uses: each once, whatever its number of users. */
function pagesOut(_world: World, walk: Walk, pool: unknown): number {
  let pages = 0;
  for (const page of walk.pages) if (page.pp === pool && page.ppSignature && page.seenPoolReferences > 0) pages++;
  return pages;
}
