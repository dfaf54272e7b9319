// User pages that are copied: numbers come from net/core/skbuff.c, not from the model; support/transform_bench.ts shows
// the sums.

import { SKBFL_MANAGED_FRAG_REFS } from '../src/model/structs/sk_buff';
import { EINVAL, ENOMEM, PAGE, TransformBench } from './support/transform_bench';

describe('skb_copy_ubufs', () => {
  test('packs the payload into pages of its own', () => {
    const b = new TransformBench('6.12');
    const [skb, uarg] = b.managed([3000, 2000, 96]);
    const before = b.sizes(skb);
    const users = b.pages(skb);
    b.call('skb_copy_ubufs', { skb });
    expect(b.frags(skb)).toEqual([
      [0, PAGE],
      [0, 1000],
    ]);
    expect(b.sizes(skb)).toEqual(before);
    expect(b.skb(skb).data.flags).toBe(0);
    expect([b.uarg(uarg).refcnt, b.uarg(uarg).completions, b.uarg(uarg).successes]).toEqual([1, 1, 0]);
    // Managed: only the uarg held them, and still does.
    expect(users.map((page) => page.refcount)).toEqual([1, 1, 1]);
    b.call('net_zcopy_put', { uarg });
    expect(users.every((page) => page.freed)).toBe(true);
    b.releaseAll();
  });

  test('without memory for the second page returns the first and changes nothing', () => {
    const b = new TransformBench('6.1');
    const [skb, uarg] = b.managed([3000, 2000]);
    const pages = b.world.pages.length;
    expect(b.outcome('skb_copy_ubufs', { skb }, 2)).toBe('enomem');
    expect(b.world.ret).toBe(ENOMEM);
    expect(b.world.pages.length).toBe(pages);
    expect(b.frags(skb)).toEqual([
      [0, 3000],
      [0, 2000],
    ]);
    expect([b.uarg(uarg).refcnt, b.uarg(uarg).completions]).toEqual([2, 0]);
    b.releaseAll();
  });

  test('takes larger pages where MAX_SKB_FRAGS small ones are not enough', () => {
    const b = new TransformBench('6.12');
    const skb = b.small(0);
    for (let i = 0; i < 3; i++) b.frag(skb, 30000, 32768, 0, 3);
    // 90000 bytes: more than 17 * 4096, so order 1, eleven of them.
    b.call('skb_copy_ubufs', { skb });
    expect(b.frags(skb)).toEqual([...Array<number[]>(10).fill([0, 8192]), [0, 90000 - 10 * 8192]]);
    b.releaseAll();
  });

  test('refuses a shared skb, and one that it cannot unclone', () => {
    const b = new TransformBench('6.12');
    const [skb] = b.managed([100]);
    const second = b.call('skb_get', { skb });
    expect(b.outcome('skb_copy_ubufs', { skb })).toBe('einval');
    b.call('kfree_skb', { skb: second });
    b.call('skb_clone', { skb });
    expect(b.outcome('skb_copy_ubufs', { skb }, 1)).toBe('einval');
    expect(b.world.ret).toBe(EINVAL);
    b.releaseAll();
  });

  test('without frags only releases the uarg', () => {
    const b = new TransformBench('6.12');
    const skb = b.small(10);
    const uarg = b.call('ubuf_alloc');
    b.call('skb_zcopy_set', { skb, uarg });
    expect(b.outcome('skb_zcopy_set', { skb, uarg })).toBe('already_zerocopy');
    expect(b.uarg(uarg).refcnt).toBe(2);
    b.call('skb_copy_ubufs', { skb });
    expect([b.uarg(uarg).refcnt, b.skb(skb).data.flags]).toEqual([1, 0]);
    b.releaseAll();
  });

  test('runs inside skb_clone, unless clones may keep the uarg', () => {
    const b = new TransformBench('6.12');
    const [kept] = b.managed([100], 'dont_orphan');
    b.call('skb_clone', { skb: kept });
    expect(b.skb(kept).data.flags & SKBFL_MANAGED_FRAG_REFS).not.toBe(0);
    const [copied, uarg] = b.managed([100], 0);
    b.call('skb_clone', { skb: copied });
    expect([b.skb(copied).data.flags, b.uarg(uarg).completions]).toEqual([0, 1]);
    b.releaseAll();
  });
});
