// Splitting and shifting: numbers come from net/core/skbuff.c, not from the model; support/transform_bench.ts shows the
// sums.

import {
  SKBFL_DONT_ORPHAN,
  SKBFL_MANAGED_FRAG_REFS,
  SKBFL_SHARED_FRAG,
  SKBFL_ZEROCOPY_ENABLE,
} from '../src/model/structs/sk_buff';
import { KERNELS } from './support/bench';
import { MAX_SKB_FRAGS, OVERHEAD, PAGE, SMALL_END, TransformBench } from './support/transform_bench';

describe.each(KERNELS)('skb_split of %s', (version) => {
  const base = SMALL_END[version] + OVERHEAD;
  let b: TransformBench;
  beforeEach(() => (b = new TransformBench(version)));

  test('inside the linear part copies its end and moves all frags', () => {
    const skb = b.small(100);
    const page = b.frag(skb, 1000);
    const rest = b.small(0);
    b.call('skb_split', { skb, skb1: rest, len: 40 });
    expect(b.sizes(skb)).toEqual([40, 0, base + PAGE - 1000]);
    expect(b.sizes(rest)).toEqual([1060, 1000, base + 1000]);
    expect(page.refcount).toBe(1);
    b.releaseAll();
  });

  test('inside a frag takes a reference', () => {
    const skb = b.small(100);
    const pages = [b.frag(skb, 1000, PAGE, 24), b.frag(skb, 500), b.frag(skb, 600)];
    const rest = b.small(0);
    b.call('skb_split', { skb, skb1: rest, len: 1200 });
    expect(b.frags(skb)).toEqual([
      [24, 1000],
      [0, 100],
    ]);
    expect(b.frags(rest)).toEqual([
      [100, 400],
      [0, 600],
    ]);
    expect(pages.map((page) => page.refcount)).toEqual([1, 2, 1]);
    expect(b.sizes(skb)).toEqual([1200, 1100, base + 3 * PAGE - 1000]);
    expect(b.sizes(rest)).toEqual([1000, 1000, base + 1000]);
    b.releaseAll();
  });

  test('between frags takes none; at the end nothing moves', () => {
    const skb = b.small(100);
    const pages = [b.frag(skb, 1000), b.frag(skb, 500)];
    const rest = b.small(0);
    b.call('skb_split', { skb, skb1: rest, len: 1600 });
    expect(b.sizes(rest)).toEqual([0, 0, base]);
    b.call('skb_split', { skb, skb1: rest, len: 1100 });
    expect(pages.map((page) => page.refcount)).toEqual([1, 1]);
    expect([b.frags(skb), b.frags(rest)]).toEqual([[[0, 1000]], [[0, 500]]]);
    b.releaseAll();
  });

  test('downgrades managed frags: both halves hold the uarg and their pages', () => {
    const [skb, uarg] = b.managed([1000, 500]);
    const pages = b.pages(skb);
    const rest = b.small(0);
    expect(b.skb(skb).data.flags & SKBFL_MANAGED_FRAG_REFS).not.toBe(0);
    b.call('skb_split', { skb, skb1: rest, len: 300 });
    const flags = SKBFL_ZEROCOPY_ENABLE | SKBFL_SHARED_FRAG | SKBFL_DONT_ORPHAN;
    expect([b.skb(skb).data.flags, b.skb(rest).data.flags]).toEqual([flags, flags]);
    expect(b.uarg(uarg).refcnt).toBe(3);
    // One of the uarg, one of each frag.
    expect(pages.map((page) => page.refcount)).toEqual([3, 2]);
    expect(b.outcome('skb_split', { skb, skb1: rest, len: 100 })).toBe('skipped');
    b.releaseAll();
  });
});

describe.each(KERNELS)('skb_shift of %s', (version) => {
  const end = SMALL_END[version];
  const base = end + OVERHEAD;
  let b: TransformBench;
  beforeEach(() => (b = new TransformBench(version)));

  /** An skb with frags of these sizes and no linear bytes. */
  function paged(sizes: readonly number[]): number {
    const skb = b.small(0);
    for (const size of sizes) b.frag(skb, size);
    return skb;
  }

  test('moves whole frags and shares the one that it cuts', () => {
    const tgt = b.small(50);
    const skb = paged([100, 200, 300]);
    const pages = b.pages(skb);
    expect(b.outcome('skb_shift', { tgt, skb, shiftlen: 150 })).toBe('shifted');
    expect(b.world.ret).toBe(150);
    expect(b.sizes(tgt)).toEqual([200, 150, base + 150]);
    expect(b.sizes(skb)).toEqual([450, 450, base + 3 * PAGE - 150]);
    expect([b.frags(tgt), b.frags(skb)]).toEqual([
      [
        [0, 100],
        [0, 50],
      ],
      [
        [50, 150],
        [0, 300],
      ],
    ]);
    expect(pages.map((page) => page.refcount)).toEqual([1, 2, 1]);
    b.releaseAll();
  });

  test('moves everything', () => {
    const tgt = paged([10]);
    const skb = paged([100, 200]);
    b.call('skb_shift', { tgt, skb, shiftlen: 300 });
    expect(b.sizes(skb)).toEqual([0, 0, base + 2 * PAGE - 300]);
    expect(b.skb(skb).data.nrFrags).toBe(0);
    b.releaseAll();
  });

  test('merges bytes that continue the last frag, and drops the reference of a frag that merges whole', () => {
    const skb = paged([1000, 500]);
    const rest = b.small(0);
    const [page] = b.pages(skb);
    b.call('skb_split', { skb, skb1: rest, len: 400 });
    expect(page.refcount).toBe(2);
    b.call('skb_shift', { tgt: skb, skb: rest, shiftlen: 100 });
    expect([b.frags(skb), b.frags(rest)]).toEqual([
      [[0, 500]],
      [
        [500, 500],
        [0, 500],
      ],
    ]);
    expect(page.refcount).toBe(2);
    b.call('skb_shift', { tgt: skb, skb: rest, shiftlen: 500 });
    expect([b.frags(skb), b.frags(rest)]).toEqual([[[0, 1000]], [[0, 500]]]);
    expect(page.refcount).toBe(1);
    expect(b.sizes(skb)).toEqual([1000, 1000, base + 2 * PAGE - 1100 + 600]);
    b.releaseAll();
  });

  test('unclones both, and keeps their truesize and tailroom', () => {
    const tgt = paged([10]);
    const skb = paged([100]);
    const clones = [b.call('skb_clone', { skb: tgt }), b.call('skb_clone', { skb })];
    expect(b.outcome('skb_shift', { tgt, skb, shiftlen: 40 }, 2)).toBe('enomem');
    expect(b.world.ret).toBe(0);
    // The source is uncloned first, and stays uncloned.
    expect(
      [b.skb(skb).data, b.skb(tgt).data].map(
        (data) => data === b.skb(clones[1]).data || data === b.skb(clones[0]).data,
      ),
    ).toEqual([false, true]);
    b.call('skb_shift', { tgt, skb, shiftlen: 40 });
    expect(b.skb(tgt).data.end).toBe(end);
    expect([b.sizes(tgt), b.sizes(skb)]).toEqual([
      [50, 50, base + PAGE + 40],
      [60, 60, base + PAGE - 40],
    ]);
    // The frag's own reference, the clone's, and that of the moved piece.
    expect(b.pages(skb)[0].refcount).toBe(3);
    b.releaseAll();
  });

  test('refuses linear bytes, user pages, and a full target', () => {
    const tgt = paged(Array<number>(MAX_SKB_FRAGS - 1).fill(10));
    expect(b.outcome('skb_shift', { tgt, skb: b.small(20), shiftlen: 5 })).toBe('refused_linear');
    const [zcopy] = b.managed([50]);
    expect(b.outcome('skb_shift', { tgt, skb: zcopy, shiftlen: 5 })).toBe('refused_zcopy');
    const skb = paged([100, 200, 300]);
    expect(b.outcome('skb_shift', { tgt, skb, shiftlen: 600 })).toBe('refused_frags_full');
    expect(b.outcome('skb_shift', { tgt, skb, shiftlen: 150 })).toBe('refused_frags_full');
    expect(b.pages(skb).map((page) => page.refcount)).toEqual([1, 1, 1]);
    expect(b.outcome('skb_shift', { tgt, skb, shiftlen: 100 })).toBe('shifted');
    b.releaseAll();
  });
});
