import type { PagePool } from '../model/structs/page_pool';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

/** page_pool_init: ring_qsize where the driver names none, and its limit. */
const RING_DEFAULT = 1024;
const RING_MAX = 16384;

export const RING_BOUNDS: Invariant = {
  name: 'ring-bounds',
  statement: 'caches and rings stay within their size, and in their context',
  source: 'PP_ALLOC_CACHE_SIZE, page_pool_init, __ptr_ring_produce, napi_skb_cache_put (6.1 and 6.12)',
  check(world) {
    for (const pool of world.pools) checkBounds(world, pool);
    return world.pools.length;
  },
};

export function checkBounds(world: World, pool: PagePool): void {
  const slots = pool.poolSize === 0 ? RING_DEFAULT : Math.min(pool.poolSize, RING_MAX);
  if (pool.cache.length > world.abi.ppAllocCacheSize)
    world.violate(
      'ring-bounds',
      'pool',
      `the cache of pool#${pool.id} holds ${pool.cache.length} pages, it has ${world.abi.ppAllocCacheSize} slots`,
    );
  if (pool.ring.length > slots)
    world.violate(
      'ring-bounds',
      'pool',
      `the ring of pool#${pool.id} holds ${pool.ring.length} pages, it has ${slots} slots`,
    );
}
