import type { Page } from '../../../structs/page';
import type { PagePool } from '../../../structs/page_pool';
import type { World } from '../../../world/world';

const BATCH_CACHE_LINES = 2;

/**
 * __ptr_ring_produce(). Returns false when the producer's next slot is still taken. A consumed slot counts as taken
 * until ptrRingDiscardOne gives its batch back.
 */
export function ptrRingProduce(pool: PagePool, page: Page): boolean {
  if (pool.ring.length + (pool.ringHead - pool.ringTail) >= pool.poolSize) return false;
  pool.ring.push(page);
  page.poolSlots++;
  return true;
}

/** __ptr_ring_consume(), ptr_ring_consume_bh(). Returns undefined when the ring is empty. */
export function ptrRingConsume(world: World, pool: PagePool): Page | undefined {
  const page = pool.ring.shift();
  if (page === undefined) return undefined;
  page.poolSlots--;
  ptrRingDiscardOne(world, pool);
  return page;
}

/** __ptr_ring_discard_one(): gives slots back to the producer in batches, and at the end of the ring. */
function ptrRingDiscardOne(world: World, pool: PagePool): void {
  pool.ringHead++;
  if (pool.ringHead - pool.ringTail >= ptrRingBatch(world, pool.poolSize) || pool.ringHead >= pool.poolSize)
    pool.ringTail = pool.ringHead;
  if (pool.ringHead >= pool.poolSize) {
    pool.ringHead = 0;
    pool.ringTail = 0;
  }
}

/** The batch of __ptr_ring_set_size(): the pointers of two cache lines. Small rings have no batching. */
export function ptrRingBatch(world: World, size: number): number {
  const batch = (world.abi.smpCacheBytes * BATCH_CACHE_LINES) / world.abi.wordSize;
  return batch > size >> 1 || batch === 0 ? 1 : batch;
}
