// New skbs and the bytes in them: numbers are computed by hand from net/core/skbuff.c, include/linux/skbuff.h and
// mm/slab_common.c of 6.1.192 and 6.12.117.

import type { CommandName } from '../src/commands/command_name';
import { KERNELS, type NamedArgs } from './support/bench';
import { SkbBench } from './support/skb_bench';

describe.each(KERNELS)('truesize and room of new skbs on %s', (kernel) => {
  // size -> [truesize, usable]: kmalloc-512, 1k, 2k, 4k, 8k and pages; 6.12 has skb_small_head_cache of 704 bytes.
  test.each([
    [0, kernel === '6.1' ? [512 + 256, 192] : [704 + 256, 384]],
    [192, kernel === '6.1' ? [512 + 256, 192] : [704 + 256, 384]],
    [193, kernel === '6.1' ? [1024 + 256, 704] : [704 + 256, 384]],
    [384, kernel === '6.1' ? [1024 + 256, 704] : [704 + 256, 384]],
    [385, [1024 + 256, 704]],
    [704, [1024 + 256, 704]],
    [705, [2048 + 256, 1728]],
    [3776, [4096 + 256, 3776]],
    [3777, [8192 + 256, 7872]],
    [7873, [16384 + 256, 16064]],
    [16384, [32768 + 256, 32448]],
  ])('alloc_skb(%i)', (size, expected) => {
    const bench = new SkbBench(kernel);
    const skb = bench.skb(bench.call('alloc_skb', { size }));
    expect([skb.truesize, skb.data.end]).toEqual(expected);
    expect([skb.headFrag, skb.dataOffset, skb.len, skb.users, skb.data.dataref]).toEqual([false, 0, 0, 1, 1]);
  });

  // len -> [truesize, usable, head_frag]; NET_SKB_PAD is 64.
  test.each([
    [0, kernel === '6.1' ? [768, 192, false] : [960, 384, false]],
    [320, kernel === '6.1' ? [1280, 704, false] : [960, 384, false]],
    [321, kernel === '6.1' ? [1280, 704, false] : [448 + 576, 448, true]],
    [640, kernel === '6.1' ? [1280, 704, false] : [704 + 576, 704, true]],
    [641, [768 + 576, 768, true]],
    [3712, [4096 + 256, 3776, true]],
    [3713, [8192 + 256, 7872, false]],
  ])('netdev_alloc_skb(%i)', (len, expected) => {
    const bench = new SkbBench(kernel);
    const skb = bench.skb(bench.call('netdev_alloc_skb', { len }));
    expect([skb.truesize, skb.data.end, skb.headFrag]).toEqual(expected);
    expect(skb.dataOffset).toBe(64);
  });

  test.each([
    [0, [1024 + 256, 704, true]],
    [640, [1024 + 256, 704, true]],
    [641, [768 + 576, 768, true]],
    [3713, [8192 + 256, 7872, false]],
  ])('napi_alloc_skb(%i)', (len, expected) => {
    const bench = new SkbBench(kernel);
    const skb = bench.skb(bench.call('napi_alloc_skb', { len }));
    expect([skb.truesize, skb.data.end, skb.headFrag]).toEqual(expected);
  });

  test('build_skb counts the whole fragment and the sk_buff', () => {
    const bench = new SkbBench(kernel);
    const page = bench.call('alloc_pages');
    const skb = bench.skb(bench.call('build_skb', { page, frag_size: 2048 }));
    expect([skb.truesize, skb.data.end, skb.headFrag, skb.ppRecycle]).toEqual([2048 + 256, 1728, true, false]);
    expect(bench.world.handles[page]).toBeNull();
  });

  test('build_skb keeps to its contract', () => {
    const bench = new SkbBench(kernel);
    const page = bench.call('alloc_pages');
    expect(bench.outcome('build_skb', { page, frag_size: 320 })).toBe('skipped');
    expect(bench.outcome('build_skb', { page, frag_size: 2049 })).toBe('skipped');
    expect(bench.outcome('build_skb', { page, frag_size: 4160 })).toBe('skipped');
    const other = bench.call('get_page', { page });
    expect(bench.outcome('build_skb', { page, frag_size: 4096 })).toBe('skipped');
    bench.call('put_page', { page: other });
    expect(bench.outcome('build_skb', { page, frag_size: 4096 }, 1)).toBe('enomem');
    expect(bench.outcome('build_skb', { page, frag_size: 384 })).toBe('ok');
  });

  test('the 1K cache hands out four pieces and then forgets the page', () => {
    const bench = new SkbBench(kernel);
    const skbs = [0, 0, 0, 0, 0].map((len) => bench.call('napi_alloc_skb', { len }));
    const pages = skbs.map((skb) => bench.skb(skb).data.page);
    expect(new Set(pages.slice(0, 4)).size).toBe(1);
    expect(pages[4]).not.toBe(pages[0]);
    for (const skb of skbs.slice(0, 3)) bench.call('kfree_skb', { skb });
    expect(pages[0]?.freed).toBe(false);
    bench.call('kfree_skb', { skb: skbs[3] });
    expect(pages[0]?.freed).toBe(true);
    bench.expectClean();
  });

  test.each<[CommandName, NamedArgs, number[]]>([
    ['alloc_skb', { size: 100 }, [1, 2]],
    ['alloc_skb_fclone', { size: 100 }, [1, 2]],
    ['netdev_alloc_skb', { len: 1000 }, [1, 2]],
    ['napi_alloc_skb', { len: 1000 }, [1]],
    ['napi_alloc_skb', { len: 5000 }, [1]],
    ['napi_alloc_skb', { len: 100 }, []],
  ])('%s(%j) has allocations %j that fail', (name, args, failing) => {
    for (let fail = 1; fail <= 3; fail++) {
      const bench = new SkbBench(kernel);
      expect(bench.outcome(name, args, fail)).toBe(failing.includes(fail) ? 'enomem' : 'ok');
      if (failing.includes(fail)) expect([bench.world.skbs.length, bench.world.datas.length]).toEqual([0, 0]);
      bench.expectClean();
    }
  });

  test('pfmemalloc goes from the page to the skb, to clones, not to copies', () => {
    const bench = new SkbBench(kernel);
    const page = bench.call('alloc_pages');
    bench.call('set_page_pfmemalloc', { page });
    const skb = bench.call('build_skb', { page, frag_size: 4096 });
    expect(bench.skb(skb).pfmemalloc).toBe(true);
    expect(bench.skb(bench.call('skb_clone', { skb })).pfmemalloc).toBe(true);
    expect(bench.skb(bench.call('skb_copy', { skb })).pfmemalloc).toBe(false);
    // The first attempt without the reserves fails, the second one with them does not.
    expect(bench.outcome('pskb_expand_head', { skb, nhead: 0, ntail: 0 }, 1)).toBe('ok');
  });
});

describe('payload', () => {
  test('push, pull, trim and put write and cut the right bytes', () => {
    const bench = new SkbBench('6.12');
    const skb = bench.call('alloc_skb', { size: 300 });
    bench.call('skb_reserve', { skb, len: 40 });
    bench.call('skb_put', { skb, len: 100 });
    bench.call('skb_push', { skb, len: 30 });
    bench.call('skb_pull', { skb, len: 60 });
    bench.call('skb_trim', { skb, len: 50 });
    bench.call('skb_put', { skb, len: 7 });
    expect([bench.skb(skb).len, bench.skb(skb).dataOffset, bench.world.stamp]).toEqual([57, 70, 3]);
    bench.expectBytes(skb);
    expect(bench.outcome('skb_put', { skb, len: 384 - 127 + 1 })).toBe('skipped');
    expect(bench.outcome('skb_push', { skb, len: 71 })).toBe('skipped');
  });

  test('skb_coalesce_rx_frag continues the last frag of a page_frag cache', () => {
    const bench = new SkbBench('6.1');
    const cache = bench.call('page_frag_cache_init');
    const second = bench.call('page_frag_alloc', { cache, size: 100 });
    const first = bench.call('page_frag_alloc', { cache, size: 100 });
    bench.call('device_write', { page: first, len: 100 });
    bench.call('device_write', { page: second, len: 60 });
    const skb = bench.call('alloc_skb', { size: 0 });
    bench.call('skb_add_rx_frag', { skb, page: first, size: 100, truesize: 100 });
    expect(bench.outcome('skb_coalesce_rx_frag', { skb, page: second, size: 61, truesize: 100 })).toBe('skipped');
    bench.call('skb_coalesce_rx_frag', { skb, page: second, size: 60, truesize: 100 });
    expect([bench.skb(skb).data.nrFrags, bench.skb(skb).len, bench.skb(skb).truesize]).toEqual([1, 160, 768 + 200]);
    bench.expectBytes(skb);
    bench.expectClean();
  });

  test('unwritten bytes do not enter an skb', () => {
    const bench = new SkbBench('6.1');
    const page = bench.call('alloc_pages');
    bench.call('device_write', { page, offset: 10, len: 10 });
    const skb = bench.call('alloc_skb', { size: 0 });
    expect(bench.outcome('skb_add_rx_frag', { skb, page, offset: 9, size: 5, truesize: 4096 })).toBe('skipped');
    expect(bench.outcome('skb_fill_page_desc', { skb, page, offset: 15, size: 5, truesize: 4096 })).toBe('ok');
    bench.expectBytes(skb);
  });
});
