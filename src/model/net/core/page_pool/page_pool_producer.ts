import { pagePoolFree } from './page_pool_free';
import type { PagePool } from '../../../structs/page_pool';
import type { World } from '../../../world/world';

/** page_pool_producer_lock(). */
export function pagePoolProducerLock(pool: PagePool): void {
  pool.producerLocked = true;
}

/** page_pool_producer_unlock(). A page_pool_release that waits for the lock frees the pool now. */
export function pagePoolProducerUnlock(world: World, pool: PagePool): void {
  if (pool.freed)
    world.violate('no-use-after-free', 'pool', `the ring of pool#${pool.id} is unlocked, but the pool is free`);
  pool.producerLocked = false;
  if (pool.freeWaits) pagePoolFree(world, pool);
}
