// Fragments of pages: numbers come from mm/page_alloc.c of 6.1.192 and 6.12.117, not from the model.

import { CONTEXT_PROCESS } from '../src/model/world/world';
import { KERNELS } from './support/bench';
import { PoolBench } from './support/pool_bench';

describe.each(KERNELS)('page_frag of %s', (profile) => {
  test('a refill takes 32768 + 1 references, each fragment one of the bias, from the end downwards', () => {
    const b = new PoolBench(profile);
    const cache = b.call('page_frag_cache_init');
    const first = b.call('page_frag_alloc', { cache, size: 1000 });
    const second = b.call('page_frag_alloc', { cache, size: 24 });
    expect([b.ref(first).offset, b.ref(second).offset]).toEqual([31768, 31744]);
    expect([b.cache(cache).pagecntBias, b.ref(first).page.refcount, b.ref(first).page.order]).toEqual([
      32767, 32769, 3,
    ]);
    b.call('page_frag_free', { page: first });
    expect(b.ref(second).page.refcount).toBe(32768);
    const page = b.ref(second).page;
    b.call('page_frag_cache_drain', { cache });
    expect(page.refcount).toBe(1);
    b.call('put_page', { page: second });
    expect([page.freed, b.world.pages.length]).toEqual([true, 0]);
  });

  test('an exhausted page is used again when all fragments were returned, and left to its holders otherwise', () => {
    const b = new PoolBench(profile);
    const cache = b.call('page_frag_cache_init');
    const first = b.call('page_frag_alloc', { cache, size: 32768 });
    const page = b.ref(first).page;
    b.call('page_frag_free', { page: first });
    const again = b.call('page_frag_alloc', { cache, size: 32768 });
    expect([b.ref(again).page === page, b.ref(again).offset, page.refcount, b.cache(cache).pagecntBias]).toEqual([
      true,
      0,
      32769,
      32768,
    ]);
    const other = b.call('page_frag_alloc', { cache, size: 1 });
    expect([b.ref(other).page === page, b.ref(other).offset, page.refcount]).toEqual([false, 32767, 1]);
  });

  test('an exhausted pfmemalloc page is not used again', () => {
    const b = new PoolBench(profile);
    const cache = b.call('page_frag_cache_init');
    const first = b.call('page_frag_alloc', { cache, size: 32768 });
    const page = b.ref(first).page;
    page.pfmemalloc = true;
    b.cache(cache).pfmemalloc = true;
    b.call('page_frag_free', { page: first });
    const again = b.call('page_frag_alloc', { cache, size: 1 });
    expect([page.freed, b.ref(again).page === page]).toEqual([true, false]);
  });

  test('a failed allocation leaves the cache as it was', () => {
    const b = new PoolBench(profile);
    const cache = b.call('page_frag_cache_init');
    expect(b.outcome('page_frag_alloc', { cache, size: 1 }, CONTEXT_PROCESS, 1)).toBe('enomem');
    expect([b.cache(cache).page, b.world.pages.length]).toEqual([null, 0]);
  });
});
