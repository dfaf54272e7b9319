import type { PagePool } from '../model/structs/page_pool';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const POOL_INFLIGHT: Invariant = {
  name: 'pool-inflight',
  statement:
    'hold count minus release count equals the pages that left the allocator for this pool and are not ' +
    'released; never negative',
  source: 'page_pool_inflight (6.1 and 6.12)',
  check(world) {
    for (const pool of world.pools) checkInflight(world, pool);
    return world.pools.length;
  },
};

/** Each page of the pool that is in use counts once, whatever its number of users. */
export function checkInflight(world: World, pool: PagePool): void {
  const inflight = pool.holdCnt - pool.releaseCnt;
  const found = pool.cache.length + pool.ring.length + pool.seenOut;
  if (inflight !== found) {
    world.violate(
      'pool-inflight',
      'pool',
      `pool#${pool.id} counts ${inflight} pages in flight (hold ${pool.holdCnt}, release ${pool.releaseCnt}), ` +
        `but ${found} are its own`,
    );
  }
}
