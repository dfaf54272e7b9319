// Coalescing: numbers come from net/core/skbuff.c, not from the model; support/transform_bench.ts shows the sums.

import type { Page } from '../src/model/structs/page';
import { KERNELS } from './support/bench';
import { BUILT_TRUESIZE, MAX_SKB_FRAGS, OVERHEAD, PAGE, SMALL_END, TransformBench } from './support/transform_bench';

describe.each(KERNELS)('skb_try_coalesce of %s', (version) => {
  const end = SMALL_END[version];
  let b: TransformBench;
  beforeEach(() => (b = new TransformBench(version)));

  test('copies bytes that fit exactly into the tailroom', () => {
    const to = b.small(92);
    const from = b.built(end - 92);
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('copied');
    expect(b.sizes(to)).toEqual([end, 0, end + OVERHEAD]);
    expect(b.world.ret).toBe(0);
    expect(b.world.pages.length).toBe(0);
    b.releaseAll();
  });

  test('copies an empty one even into an skb without tailroom', () => {
    const to = b.small(10);
    b.frag(to, 100);
    const from = b.small(0);
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('copied');
    expect(b.skb(to).len).toBe(110);
    b.releaseAll();
  });

  test('copies user pages', () => {
    const to = b.small(0);
    const [from, uarg] = b.managed([50, 60]);
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('copied');
    expect([b.uarg(uarg).refcnt, b.uarg(uarg).completions, b.uarg(uarg).successes]).toEqual([1, 1, 1]);
    b.releaseAll();
  });

  test('steals the head, one byte beyond the tailroom', () => {
    const to = b.small(92);
    const from = b.built(end - 91);
    const head = b.skb(from).data.page as Page;
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('stole_head');
    // delta = truesize - S
    expect(b.sizes(to)).toEqual([end + 1, end - 91, end + OVERHEAD + PAGE]);
    expect(b.world.ret).toBe((PAGE | (1 << 31)) >>> 0);
    expect(b.pages(to)).toEqual([head]);
    expect(head.refcount).toBe(1);
    expect(b.frags(to)).toEqual([[0, end - 91]]);
    b.releaseAll();
  });

  test('steals the head before its frags, from where the payload starts', () => {
    const to = b.small(10);
    b.frag(to, 30);
    const from = b.call('build_skb', { page: b.call('alloc_pages'), frag_size: PAGE });
    b.call('skb_reserve', { skb: from, len: 64 });
    b.call('skb_put', { skb: from, len: 100 });
    b.call('skb_pull', { skb: from, len: 14 });
    b.frag(from, 1000, 2048, 200);
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('stole_head');
    expect(b.frags(to)).toEqual([
      [0, 30],
      [78, 86],
      [200, 1000],
    ]);
    expect(b.world.ret).toBe(((PAGE + 2048) | (1 << 31)) >>> 0);
    expect(b.sizes(to)).toEqual([1126, 1116, end + OVERHEAD + PAGE + PAGE + 2048]);
    b.releaseAll();
  });

  test('moves frags and leaves the head', () => {
    const to = b.small(10);
    b.frag(to, 30);
    const from = b.small(0);
    b.frag(from, 1000, 2048);
    const [page] = b.pages(from);
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('moved_frags');
    // delta = truesize - SKB_TRUESIZE(end)
    expect(b.world.ret).toBe(2048);
    expect(b.sizes(to)).toEqual([1040, 1030, end + OVERHEAD + PAGE + 2048]);
    expect(page.refcount).toBe(1);
    b.releaseAll();
  });

  test('takes a reference for each frag that a clone still has', () => {
    const to = b.small(10);
    b.frag(to, 30);
    const from = b.small(0);
    b.frag(from, 1000, 2048);
    b.frag(from, 500, 2048);
    const clone = b.call('skb_clone', { skb: from });
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('moved_frags');
    expect(b.pages(clone).map((page) => page.refcount)).toEqual([2, 2]);
    expect(b.skb(clone).data.dataref).toBe(1);
    b.releaseAll();
  });

  test('charges the delta to the receiving socket and uncharges the sender', () => {
    const [sender, receiver] = [b.call('sk_alloc'), b.call('sk_alloc')];
    const to = b.small(192);
    b.frag(to, 30);
    b.call('skb_set_owner_r', { skb: to, sock: receiver });
    const from = b.built(1000);
    b.call('skb_set_owner_w', { skb: from, sock: sender });
    expect(b.sock(sender).wmemAlloc).toBe(1 + BUILT_TRUESIZE);
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('stole_head');
    expect(b.sock(sender).wmemAlloc).toBe(1);
    expect(b.sock(receiver).rmemAlloc).toBe(end + OVERHEAD + PAGE + PAGE);
    b.call('kfree_skb', { skb: to });
    expect(b.sock(receiver).rmemAlloc).toBe(0);
  });

  test('refuses a cloned destination', () => {
    const to = b.small(10);
    b.call('skb_clone', { skb: to });
    expect(b.outcome('skb_try_coalesce', { to, from: b.small(1) })).toBe('refused_cloned');
    b.releaseAll();
  });

  test('refuses another pp_recycle', () => {
    const page = b.poolPage(b.pool());
    const from = b.call('build_skb', { page, frag_size: PAGE });
    b.call('skb_mark_for_recycle', { skb: from });
    expect(b.outcome('skb_try_coalesce', { to: b.small(10), from })).toBe('refused_recycle');
  });

  test('refuses frag_lists', () => {
    const to = b.small(10);
    b.call('skb_append_frag_list', { skb: to, member: b.small(20) });
    expect(b.outcome('skb_try_coalesce', { to, from: b.built(100) })).toBe('refused_frag_list');
    expect(b.outcome('skb_try_coalesce', { to: b.small(end), from: to })).toBe('refused_frag_list');
    b.releaseAll();
  });

  test('refuses user pages', () => {
    const to = b.small(10);
    b.frag(to, 30);
    const [zcopy] = b.managed([50]);
    expect(b.outcome('skb_try_coalesce', { to, from: zcopy })).toBe('refused_zcopy');
    expect(b.outcome('skb_try_coalesce', { to: zcopy, from: to })).toBe('refused_zcopy');
    b.releaseAll();
  });

  test('refuses a locked head', () => {
    const to = b.small(10);
    b.frag(to, 30);
    expect(b.outcome('skb_try_coalesce', { to, from: b.small(5) })).toBe('refused_head_locked');
    const cloned = b.built(5);
    b.call('skb_clone', { skb: cloned });
    expect(b.outcome('skb_try_coalesce', { to, from: cloned })).toBe('refused_head_locked');
    b.releaseAll();
  });

  test('needs room for one more frag where there is a head to steal', () => {
    const to = b.small(10);
    for (let i = 0; i < MAX_SKB_FRAGS - 2; i++) b.frag(to, 10);
    const withHead = b.built(5);
    b.frag(withHead, 10);
    b.frag(withHead, 10);
    expect(b.outcome('skb_try_coalesce', { to, from: withHead })).toBe('refused_frags_full');
    const paged = b.small(0);
    b.frag(paged, 10);
    b.frag(paged, 10);
    b.frag(paged, 10);
    expect(b.outcome('skb_try_coalesce', { to, from: paged })).toBe('refused_frags_full');
    b.call('___pskb_trim', { skb: paged, len: 20 });
    // Trimming condensed it: two more frags, of an skb that stays paged.
    const two = b.small(end);
    b.frag(two, 10);
    b.frag(two, 10);
    b.call('skb_pull', { skb: two, len: end });
    expect(b.outcome('skb_try_coalesce', { to, from: two })).toBe('moved_frags');
    expect(b.skb(to).data.nrFrags).toBe(MAX_SKB_FRAGS);
    b.releaseAll();
  });

  test('is not called for an skb that was charged for less than it holds: the kernel warns', () => {
    const to = b.small(10);
    b.frag(to, 30);
    const sock = b.call('sk_alloc');
    const from = b.small(0);
    b.frag(from, 1000, 1000);
    b.call('skb_set_owner_w', { skb: from, sock });
    // The head grows, truesize does not; then delta = 1000 - growth.
    b.call('pskb_expand_head', { skb: from, nhead: 512, ntail: 0 });
    b.call('skb_orphan', { skb: from });
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('skipped');
    b.releaseAll();
  });
});

describe('skb_try_coalesce of a cloned skb with pool pages', () => {
  /** `to` and a cloned `from`, both marked, `from` without linear bytes and with one pool page. */
  function cloned(b: TransformBench): { to: number; from: number; page: Page } {
    const pool = b.pool();
    const to = b.small(10);
    const [first, second] = [b.poolPage(pool), b.poolPage(pool)];
    b.call('device_write', { page: first, len: 100 });
    b.call('device_write', { page: second, len: 1000 });
    b.call('skb_add_rx_frag', { skb: to, page: first, size: 100, truesize: PAGE });
    const from = b.small(0);
    b.call('skb_add_rx_frag', { skb: from, page: second, size: 1000, truesize: PAGE });
    b.call('skb_mark_for_recycle', { skb: to });
    b.call('skb_mark_for_recycle', { skb: from });
    b.call('skb_clone', { skb: from });
    return { to, from, page: b.pages(from)[0] };
  }

  test('6.1 refuses', () => {
    const b = new TransformBench('6.1');
    const { to, from } = cloned(b);
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('refused_recycle');
  });

  test('6.12 takes a pool reference', () => {
    const b = new TransformBench('6.12');
    const { to, from, page } = cloned(b);
    expect(b.outcome('skb_try_coalesce', { to, from })).toBe('moved_frags');
    expect([page.refcount, page.ppRefCount]).toEqual([1, 2]);
  });

  test('B4 takes a plain one, in both', () => {
    const late = new TransformBench('6.12', { coalesceTakesPoolReferences: false });
    const early = new TransformBench('6.1', { coalesceRefusesClonedRecycle: false });
    for (const b of [late, early]) {
      const { to, from, page } = cloned(b);
      expect(b.outcome('skb_try_coalesce', { to, from })).toBe('moved_frags');
      expect(page.refcount).toBe(2);
    }
  });
});
