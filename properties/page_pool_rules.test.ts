// The effects on a pool when one of its rules is broken.

import { napiPpPutPage } from '../src/model/net/core/skbuff/free/napi_pp_put_page';
import type { Page } from '../src/model/structs/page';
import { pagePoolAllocPages } from '../src/model/net/core/page_pool/page_pool_alloc';
import { CONTEXT_NAPI, CONTEXT_SOFTIRQ } from '../src/model/world/world';
import type { Rules } from '../src/rules/rules';
import { BULK, PoolBench } from './support/pool_bench';

describe('a broken rule shows:', () => {
  /** Allocates, removes the device and puts the page. */
  function deviceGoes(rules: Partial<Rules>): string[] {
    const b = new PoolBench('6.12', rules);
    const device = b.call('device_add');
    const pool = b.pool({ device, flags: 'dma_map' });
    const page = b.alloc(pool);
    b.call('page_pool_destroy', { pool });
    b.call('device_remove', { device });
    b.call('page_pool_put_full_page', { page });
    b.call('page_pool_release_retry', { pool });
    return b.violations();
  }

  test('no unmap at destroy: the device goes with a mapping, and the unmap comes too late', () => {
    expect(deviceGoes({ destroyUnmapsOutstanding: false })).toEqual(['dma-mapped-once', 'dma-mapped-once']);
  });

  test('unmap at destroy and again at return: the second finds no mapping', () => {
    expect(deviceGoes({ tracksDmaMappings: false })).toContain('dma-mapped-once');
  });

  test('no sync on recycling: the device writes bytes that the CPU still owns', () => {
    for (const recycleSyncsForDevice of [true, false]) {
      const b = new PoolBench('6.12', { recycleSyncsForDevice });
      const pool = b.pool({ flags: 'dma_map|dma_sync_dev' });
      const page = b.alloc(pool);
      b.call('device_write', { page, len: 100 });
      b.call('dma_sync_single_for_cpu', { page, len: 100 });
      b.call('page_pool_recycle_direct', { page }, CONTEXT_SOFTIRQ);
      b.call('device_write', { page: b.alloc(pool), len: 100 });
      expect(b.violations()).toEqual(recycleSyncsForDevice ? [] : ['dma-ownership']);
    }
  });

  test('a pool that does not check the refcount puts a held page into its ring', () => {
    const b = new PoolBench('6.12', { recycleRequiresSoleReference: false });
    const pool = b.pool();
    const page = b.alloc(pool);
    b.call('get_page', { page });
    b.call('page_pool_put_full_page', { page });
    expect(b.poolOf(pool).ring[0].refcount).toBe(2);
  });

  test('release without put leaks the page', () => {
    const b = new PoolBench('6.12', { returnPagePutsPage: false });
    const pool = b.pool();
    const page = b.ref(b.alloc(pool)).page;
    b.call('page_pool_destroy', { pool });
    napiPpPutPage(b.world, page);
    b.call('page_pool_release_retry', { pool });
    expect([b.world.pools.length, b.world.pages.length, page.refcount]).toEqual([0, BULK, 1]);
  });

  test('a late return into the cache of a destroyed pool keeps the pool forever', () => {
    const b = new PoolBench('6.12', { destroyUnlinksNapi: false });
    const pool = b.pool({ napi: 1 });
    const page = b.alloc(pool);
    b.call('page_pool_destroy', { pool });
    b.call('page_pool_put_full_page', { page }, CONTEXT_NAPI);
    b.call('page_pool_release_retry', { pool });
    expect(b.counts(pool)).toEqual([BULK, BULK - 1, 1, 0]);
  });

  test('6.1: a page of a fragment pool without a count is put below zero, and is lost', () => {
    const b = new PoolBench('6.1');
    const pool = b.pool({ flags: 'page_frag' });
    const page = pagePoolAllocPages(b.world, b.poolOf(pool));
    expect(page?.ppRefCount).toBe(0);
    napiPpPutPage(b.world, page as Page);
    expect(b.violations()).toEqual(['pool-refcount']);
    expect(b.counts(pool)).toEqual([BULK, 0, BULK - 1, 0]);
  });
});
