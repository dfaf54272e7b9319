// Pools: numbers come from net/core/page_pool.c, include/linux/ptr_ring.h and mm/page_alloc.c of 6.1.192 and
// 6.12.117, not from the model.

import { napiPpPutPage } from '../src/model/net/core/skbuff/free/napi_pp_put_page';
import { BIAS_MAX } from '../src/model/structs/page_pool';
import { CONTEXT_NAPI, CONTEXT_PROCESS, CONTEXT_SOFTIRQ } from '../src/model/world/world';
import { KERNELS, type NamedArgs } from './support/bench';
import { BULK, PoolBench } from './support/pool_bench';

describe.each(KERNELS)('page_pool of %s', (profile) => {
  test('an empty pool takes 64 pages from the allocator at once, and hands out one', () => {
    const b = new PoolBench(profile);
    const pool = b.pool();
    b.alloc(pool);
    expect(b.counts(pool)).toEqual([BULK, 0, BULK - 1, 0]);
    expect(b.world.pages).toHaveLength(BULK);
  });

  test('an empty pool takes one page at a time in a build without bulk allocation', () => {
    const b = new PoolBench(profile);
    b.world.reset(b.world.rules, { ...b.world.abi, bulkAllocPages: 1 });
    const pool = b.pool();
    const pages = [b.alloc(pool), b.alloc(pool)];
    expect(b.counts(pool)).toEqual([2, 0, 0, 0]);
    expect(b.ref(pages[0]).page).not.toBe(b.ref(pages[1]).page);
    expect(b.world.pages).toHaveLength(2);
  });

  test('compound pages come one at a time', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ order: 2 });
    const page = b.alloc(pool);
    expect(b.counts(pool)).toEqual([1, 0, 0, 0]);
    expect(b.ref(page).size).toBe(16384);
  });

  test('a page that only the pool holds goes to the ring and keeps its signature', () => {
    const b = new PoolBench(profile);
    const pool = b.pool();
    const page = b.alloc(pool);
    const { page: struct } = b.ref(page);
    b.call('page_pool_put_full_page', { page });
    expect(b.counts(pool)).toEqual([BULK, 0, BULK - 1, 1]);
    expect(struct.ppSignature).toBe(true);
    expect(struct.refcount).toBe(1);
  });

  test('a page with an elevated refcount leaves the pool, and its last holder frees it', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ flags: 'dma_map' });
    const page = b.alloc(pool);
    const struct = b.ref(page).page;
    const held = b.call('get_page', { page });
    expect(b.ref(held).ofPool).toBe(false);
    b.call('page_pool_put_full_page', { page });
    expect(b.counts(pool)).toEqual([BULK, 1, BULK - 1, 0]);
    expect([struct.ppSignature, struct.pp, struct.refcount, struct.mappings, struct.dmaAddr]).toEqual([
      false,
      null,
      1,
      0,
      0,
    ]);
    b.call('put_page', { page: held });
    expect(struct.freed).toBe(true);
    expect(b.violations()).toEqual([]);
  });

  test('a pfmemalloc page leaves the pool, and the mark goes with the signature', () => {
    const b = new PoolBench(profile);
    const pool = b.pool();
    const page = b.alloc(pool);
    const struct = b.ref(page).page;
    b.call('set_page_pfmemalloc', { page });
    b.call('page_pool_put_full_page', { page });
    expect(b.counts(pool)).toEqual([BULK, 1, BULK - 1, 0]);
    expect([struct.freed, struct.pfmemalloc]).toEqual([true, false]);
  });

  test('a page that does not fit into the ring goes to the page allocator', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ pool_size: 2 });
    const pages = [b.alloc(pool), b.alloc(pool), b.alloc(pool)];
    for (const page of pages) b.call('page_pool_put_full_page', { page });
    expect(b.counts(pool)).toEqual([BULK, 1, BULK - 3, 2]);
  });

  test('the cache takes direct returns up to 128 pages, the ring the rest', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ pool_size: 64 });
    const pages: number[] = [];
    for (let i = 0; i < 3 * BULK; i++) pages.push(b.alloc(pool));
    expect(b.counts(pool)).toEqual([3 * BULK, 0, 0, 0]);
    for (const page of pages) b.call('page_pool_recycle_direct', { page }, CONTEXT_SOFTIRQ);
    expect(b.counts(pool)).toEqual([192, 0, 128, 64]);
  });

  test('the empty cache is refilled from the ring in the order of return, and gives out the newest first', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ pool_size: 8, order: 1 });
    const pages = [b.alloc(pool), b.alloc(pool), b.alloc(pool)];
    const structs = pages.map((page) => b.ref(page).page);
    for (const page of pages) b.call('page_pool_put_full_page', { page });
    expect(b.counts(pool)).toEqual([3, 0, 0, 3]);
    expect(b.ref(b.alloc(pool)).page).toBe(structs[2]);
    expect(b.counts(pool)).toEqual([3, 0, 2, 0]);
    expect(b.ref(b.alloc(pool)).page).toBe(structs[1]);
  });

  test('a ring of 32 returns consumed slots in batches of 16', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ pool_size: 32, order: 1 });
    const pages: number[] = [];
    for (let i = 0; i < 32 + 20; i++) pages.push(b.alloc(pool));
    for (let i = 0; i < 20; i++) b.call('page_pool_put_full_page', { page: pages[i] });
    b.alloc(pool);
    // 20 slots consumed, 16 given back: 32 - 20 + 16 = 28 fit.
    expect(b.counts(pool)).toEqual([52, 0, 19, 0]);
    for (let i = 20; i < 52; i++) b.call('page_pool_put_full_page', { page: pages[i] });
    expect(b.counts(pool)).toEqual([52, 4, 19, 28]);
  });

  test('a bulk put fills the ring and releases the rest', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ pool_size: 2 });
    const [page, page2, page3, page4] = [b.alloc(pool), b.alloc(pool), b.alloc(pool), b.alloc(pool)];
    b.call('get_page', { page });
    b.call('page_pool_put_page_bulk', { page, page2, page3, page4 }, CONTEXT_SOFTIRQ);
    // The first is held elsewhere; two fit; the last does not.
    expect(b.counts(pool)).toEqual([BULK, 2, BULK - 4, 2]);
  });

  test('a failed bulk allocation returns NULL, a failed mapping only loses its page', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ flags: 'dma_map' });
    expect(b.outcome('page_pool_alloc_pages', { pool }, CONTEXT_SOFTIRQ, 1)).toBe('enomem');
    expect(b.counts(pool)).toEqual([0, 0, 0, 0]);
    expect(b.outcome('page_pool_alloc_pages', { pool }, CONTEXT_SOFTIRQ, 3)).toBe('ok');
    expect(b.counts(pool)).toEqual([BULK - 1, 0, BULK - 2, 0]);
    expect(b.world.pages).toHaveLength(BULK - 1);
    expect(b.violations()).toEqual([]);
  });

  test('page_pool_init refuses invalid parameters', () => {
    const b = new PoolBench(profile);
    const create = (args: NamedArgs) => b.outcome('page_pool_create', { pool_size: 8, ...args });
    expect(create({ flags: 'dma_sync_dev' })).toBe('einval');
    expect(create({ flags: 'dma_map', dma_dir: 'to_device' })).toBe('einval');
    expect(create({ flags: 'dma_map|dma_sync_dev', max_len: 0 })).toBe('einval');
    expect(create({ flags: 'dma_map', dma_dir: 'bidirectional', max_len: 0 })).toBe('ok');
    expect(create({ dma_dir: 'to_device', max_len: 0 })).toBe('ok');
    expect(b.world.pools).toHaveLength(2);
  });

  test('page_pool_destroy frees a pool without pages in use, with its name', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ flags: 'dma_map' });
    const page = b.alloc(pool);
    b.call('page_pool_recycle_direct', { page }, CONTEXT_SOFTIRQ);
    const struct = b.poolOf(pool);
    b.call('page_pool_destroy', { pool });
    expect([struct.freed, struct.holdCnt, struct.releaseCnt]).toEqual([true, BULK, BULK]);
    expect(b.world.handles[pool]).toBeNull();
    expect([b.world.pages.length, b.world.pools.length, b.world.defaultDevice?.mappings.size]).toEqual([0, 0, 0]);
    expect(b.violations()).toEqual([]);
  });

  test('pages in use keep a destroyed pool until they are returned and the worker ran', () => {
    const b = new PoolBench(profile);
    const pool = b.pool();
    const page = b.alloc(pool);
    b.call('page_pool_destroy', { pool });
    expect(b.counts(pool)).toEqual([BULK, BULK - 1, 0, 0]);
    b.call('page_pool_release_retry', { pool });
    expect(b.poolOf(pool).releasePending).toBe(true);
    expect(b.outcome('page_pool_alloc_pages', { pool }, CONTEXT_SOFTIRQ)).toBe('skipped');
    b.call('page_pool_put_full_page', { page });
    expect(b.counts(pool)).toEqual([BULK, BULK - 1, 0, 1]);
    b.call('page_pool_release_retry', { pool });
    expect([b.world.handles[pool], b.world.pools.length, b.world.pages.length]).toEqual([null, 0, 0]);
  });

  test('fragments: sizes are rounded up to 8, a page that cannot hold the next one is left to its users', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ flags: profile === '6.1' ? 'page_frag' : 0 });
    const first = b.frag(pool, 1001);
    const second = b.frag(pool, 2000);
    expect([b.ref(first).offset, b.ref(first).size, b.ref(second).offset]).toEqual([0, 1001, 1008]);
    const struct = b.ref(first).page;
    expect([struct.ppRefCount, b.poolOf(pool).fragUsers, b.poolOf(pool).fragOffset]).toEqual([BIAS_MAX, 2, 3008]);
    b.call('page_pool_put_full_page', { page: first });
    expect(struct.ppRefCount).toBe(BIAS_MAX - 1);
    // 3008 + 1096 > 4096: the bias is drained, one user is left.
    const third = b.frag(pool, 1096);
    expect(struct.ppRefCount).toBe(1);
    expect(b.ref(third).page).not.toBe(struct);
    b.call('page_pool_put_full_page', { page: second });
    expect(b.counts(pool)).toEqual([BULK, 0, BULK - 2, 1]);
  });

  test('fragments: a page without users is used again at once', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ flags: profile === '6.1' ? 'page_frag' : 0 });
    const first = b.frag(pool, 4096);
    const struct = b.ref(first).page;
    b.call('page_pool_put_full_page', { page: first });
    const second = b.frag(pool, 100);
    expect([b.ref(second).page === struct, b.ref(second).offset, struct.ppRefCount]).toEqual([true, 0, BIAS_MAX]);
    expect(b.counts(pool)).toEqual([BULK, 0, BULK - 1, 0]);
  });

  test('destroying a pool drains its fragment page', () => {
    const b = new PoolBench(profile);
    const pool = b.pool({ flags: profile === '6.1' ? 'page_frag' : 0 });
    const page = b.frag(pool, 100);
    const struct = b.ref(page).page;
    b.call('page_pool_destroy', { pool });
    expect([struct.ppRefCount, b.poolOf(pool).releaseCnt]).toEqual([1, BULK - 1]);
    b.call('page_pool_put_full_page', { page });
    b.call('page_pool_release_retry', { pool });
    expect(b.world.pools).toHaveLength(0);
    expect(b.violations()).toEqual([]);
  });

  test('an skb releases a page to its pool when it is signed; otherwise the caller puts it', () => {
    const b = new PoolBench(profile);
    const pool = b.pool();
    const page = b.alloc(pool);
    const plain = b.call('alloc_pages');
    expect(napiPpPutPage(b.world, b.ref(plain).page)).toBe(false);
    expect(napiPpPutPage(b.world, b.ref(page).page)).toBe(true);
    expect(b.counts(pool)).toEqual([BULK, 0, BULK - 1, 1]);
  });
});

describe('6.1 and 6.12 differ:', () => {
  test('6.1 checks for softirq itself, 6.12 leaves that to the caller', () => {
    const old = new PoolBench('6.1');
    const pool = old.pool();
    old.call('page_pool_recycle_direct', { page: old.alloc(pool) }, CONTEXT_PROCESS);
    expect(old.counts(pool)).toEqual([BULK, 0, BULK - 1, 1]);
    const b = new PoolBench('6.12');
    const other = b.pool();
    expect(b.outcome('page_pool_recycle_direct', { page: b.alloc(other) }, CONTEXT_PROCESS)).toBe('skipped');
  });

  test.each([
    ['6.1', CONTEXT_NAPI, 1, [BULK, 0, BULK - 1, 1]],
    ['6.12', CONTEXT_NAPI, 1, [BULK, 0, BULK, 0]],
    ['6.12', CONTEXT_NAPI, 0, [BULK, 0, BULK - 1, 1]],
    ['6.12', CONTEXT_SOFTIRQ, 1, [BULK, 0, BULK - 1, 1]],
  ] as const)('%s: a plain put in context %i of a pool with napi %i', (profile, context, napi, counts) => {
    const b = new PoolBench(profile);
    const pool = b.pool({ napi });
    b.call('page_pool_put_full_page', { page: b.alloc(pool) }, context);
    expect(b.counts(pool)).toEqual(counts);
  });

  test('6.12 counts pool users of every page, 6.1 only of fragments', () => {
    const b = new PoolBench('6.12');
    const page = b.ref(b.alloc(b.pool())).page;
    expect(page.ppRefCount).toBe(1);
    const old = new PoolBench('6.1');
    expect(old.ref(old.alloc(old.pool())).page.ppRefCount).toBe(0);
  });

  test('6.1: PP_FLAG_PAGE_FRAG decides between whole pages and fragments', () => {
    const b = new PoolBench('6.1');
    const whole = b.pool();
    const frags = b.pool({ flags: 'page_frag' });
    expect(b.outcome('page_pool_alloc_frag', { pool: whole, size: 100 }, CONTEXT_SOFTIRQ)).toBe('skipped');
    expect(b.outcome('page_pool_alloc_pages', { pool: frags }, CONTEXT_SOFTIRQ)).toBe('skipped');
    const now = new PoolBench('6.12');
    expect(now.outcome('page_pool_create', { pool_size: 8, flags: 'page_frag' })).toBe('skipped');
  });

  test('6.1: page_pool_release_page unmaps and counts, and leaves the reference', () => {
    const b = new PoolBench('6.1');
    const pool = b.pool({ flags: 'dma_map' });
    const page = b.alloc(pool);
    b.call('page_pool_release_page', { page });
    expect([b.ref(page).ofPool, b.ref(page).page.refcount, b.ref(page).page.mappings]).toEqual([false, 1, 0]);
    expect(b.counts(pool)).toEqual([BULK, 1, BULK - 1, 0]);
    b.call('put_page', { page });
    expect(b.violations()).toEqual([]);
    const now = new PoolBench('6.12');
    expect(now.outcome('page_pool_release_page', { page: now.alloc(now.pool()) })).toBe('skipped');
  });

  test('6.12 unmaps pages in use when the pool is destroyed, so the device may go; 6.1 waits for the last page', () => {
    for (const profile of KERNELS) {
      const b = new PoolBench(profile);
      const device = b.call('device_add');
      const pool = b.pool({ device, flags: 'dma_map|dma_sync_dev' });
      const page = b.alloc(pool);
      const struct = b.device(device);
      expect([struct.maps, struct.mappings.size, struct.syncsForDevice]).toEqual([BULK, BULK, BULK]);
      expect(b.outcome('device_remove', { device })).toBe('skipped');
      b.call('page_pool_destroy', { pool });
      expect([struct.unmaps, struct.mappings.size]).toEqual(profile === '6.1' ? [BULK - 1, 1] : [BULK, 0]);
      expect(b.outcome('device_remove', { device })).toBe(profile === '6.1' ? 'skipped' : 'ok');
      b.call('page_pool_put_full_page', { page });
      b.call('page_pool_release_retry', { pool });
      if (profile === '6.1') b.call('device_remove', { device });
      // 6.12 does not sync after the destroy, 6.1 does.
      expect([struct.unmaps, struct.syncsForDevice]).toEqual([BULK, profile === '6.1' ? BULK + 1 : BULK]);
      expect(b.violations()).toEqual([]);
    }
  });
});
