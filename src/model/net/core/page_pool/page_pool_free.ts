import { mpDestroy } from './memory_provider';
import { dropHandle } from '../../../world/handles';
import type { PagePool } from '../../../structs/page_pool';
import type { World } from '../../../world/world';

/** page_pool_free() (6.1), __page_pool_destroy() (6.12). The program's name of the pool is dropped, too. */
export function pagePoolFree(world: World, pool: PagePool): void {
  mpDestroy(world, pool);
  pool.freed = true;
  pool.releasePending = false;
  pool.freeWaits = false;
  world.remove(world.pools, pool);
  const names = world.namesOf('pool');
  for (let i = names.length - 1; i >= 0; i--) if (names[i].object === pool) dropHandle(world, names[i].id);
}
