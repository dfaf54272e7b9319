// Pulling, trimming and condensing: numbers come from net/core/skbuff.c, not from the model; support/transform_bench.ts
// shows the sums.

import { KERNELS } from './support/bench';
import { ENOMEM, OVERHEAD, PAGE, SMALL_END, TransformBench } from './support/transform_bench';

describe('__pskb_pull_tail', () => {
  test.each(KERNELS)('drops frags that were pulled whole and cuts the next, in %s', (version) => {
    const b = new TransformBench(version);
    const skb = b.small(50);
    for (const size of [40, 60, 100]) b.frag(skb, size, PAGE, 8);
    const before = b.sizes(skb)[2];
    // Within the first: nothing moves.
    b.call('__pskb_pull_tail', { skb, delta: 10 });
    expect(b.frags(skb)).toEqual([
      [18, 30],
      [8, 60],
      [8, 100],
    ]);
    // To the end of the second.
    b.call('__pskb_pull_tail', { skb, delta: 90 });
    expect(b.frags(skb)).toEqual([[8, 100]]);
    expect(b.world.pages.length).toBe(1);
    b.call('__pskb_pull_tail', { skb, delta: 1 });
    expect(b.frags(skb)).toEqual([[9, 99]]);
    expect(b.sizes(skb)).toEqual([250, 99, before]);
    b.releaseAll();
  });

  test.each([
    // 1 byte is missing: the new head is for end + 1 + 128 bytes.
    ['6.1', 192, 704],
    ['6.12', 384, 704],
  ] as const)('expands the head by the missing bytes and 128, in %s', (version, end, newEnd) => {
    const b = new TransformBench(version);
    const skb = b.small(50);
    b.frag(skb, end);
    const before = b.sizes(skb)[2];
    expect(b.outcome('__pskb_pull_tail', { skb, delta: end - 49 }, 1)).toBe('enomem');
    expect(b.world.ret).toBe(0);
    expect(b.sizes(skb)).toEqual([50 + end, end, before]);
    b.call('__pskb_pull_tail', { skb, delta: end - 50 });
    expect([b.skb(skb).data.end, b.skb(skb).tail]).toEqual([end, end]);
    b.call('__pskb_pull_tail', { skb, delta: 1 });
    expect(b.skb(skb).data.end).toBe(newEnd);
    expect(b.sizes(skb)).toEqual([50 + end, 49, before + newEnd - end]);
    b.releaseAll();
  });

  test('pulls whole members, and part of the next', () => {
    const b = new TransformBench('6.12');
    const skb = b.small(10);
    b.frag(skb, 20);
    for (const len of [30, 40, 50]) b.call('skb_append_frag_list', { skb, member: b.small(len) });
    b.call('__pskb_pull_tail', { skb, delta: 20 });
    expect(b.members(skb).map((member) => member.len)).toEqual([30, 40, 50]);
    b.call('__pskb_pull_tail', { skb, delta: 30 });
    expect(b.members(skb).map((member) => member.len)).toEqual([40, 50]);
    b.call('__pskb_pull_tail', { skb, delta: 1 });
    expect(b.members(skb).map((member) => member.len)).toEqual([39, 50]);
    expect(b.world.skbs.length).toBe(3);
    b.call('skb_linearize', { skb });
    expect(b.sizes(skb)).toEqual([150, 0, 4 * (384 + OVERHEAD) + PAGE]);
    expect(b.world.skbs.length).toBe(1);
    b.releaseAll();
  });

  test('clones a member that another list has before it pulls it', () => {
    const b = new TransformBench('6.12');
    const skb = b.small(10);
    for (const len of [30, 40]) b.call('skb_append_frag_list', { skb, member: b.small(len) });
    const copy = b.call('pskb_copy', { skb });
    const [first, second] = b.members(skb);
    expect([first.users, second.users]).toEqual([2, 2]);
    expect(b.outcome('__pskb_pull_tail', { skb: copy, delta: 35 }, 1)).toBe('enomem');
    expect(b.members(copy)).toEqual([first, second]);
    b.call('__pskb_pull_tail', { skb: copy, delta: 35 });
    const [clone] = b.members(copy);
    expect([clone.len, clone.users, first.users, second.users]).toEqual([35, 1, 1, 1]);
    expect(b.members(skb)).toEqual([first, second]);
    expect(second.len).toBe(40);
    b.releaseAll();
  });

  test('releases the uarg when no paged byte is left', () => {
    const b = new TransformBench('6.1');
    const [skb, uarg] = b.managed([40, 50]);
    b.call('__pskb_pull_tail', { skb, delta: 89 });
    expect(b.uarg(uarg).completions).toBe(0);
    b.call('__pskb_pull_tail', { skb, delta: 1 });
    expect([b.uarg(uarg).completions, b.uarg(uarg).successes, b.skb(skb).data.flags]).toEqual([1, 0, 0]);
    b.releaseAll();
  });
});

describe('___pskb_trim', () => {
  test('keeps a frag that ends exactly there, and cuts one in the middle', () => {
    const b = new TransformBench('6.1');
    const sock = b.call('sk_alloc');
    const skb = b.small(150);
    for (const size of [400, 500, 600]) b.frag(skb, size);
    b.call('skb_set_owner_w', { skb, sock });
    const before = b.sizes(skb)[2];
    b.call('___pskb_trim', { skb, len: 1050 });
    expect(b.frags(skb)).toEqual([
      [0, 400],
      [0, 500],
    ]);
    b.call('___pskb_trim', { skb, len: 551 });
    expect(b.frags(skb)).toEqual([
      [0, 400],
      [0, 1],
    ]);
    b.call('___pskb_trim', { skb, len: 149 });
    // Owned: not condensed, truesize stays as charged.
    expect(b.sizes(skb)).toEqual([149, 0, before]);
    expect(b.world.pages.length).toBe(0);
    b.releaseAll();
  });

  test.each(KERNELS)('condenses an skb without an owner, in %s', (version) => {
    const b = new TransformBench(version);
    const end = SMALL_END[version];
    const skb = b.small(50);
    b.frag(skb, 1000);
    b.call('___pskb_trim', { skb, len: end + 1 });
    expect(b.sizes(skb)).toEqual([end + 1, end - 49, end + OVERHEAD + PAGE]);
    b.call('___pskb_trim', { skb, len: end });
    expect(b.sizes(skb)).toEqual([end, 0, end + OVERHEAD]);
    expect(b.world.pages.length).toBe(0);
    b.releaseAll();
  });

  test('cuts the frag_list: clones of shared members, and drops the rest', () => {
    const b = new TransformBench('6.12');
    const skb = b.small(10);
    for (const len of [100, 200, 300]) b.call('skb_append_frag_list', { skb, member: b.small(len) });
    const copy = b.call('pskb_copy', { skb });
    const members = b.members(skb);
    // No condense: more bytes are left than the tailroom holds.
    b.call('pskb_expand_head', { skb: copy, nhead: 0, ntail: 0 });
    const room = b.skb(copy).data.end - b.skb(copy).tail;
    expect(room).toBeLessThan(500);
    expect(b.outcome('___pskb_trim', { skb: copy, len: 510 }, 2)).toBe('enomem');
    expect(b.skb(copy).len).toBe(610);
    expect(members.map((member) => member.users)).toEqual([1, 2, 2]);
    b.call('___pskb_trim', { skb: copy, len: 510 });
    expect(members.map((member) => member.users)).toEqual([1, 1, 1]);
    expect(b.members(copy).map((member) => member.len)).toEqual([100, 200, 200]);
    expect(b.members(skb).map((member) => member.len)).toEqual([100, 200, 300]);
    b.releaseAll();
  });

  test('expands the head of a clone first', () => {
    const b = new TransformBench('6.12');
    const skb = b.small(50);
    b.frag(skb, 1000);
    const clone = b.call('skb_clone', { skb });
    expect(b.outcome('___pskb_trim', { skb: clone, len: 600 }, 1)).toBe('enomem');
    expect(b.world.ret).toBe(ENOMEM);
    b.call('___pskb_trim', { skb: clone, len: 600 });
    expect(b.pages(skb)[0].refcount).toBe(2);
    expect([b.skb(skb).len, b.frags(skb)[0][1], b.frags(clone)[0][1]]).toEqual([1050, 1000, 550]);
    b.releaseAll();
  });
});

describe('skb_condense', () => {
  test('is a call of 6.12 only, and corrects truesize', () => {
    const b = new TransformBench('6.12');
    const skb = b.small(50);
    b.frag(skb, 334);
    b.call('skb_condense', { skb });
    expect(b.sizes(skb)).toEqual([384, 0, 384 + OVERHEAD]);
    const large = b.small(50);
    b.frag(large, 335);
    b.call('skb_condense', { skb: large });
    expect(b.sizes(large)).toEqual([385, 335, 384 + OVERHEAD + PAGE]);
    b.releaseAll();
  });
});
