// The readers and writers of pages that a device writes to.

import { cpuMayRead } from '../src/model/kernel/dma/dma_ownership';
import { writtenPayload } from '../src/model/mm/page_writes';
import { CONTEXT_SOFTIRQ } from '../src/model/world/world';
import { PoolBench } from './support/pool_bench';

describe('DMA ownership', () => {
  test('lets the device write only where the pool synced, and the CPU read only what was synced back', () => {
    const b = new PoolBench('6.12');
    const pool = b.pool({ flags: 'dma_map|dma_sync_dev', offset: 64, max_len: 1000 });
    const page = b.alloc(pool);
    expect(b.outcome('device_write', { page, len: 100 })).toBe('skipped');
    expect(b.outcome('device_write', { page, offset: 1000, len: 100 })).toBe('skipped');
    b.call('device_write', { page, offset: 64, len: 1000 });
    expect(cpuMayRead(b.world, b.ref(page), 64, 1)).toBe(false);
    b.call('dma_sync_single_for_cpu', { page, offset: 64, len: 500 });
    expect([cpuMayRead(b.world, b.ref(page), 64, 500), cpuMayRead(b.world, b.ref(page), 64, 501)]).toEqual([
      true,
      false,
    ]);
    expect(b.outcome('device_write', { page, offset: 563, len: 1 })).toBe('skipped');
    b.call('device_write', { page, offset: 564, len: 1 });
    // 500 bytes from pool.offset on may be dirty.
    expect(b.outcome('page_pool_put_page', { page, dma_sync_size: 499 })).toBe('skipped');
    b.call('page_pool_put_page', { page, dma_sync_size: 500 });
    expect(b.violations()).toEqual([]);
  });

  test('is the task of the driver without PP_FLAG_DMA_SYNC_DEV, each time it gets the page', () => {
    const b = new PoolBench('6.1');
    const pool = b.pool({ flags: 'dma_map' });
    const page = b.alloc(pool);
    expect(b.outcome('device_write', { page, len: 1 })).toBe('skipped');
    b.call('dma_sync_single_for_device', { page, len: 2048 });
    b.call('device_write', { page, len: 2048 });
    b.call('page_pool_recycle_direct', { page }, CONTEXT_SOFTIRQ);
    expect(b.outcome('device_write', { page: b.alloc(pool), len: 1 })).toBe('skipped');
  });

  test('keeps bytes unreadable that a device wrote and that were not synced, when the pool unmaps them', () => {
    const b = new PoolBench('6.12');
    const pool = b.pool({ flags: 'dma_map|dma_sync_dev' });
    const page = b.alloc(pool);
    b.call('device_write', { page, len: 100 });
    b.call('page_pool_destroy', { pool });
    expect(cpuMayRead(b.world, b.ref(page), 0, 100)).toBe(false);
  });

  test('has a page that was mapped by hand unmapped before its references are dropped', () => {
    const b = new PoolBench('6.12');
    const device = b.call('device_add');
    const page = b.call('alloc_pages', { order: 1 });
    const mapping = b.call('dma_map_page', { device, page });
    expect([b.outcome('put_page', { page }), b.outcome('device_remove', { device })]).toEqual(['skipped', 'skipped']);
    b.call('device_write', { page, len: 8192 });
    expect(cpuMayRead(b.world, b.ref(page), 0, 1)).toBe(false);
    b.call('dma_unmap_page', { mapping });
    expect(cpuMayRead(b.world, b.ref(page), 0, 8192)).toBe(true);
    b.call('device_remove', { device });
    b.call('put_page', { page });
    expect(b.violations()).toEqual([]);
  });

  test('hides the bytes that a device writes from all other holders', () => {
    const b = new PoolBench('6.12');
    const page = b.call('alloc_pages');
    b.call('device_write', { page, offset: 10, len: 20 });
    expect(writtenPayload(b.ref(page).page, 12, 5)).toEqual([2, 5]);
    expect(writtenPayload(b.ref(page).page, 12, 50)).toBeNull();
    b.call('device_write', { page, offset: 20, len: 100 });
    // The second write starts 4099 bytes later in the pattern.
    expect(writtenPayload(b.ref(page).page, 18, 4)).toEqual([8, 2, 4099, 2]);
    b.call('get_page', { page });
    expect(b.outcome('device_write', { page, len: 1 })).toBe('skipped');
  });
});
