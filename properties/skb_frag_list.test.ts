// Lists of skbs: numbers come from net/core/skbuff.c, not from the model; support/transform_bench.ts shows the sums.

import { OVERHEAD, PAGE, TransformBench } from './support/transform_bench';

describe('frag_list', () => {
  test('members bring their truesize and take it along', () => {
    const b = new TransformBench('6.12');
    const base = 384 + OVERHEAD;
    const skb = b.small(10);
    b.frag(skb, 20);
    b.call('skb_append_frag_list', { skb, member: b.small(30) });
    b.call('skb_append_frag_list', { skb, member: b.small(40) });
    expect(b.sizes(skb)).toEqual([100, 90, 3 * base + PAGE]);
    const first = b.call('skb_detach_frag_list', { skb });
    expect(b.sizes(skb)).toEqual([70, 60, 2 * base + PAGE]);
    expect(b.sizes(first)).toEqual([30, 0, base]);
    b.releaseAll();
  });

  test('a shared list neither loses nor gains members', () => {
    const b = new TransformBench('6.1');
    const skb = b.small(10);
    b.call('skb_append_frag_list', { skb, member: b.small(30) });
    const copy = b.call('pskb_copy', { skb });
    const more = b.small(40);
    for (const head of [skb, copy]) {
      expect(b.outcome('skb_detach_frag_list', { skb: head })).toBe('skipped');
      expect(b.outcome('skb_append_frag_list', { skb: head, member: more })).toBe('skipped');
    }
    b.call('kfree_skb', { skb: copy });
    b.call('skb_append_frag_list', { skb, member: more });
    b.releaseAll();
  });
});
