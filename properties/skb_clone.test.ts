// Clones: numbers are computed by hand from net/core/skbuff.c, include/linux/skbuff.h and mm/slab_common.c of 6.1.192
// and 6.12.117.

import type { PagePool } from '../src/model/structs/page_pool';
import { SKB_FCLONE_CLONE, SKB_FCLONE_ORIG, SKB_FCLONE_UNAVAILABLE } from '../src/model/structs/sk_buff';
import type { Sock } from '../src/model/structs/sock';
import { KERNELS } from './support/bench';
import { SHARED_INFO, SK_BUFF, SkbBench } from './support/skb_bench';
import { skbCloned } from '../src/model/net/core/skbuff/skbuff_inlines';

describe.each(KERNELS)('clones on %s', (kernel) => {
  test('dataref counts sharers, and the skb is cloned only while two are left', () => {
    const bench = new SkbBench(kernel);
    const a = bench.call('alloc_skb', { size: 100 });
    bench.call('skb_put', { skb: a, len: 50 });
    const b = bench.call('skb_clone', { skb: a });
    expect([bench.skb(a).data.dataref, skbCloned(bench.skb(a)), skbCloned(bench.skb(b))]).toEqual([2, true, true]);
    expect(bench.outcome('skb_put', { skb: a, len: 1 })).toBe('skipped');
    bench.call('kfree_skb', { skb: b });
    expect([bench.skb(a).cloned, bench.skb(a).data.dataref, skbCloned(bench.skb(a))]).toEqual([true, 1, false]);
    bench.call('skb_put', { skb: a, len: 10 });
    bench.expectBytes(a);
    bench.call('kfree_skb', { skb: a });
    expect(bench.world.datas).toEqual([]);
    bench.expectClean();
  });

  test('a header that was released counts in the upper half', () => {
    const bench = new SkbBench(kernel);
    const a = bench.call('alloc_skb', { size: 100 });
    bench.call('skb_reserve', { skb: a, len: 32 });
    bench.call('skb_put', { skb: a, len: 10 });
    bench.call('__skb_header_release', { skb: a });
    expect(bench.skb(a).data.dataref).toBe((1 << 16) + 1);
    const b = bench.call('skb_clone', { skb: a });
    expect(bench.skb(a).data.dataref).toBe((1 << 16) + 2);
    expect([bench.skb(b).nohdr, bench.skb(b).hdrLen]).toEqual([false, 32]);
    expect(bench.outcome('__skb_header_release', { skb: b })).toBe('skipped');
    bench.call('kfree_skb', { skb: a });
    expect(bench.skb(b).data.dataref).toBe(1);
    bench.call('kfree_skb', { skb: b });
    expect(bench.world.datas).toEqual([]);
    bench.expectClean();
  });

  test('the companion of an fclone is used for one clone at a time', () => {
    const bench = new SkbBench(kernel);
    const a = bench.call('alloc_skb_fclone', { size: 100 });
    const b = bench.call('skb_clone', { skb: a });
    const c = bench.call('skb_clone', { skb: a });
    expect([a, b, c].map((handle) => bench.skb(handle).fclone)).toEqual([
      SKB_FCLONE_ORIG,
      SKB_FCLONE_CLONE,
      SKB_FCLONE_UNAVAILABLE,
    ]);
    bench.call('kfree_skb', { skb: b });
    // No allocation: it cannot fail.
    expect(bench.outcome('skb_clone', { skb: a }, 1)).toBe('ok');
    expect(bench.outcome('skb_clone', { skb: c }, 1)).toBe('enomem');
    const fclones = bench.skb(a).fclones;
    bench.call('kfree_skb', { skb: a });
    expect(fclones?.ref).toBe(1);
    bench.expectClean();
  });

  test('a clone takes over the duty to recycle from the sharer that is freed first', () => {
    const bench = new SkbBench(kernel);
    const { pool, page } = bench.poolPage();
    const held = bench.page(page);
    const a = bench.call('build_skb', { page, frag_size: 4096 });
    expect(bench.outcome('kfree_skb', { skb: a })).toBe('skipped');
    bench.call('skb_mark_for_recycle', { skb: a });
    const b = bench.call('skb_clone', { skb: a });
    expect(bench.skb(b).ppRecycle).toBe(true);
    bench.call('kfree_skb', { skb: a });
    expect([held.refcount, held.ppSignature]).toEqual([1, true]);
    bench.call('kfree_skb', { skb: b });
    expect(bench.object<PagePool>(pool).ring).toEqual([held]);
    bench.expectClean();
  });

  test('expanding a clone takes page references and gives up the mark', () => {
    const bench = new SkbBench(kernel);
    const { skb: a, frag } = bench.nonlinear(100);
    bench.call('skb_mark_for_recycle', { skb: a });
    const b = bench.call('skb_clone', { skb: a });
    const truesize = bench.skb(b).truesize;
    bench.call('pskb_expand_head', { skb: b, nhead: 64, ntail: 0 });
    expect(frag.refcount).toBe(2);
    expect([bench.skb(a).data.dataref, bench.skb(b).data.dataref]).toEqual([1, 1]);
    expect([bench.skb(a).ppRecycle, bench.skb(b).ppRecycle]).toEqual([true, false]);
    expect([bench.skb(b).cloned, bench.skb(b).dataOffset]).toEqual([false, 64]);
    // 6.1: 192 + 64 usable bytes ask for 576: kmalloc-1k. 6.12: 384 + 64 ask for 768: kmalloc-1k.
    expect(bench.skb(b).truesize).toBe(truesize + (kernel === '6.1' ? 704 - 192 : 704 - 384));
    bench.expectBytes(a);
    bench.expectBytes(b);
    bench.call('kfree_skb', { skb: a });
    expect(frag.refcount).toBe(1);
    bench.call('kfree_skb', { skb: b });
    expect(frag.freed).toBe(true);
    bench.expectClean();
  });

  test('expanding an skb that shares nothing moves the references and frees the old head', () => {
    const bench = new SkbBench(kernel);
    const { pool, page } = bench.poolPage();
    const head = bench.page(page);
    const a = bench.call('napi_build_skb', { page, frag_size: 2048 });
    bench.call('skb_put', { skb: a, len: 20 });
    bench.call('skb_mark_for_recycle', { skb: a });
    bench.call('pskb_expand_head', { skb: a, nhead: 0, ntail: 0 });
    expect([bench.skb(a).headFrag, bench.skb(a).ppRecycle, bench.skb(a).data.end]).toEqual([false, true, 1728]);
    expect(bench.object<PagePool>(pool).ring).toEqual([head]);
    bench.expectBytes(a);
    bench.expectClean();
  });

  test('skb_morph drops one payload and shares another', () => {
    const bench = new SkbBench(kernel);
    const sock = bench.call('sk_alloc');
    const { skb: src } = bench.nonlinear(10);
    const { skb: dst, frag } = bench.nonlinear(20);
    bench.call('skb_set_owner_w', { skb: dst, sock });
    bench.call('skb_morph', { dst, src });
    expect([frag.freed, bench.object<Sock>(sock).wmemAlloc, bench.skb(dst).data.dataref]).toEqual([true, 1, 2]);
    bench.expectBytes(dst);
    bench.call('skb_morph', { dst, src });
    expect(bench.skb(dst).data.dataref).toBe(2);
    bench.expectClean();
  });
});

describe('skb_unclone_keeptruesize', () => {
  test('moves the shared_info back where a larger head was given (6.1)', () => {
    const bench = new SkbBench('6.1');
    const page = bench.call('alloc_pages');
    const a = bench.call('build_skb', { page, frag_size: 640 });
    bench.call('skb_clone', { skb: a });
    bench.call('skb_unclone_keeptruesize', { skb: a });
    // 320 usable bytes ask for 640: kmalloc-1k has 704.
    expect([bench.skb(a).data.end, bench.skb(a).data.allocSize, bench.skb(a).truesize]).toEqual([320, 1024, 640 + 256]);
    bench.call('skb_unclone', { skb: a });
    bench.expectClean();
  });

  test('would warn for a cloned head that is smaller than the small heads (6.12)', () => {
    const bench = new SkbBench('6.12');
    const page = bench.call('alloc_pages');
    const a = bench.call('build_skb', { page, frag_size: 640 });
    expect(bench.outcome('skb_unclone_keeptruesize', { skb: a })).toBe('ok');
    bench.call('skb_clone', { skb: a });
    expect(bench.outcome('skb_unclone_keeptruesize', { skb: a })).toBe('skipped');
    expect(bench.outcome('skb_unclone', { skb: a })).toBe('ok');
  });

  test('keeps 448 of 704 usable bytes for a head of netdev_alloc_skb (6.12)', () => {
    const bench = new SkbBench('6.12');
    const a = bench.call('netdev_alloc_skb', { len: 321 });
    bench.call('skb_clone', { skb: a });
    bench.call('skb_unclone_keeptruesize', { skb: a });
    expect([bench.skb(a).data.end, bench.skb(a).truesize]).toEqual([448, 448 + SHARED_INFO + SK_BUFF]);
  });
});
