import type { Page } from '../../../structs/page';
import { pagePoolAllocFrag } from './page_pool_frag';
import { pagePoolAllocPages } from './page_pool_alloc';
import type { PagePool } from '../../../structs/page_pool';
import type { World } from '../../../world/world';

/** Memory of a pool: a whole page or a piece of one. */
export interface PoolPiece {
  readonly page: Page;
  /** Bytes from the start of the page. */
  readonly offset: number;
  /** Bytes that the caller may use, and is charged for. */
  readonly size: number;
}

/**
 * page_pool_alloc_netmem(), page_pool_alloc() (6.6): more than half of a page gets a whole one. The piece behind which
 * no other of its size fits gets the rest of the page, too. Returns null without memory.
 */
export function pagePoolAllocNetmem(world: World, pool: PagePool, size: number): PoolPiece | null {
  const maxSize = world.abi.pageSize << pool.order;
  if (size * 2 > maxSize) {
    const page = pagePoolAllocPages(world, pool);
    return page === null ? null : { page, offset: 0, size: maxSize };
  }
  const offset = pagePoolAllocFrag(world, pool, size);
  if (offset < 0) return null;
  const page = pool.fragPage as Page;
  if (pool.fragOffset + size <= maxSize) return { page, offset, size };
  pool.fragOffset = maxSize;
  return { page, offset, size: maxSize - offset };
}
