// Owners, and the end of an skb: numbers are computed by hand from net/core/skbuff.c, include/linux/skbuff.h and
// mm/slab_common.c of 6.1.192 and 6.12.117.

import type { PagePool } from '../src/model/structs/page_pool';
import type { Sock } from '../src/model/structs/sock';
import type { Uarg } from '../src/model/structs/uarg';
import { CONTEXT_NAPI, CONTEXT_SOFTIRQ } from '../src/model/world/world';
import { KERNELS } from './support/bench';
import { SK_BUFF, SkbBench } from './support/skb_bench';

describe.each(KERNELS)('owners on %s', (kernel) => {
  test('a charge equals the truesize of its time, and ends with the skb', () => {
    const bench = new SkbBench(kernel);
    const handle = bench.call('sk_alloc');
    const other = bench.call('sk_alloc');
    const sk = bench.object<Sock>(handle);
    const { skb } = bench.nonlinear(10);
    const { truesize } = bench.skb(skb);
    bench.call('skb_set_owner_w', { skb, sock: handle });
    expect(sk.wmemAlloc).toBe(1 + truesize);
    expect(bench.outcome('sk_free', { sock: handle })).toBe('skipped');
    bench.call('pskb_expand_head', { skb, nhead: 512, ntail: 512 });
    expect(bench.skb(skb).truesize).toBe(truesize);
    const clone = bench.call('skb_clone', { skb });
    expect(bench.skb(clone).sk).toBeNull();
    bench.call('skb_set_owner_r', { skb, sock: other });
    expect([sk.wmemAlloc, bench.object<Sock>(other).rmemAlloc]).toEqual([1, truesize]);
    bench.call('skb_orphan', { skb });
    expect(bench.object<Sock>(other).rmemAlloc).toBe(0);
    bench.call('sk_free', { sock: handle });
    bench.expectClean();
  });

  test('skb_expand_head charges the growth of the head', () => {
    const bench = new SkbBench(kernel);
    const handle = bench.call('sk_alloc');
    const sk = bench.object<Sock>(handle);
    const skb = bench.call('alloc_skb', { size: 100 });
    bench.call('skb_put', { skb, len: 100 });
    bench.call('skb_set_owner_w', { skb, sock: handle });
    const kept = bench.call('skb_expand_head', { skb, headroom: 100 });
    // 6.1: 192 + 128 usable: kmalloc-1k. 6.12: 384 + 128: kmalloc-1k.
    expect([bench.skb(kept).truesize, sk.wmemAlloc]).toEqual([1024 + SK_BUFF, 1 + 1024 + SK_BUFF]);
    const user = bench.call('skb_get', { skb: kept });
    const cloned = bench.call('skb_expand_head', { skb: user, headroom: 2000 });
    expect(bench.skb(cloned)).not.toBe(bench.skb(kept));
    expect(sk.wmemAlloc).toBe(1 + bench.skb(kept).truesize + bench.skb(cloned).truesize);
    bench.expectBytes(cloned);
    expect(bench.outcome('skb_expand_head', { skb: cloned, headroom: 4000 }, 1)).toBe('enomem');
    expect(sk.wmemAlloc).toBe(1 + bench.skb(kept).truesize);
    bench.expectClean();
  });

  test('a zerocopy skb that is cloned and expanded holds the uarg twice', () => {
    const bench = new SkbBench(kernel);
    const { skb } = bench.nonlinear(10);
    const handle = bench.call('ubuf_alloc', { flags: 'shared_frag|dont_orphan' });
    const uarg = bench.object<Uarg>(handle);
    bench.call('skb_zcopy_set', { skb, uarg: handle });
    const clone = bench.call('skb_clone', { skb });
    expect(uarg.refcnt).toBe(2);
    bench.call('pskb_expand_head', { skb: clone, nhead: 0, ntail: 0 });
    expect(uarg.refcnt).toBe(3);
    bench.call('net_zcopy_put', { uarg: handle });
    bench.call('kfree_skb', { skb });
    expect(uarg.completed).toBe(false);
    bench.call('kfree_skb', { skb: clone });
    expect([uarg.completed, uarg.completions, uarg.successes]).toEqual([true, 3, 3]);
    bench.expectClean();
  });

  test('user pages are copied before a clone, unless the skb is shared', () => {
    const bench = new SkbBench(kernel);
    const { skb, frag } = bench.nonlinear(10);
    const handle = bench.call('ubuf_alloc');
    bench.call('skb_zcopy_set', { skb, uarg: handle });
    const user = bench.call('skb_get', { skb });
    expect(bench.outcome('skb_clone', { skb })).toBe('not_orphaned');
    expect(bench.outcome('pskb_copy', { skb })).toBe('not_orphaned');
    expect(bench.outcome('skb_share_check', { skb: user })).toBe('not_orphaned');
    const { skb: dst } = bench.nonlinear(10);
    expect(bench.outcome('skb_morph', { dst, src: skb })).toBe('skipped');
    const clone = bench.call('skb_clone', { skb });
    expect([frag.freed, bench.object<Uarg>(handle).refcnt]).toEqual([true, 1]);
    bench.expectBytes(clone);
    bench.expectClean();
  });
});

describe('release', () => {
  test('frags are freed before the head', () => {
    const bench = new SkbBench('6.12');
    const { pool, page: headPage } = bench.poolPage();
    expect(bench.outcome('page_pool_alloc_pages', { pool }, 0, CONTEXT_NAPI)).toBe('ok');
    const fragPage = bench.last();
    bench.call('device_write', { page: fragPage, len: 100 });
    const [head, frag] = [bench.page(headPage), bench.page(fragPage)];
    const skb = bench.call('build_skb', { page: headPage, frag_size: 4096 });
    bench.call('skb_add_rx_frag', { skb, page: fragPage, size: 100, truesize: 4096 });
    bench.call('skb_mark_for_recycle', { skb });
    bench.call('kfree_skb', { skb });
    expect(bench.object<PagePool>(pool).ring).toEqual([frag, head]);
    bench.expectClean();
  });

  test('only the last user frees', () => {
    const bench = new SkbBench('6.12');
    const page = bench.call('alloc_pages');
    const held = bench.page(page);
    const a = bench.call('build_skb', { page, frag_size: 4096 });
    const b = bench.call('skb_get', { skb: a });
    bench.call('kfree_skb', { skb: a });
    expect(held.refcount).toBe(1);
    bench.call('consume_skb', { skb: b });
    expect([held.freed, bench.world.skbs.length, bench.world.datas.length]).toEqual([true, 0, 0]);
    bench.expectClean();
  });

  test('napi_consume_skb with a budget is for softirq', () => {
    const bench = new SkbBench('6.1');
    const skb = bench.call('alloc_skb', { size: 10 });
    expect(bench.outcome('napi_consume_skb', { skb, budget: 64 })).toBe('skipped');
    expect(bench.outcome('napi_consume_skb', { skb, budget: 64 }, 0, CONTEXT_SOFTIRQ)).toBe('ok');
    expect(bench.world.skbs).toEqual([]);
  });

  test('abuse is reported', () => {
    const bench = new SkbBench('6.1');
    bench.call('abuse_kfree_skb_twice', { skb: bench.call('alloc_skb', { size: 10 }) });
    bench.call('abuse_use_after_free', { skb: bench.call('alloc_skb', { size: 10 }) });
    expect(bench.world.violations.map(({ invariant, objectKind }) => [invariant, objectKind])).toEqual([
      ['no-double-free', 'skb'],
      ['no-use-after-free', 'skb'],
    ]);
  });

  test('broken rules show', () => {
    const copying = new SkbBench('6.12', { copyHeaderCopiesRecycle: true });
    const skb = copying.call('napi_alloc_skb', { len: 10 });
    copying.call('skb_mark_for_recycle', { skb });
    expect(copying.skb(copying.call('skb_copy', { skb })).ppRecycle).toBe(true);

    const careless = new SkbBench('6.12', { expandHeadTakesUargReference: false });
    const { skb: zerocopy } = careless.nonlinear(10);
    const uarg = careless.call('ubuf_alloc', { flags: 'shared_frag|dont_orphan' });
    careless.call('skb_zcopy_set', { skb: zerocopy, uarg });
    const clone = careless.call('skb_clone', { skb: zerocopy });
    careless.call('pskb_expand_head', { skb: clone, nhead: 0, ntail: 0 });
    for (const held of [clone, zerocopy]) careless.call('kfree_skb', { skb: held });
    careless.call('net_zcopy_put', { uarg });
    expect(careless.world.violations.map(({ invariant }) => invariant)).toEqual(['no-double-free']);

    const owned = new SkbBench('6.12', { expandHeadAdjustsTruesize: 'always' });
    const sock = owned.call('sk_alloc');
    const charged = owned.call('alloc_skb', { size: 10 });
    owned.call('skb_set_owner_w', { skb: charged, sock });
    owned.call('pskb_expand_head', { skb: charged, nhead: 512, ntail: 0 });
    owned.call('kfree_skb', { skb: charged });
    expect(owned.world.violations.map(({ invariant }) => invariant)).toEqual(['socket-charge']);
  });
});
