import type { Page } from '../../../structs/page';
import type { PagePool } from '../../../structs/page_pool';
import type { World } from '../../../world/world';

/** sizeof(void *) entries in two cache lines: __ptr_ring_set_size. */
const BATCH_CACHE_LINES = 2;

/**
 * __ptr_ring_produce(): false when the slot that the producer is to fill next is still taken. A consumed slot counts as taken
 * until its batch is given back, see ptrRingConsume.
 */
export function ptrRingProduce(pool: PagePool, page: Page): boolean {
  if (pool.ring.length + (pool.ringHead - pool.ringTail) >= pool.poolSize) return false;
  pool.ring.push(page);
  page.poolSlots++;
  return true;
}

/** __ptr_ring_consume(), ptr_ring_consume_bh(); undefined when empty. */
export function ptrRingConsume(world: World, pool: PagePool): Page | undefined {
  const page = pool.ring.shift();
  if (page === undefined) return undefined;
  page.poolSlots--;
  ptrRingDiscardOne(world, pool);
  return page;
}

/** __ptr_ring_discard_one(): slots go back to the producer in batches, and at the end of the ring. */
function ptrRingDiscardOne(world: World, pool: PagePool): void {
  pool.ringHead++;
  if (pool.ringHead - pool.ringTail >= ptrRingBatch(world, pool) || pool.ringHead >= pool.poolSize)
    pool.ringTail = pool.ringHead;
  if (pool.ringHead >= pool.poolSize) {
    pool.ringHead = 0;
    pool.ringTail = 0;
  }
}

/** __ptr_ring_set_size(): no batching in small rings. */
function ptrRingBatch(world: World, pool: PagePool): number {
  const batch = (world.abi.smpCacheBytes * BATCH_CACHE_LINES) / world.abi.wordSize;
  return batch > pool.poolSize >> 1 || batch === 0 ? 1 : batch;
}
