// Copies: numbers are computed by hand from net/core/skbuff.c, include/linux/skbuff.h and mm/slab_common.c of 6.1.192
// and 6.12.117.

import type { PagePool } from '../src/model/structs/page_pool';
import { Session } from '../src/session/session';
import { KERNELS } from './support/bench';
import { mutantOf, profileOf, programOf } from './support/model';
import { SK_BUFF, SkbBench } from './support/skb_bench';
import { skbCloned } from '../src/model/net/core/skbuff/skbuff_inlines';

describe.each(KERNELS)('copies on %s', (kernel) => {
  test('skb_copy is linear and holds nothing of the original', () => {
    const bench = new SkbBench(kernel);
    const { skb, frag } = bench.nonlinear(100);
    const copy = bench.call('skb_copy', { skb });
    const n = bench.skb(copy);
    expect([n.len, n.dataLen, n.data.nrFrags, frag.refcount]).toEqual([1100, 0, 0, 1]);
    // 6.1: 192 + 1000 usable bytes, 6.12: 384 + 1000: kmalloc-2k.
    expect(n.truesize).toBe(2048 + SK_BUFF);
    bench.expectBytes(copy);
    const expanded = bench.call('skb_copy_expand', { skb, newheadroom: 300, newtailroom: 5 });
    expect([bench.skb(expanded).dataOffset, bench.skb(expanded).len]).toEqual([300, 1100]);
    bench.expectBytes(expanded);
  });

  test('pskb_copy shares frags by plain references and estimates truesize', () => {
    const bench = new SkbBench(kernel);
    const { skb, frag } = bench.nonlinear(100);
    const copy = bench.call('pskb_copy', { skb });
    expect([frag.refcount, bench.skb(copy).data.nrFrags, bench.skb(copy).ppRecycle]).toEqual([2, 1, false]);
    expect(bench.skb(copy).truesize).toBe((kernel === '6.1' ? 768 : 960) + 1000);
    bench.expectBytes(copy);
    bench.call('kfree_skb', { skb });
    bench.call('kfree_skb', { skb: copy });
    expect(frag.freed).toBe(true);
    bench.expectClean();
  });

  test('a pool page that a copy still holds leaves the pool', () => {
    const bench = new SkbBench(kernel);
    const { pool, page } = bench.poolPage();
    const held = bench.page(page);
    bench.call('device_write', { page, len: 64 });
    const a = bench.call('alloc_skb', { size: 0 });
    bench.call('skb_add_rx_frag', { skb: a, page, size: 64, truesize: 4096 });
    expect(bench.outcome('skb_clone', { skb: a })).toBe('skipped');
    bench.call('skb_mark_for_recycle', { skb: a });
    const b = bench.call('pskb_copy', { skb: a });
    expect(held.refcount).toBe(2);
    bench.call('kfree_skb', { skb: a });
    expect([held.refcount, held.ppSignature, bench.object<PagePool>(pool).releaseCnt]).toEqual([1, false, 1]);
    bench.expectBytes(b);
    bench.call('kfree_skb', { skb: b });
    expect(held.freed).toBe(true);
    bench.expectClean();
  });

  test('skb_realloc_headroom copies the linear part, or expands a clone', () => {
    const bench = new SkbBench(kernel);
    const { skb, frag } = bench.nonlinear(100);
    const same = bench.call('skb_realloc_headroom', { skb, headroom: 0 });
    const more = bench.call('skb_realloc_headroom', { skb, headroom: 65 });
    expect([bench.skb(same).dataOffset, bench.skb(more).dataOffset, frag.refcount]).toEqual([0, 128, 3]);
    bench.expectBytes(more);
    expect(bench.outcome('skb_realloc_headroom', { skb, headroom: 65 }, 2)).toBe('enomem');
    expect(frag.refcount).toBe(3);
    bench.expectClean();
  });

  test('skb_share_check and skb_unshare', () => {
    const bench = new SkbBench(kernel);
    const { skb } = bench.nonlinear(30);
    const user = bench.call('skb_get', { skb });
    expect(bench.outcome('pskb_expand_head', { skb, nhead: 0, ntail: 0 })).toBe('skipped');
    const mine = bench.call('skb_share_check', { skb: user });
    expect(bench.skb(mine)).not.toBe(bench.skb(skb));
    expect(bench.skb(skb).users).toBe(1);
    const copied = bench.call('skb_unshare', { skb: mine });
    expect([bench.skb(copied).dataLen, skbCloned(bench.skb(skb))]).toEqual([0, false]);
    bench.expectBytes(copied);
    const clone = bench.call('skb_clone', { skb });
    expect(bench.outcome('skb_unshare', { skb: clone }, 1)).toBe('enomem');
    expect([bench.world.handles[clone], bench.skb(skb).data.dataref]).toEqual([null, 1]);
    bench.expectClean();
  });
});

describe('a packet that fraglist GRO chained', () => {
  const profile = profileOf('linux-6.12');
  const program = programOf(profile, mutantOf('D6').program);
  const outcomeOf = (provoke: boolean): string => {
    const session = new Session({ profile: profile.name, rules: profile.rules, abi: profile.abi, provoke });
    const outcomes = program.calls.map((call) => session.execute(call));
    expect(session.failed).toBe(false);
    const last = outcomes[outcomes.length - 1];
    return last < 0 ? 'skipped' : program.calls[outcomes.length - 1].command.outcomes[last];
  };

  // A kernel warns, so that only a search that provokes it makes the call.
  test('is copied only where a kernel may be provoked, and then gives no copy', () => {
    expect([false, true].map(outcomeOf)).toEqual(['skipped', 'enomem']);
  });
});
