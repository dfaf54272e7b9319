// Receive buffers without a pool: numbers come from igb_main.c, virtio_net.c, page_alloc.c and esp4.c of 6.1.192 and
// 6.12.117, not from the model.

import { pageIsPfmemalloc } from '../src/model/mm/struct_page';
import type { SkBuff } from '../src/model/structs/sk_buff';
import { KERNELS } from './support/bench';
import { PoolBench } from './support/pool_bench';

function skbOf(b: PoolBench, id: number): SkBuff {
  return b.world.handles[id]?.object as SkBuff;
}

/** The outcome, and the name of the skb. */
function receive(b: PoolBench, page: number, len: number): [string, number] {
  const outcome = b.outcome('igb_receive', { page, len });
  return [outcome, Math.max(...b.world.skbNames.map(({ id }) => id))];
}

function fragsOf(b: PoolBench, id: number): number[][] {
  const { frags, nrFrags } = skbOf(b, id).data;
  return frags.slice(0, nrFrags).map(({ offset, size }) => [offset, size]);
}

describe.each(KERNELS)('on %s', (profile) => {
  test('igb copies up to 256 bytes, and its half stays where it is', () => {
    const b = new PoolBench(profile);
    const page = b.call('alloc_pages');
    const [, skb] = receive(b, page, 256);
    expect([skbOf(b, skb).len, skbOf(b, skb).dataLen, b.ref(page).offset, b.ref(page).page.refcount]).toEqual([
      256, 0, 0, 1,
    ]);
  });

  test('igb flips the half of a longer packet, and releases the page while another reader has the other half', () => {
    const b = new PoolBench(profile);
    const page = b.call('alloc_pages');
    const [, first] = receive(b, page, 1000);
    expect([fragsOf(b, first), b.ref(page).offset, b.ref(page).page.refcount]).toEqual([[[14, 986]], 2048, 2]);
    const [left, second] = receive(b, page, 2048);
    expect([left, fragsOf(b, second), b.world.handles[page]]).toEqual(['left', [[2062, 2034]], null]);
    expect(skbOf(b, second).data.frags[0].page.refcount).toBe(2);
  });

  test('igb reuses a page of which the packet was freed', () => {
    const b = new PoolBench(profile);
    const page = b.call('alloc_pages');
    b.call('kfree_skb', { skb: receive(b, page, 257)[1] });
    expect(receive(b, page, 257)[0]).toBe('reused');
    expect([b.ref(page).offset, b.ref(page).page.refcount]).toEqual([0, 2]);
  });

  test.each([
    ['copied', 3, 128, 0, [], 0],
    ['built around the first page', 3, 3760, 3760, [], 1],
    ['too long for skb_shared_info behind it', 3, 3761, 14, [[30, 3747]], 1],
    [
      'in two pages',
      3,
      5000,
      14,
      [
        [30, 4066],
        [0, 920],
      ],
      2,
    ],
  ])('virtio-net: a packet %s', (what, pages, len, headlen, frags, kept) => {
    const b = new PoolBench(profile);
    const id = b.call('virtnet_receive_big', { pages, len });
    const skb = skbOf(b, id);
    expect([skb.len, skb.len - skb.dataLen]).toEqual([len, what === 'copied' ? len : headlen]);
    expect(fragsOf(b, id)).toEqual(frags);
    expect(b.world.pages.filter(({ perCpu }) => !perCpu).length).toBe(kept);
  });

  test('a page_frag cache gets single pages under pressure, and pages of the reserves when there are no others', () => {
    const b = new PoolBench(profile);
    const [first, second, third] = ['order0', 'reserves', 'none'].map((level) => {
      b.call('memory_pressure', { level });
      return b.ref(b.call('page_frag_alloc', { cache: b.call('page_frag_cache_init'), size: 24 }));
    });
    expect([first.page.order, first.offset, pageIsPfmemalloc(b.world, first.page)]).toEqual([0, 4072, false]);
    expect([second.page.order, second.offset, pageIsPfmemalloc(b.world, second.page)]).toEqual([0, 4072, true]);
    expect([third.page.order, third.offset, pageIsPfmemalloc(b.world, third.page)]).toEqual([3, 32744, false]);
  });

  test('more than a single page returns NULL, and the cache keeps its page', () => {
    const b = new PoolBench(profile);
    b.call('memory_pressure', { level: 'order0' });
    const cache = b.call('page_frag_cache_init');
    expect(b.outcome('page_frag_alloc', { cache, size: 4097 })).toBe('enomem');
    expect([b.cache(cache).page?.refcount, b.cache(cache).pagecntBias, b.cache(cache).offset]).toEqual([
      32769, 32769, 4096,
    ]);
  });

  test('esp replaces all frags by one, and the pool gets its page', () => {
    const b = new PoolBench(profile);
    const pool = b.pool();
    const page = b.call('page_pool_alloc_pages', { pool });
    b.call('device_write', { page, len: 100 });
    const skb = b.call('alloc_skb', { size: 0 });
    b.call('skb_add_rx_frag', { skb, page, size: 100, truesize: 4096 });
    b.call('skb_mark_for_recycle', { skb });
    b.call('esp_output', { skb, tailen: 400 });
    // The trailer of 400 bytes uses 448 of the page, and all paged bytes follow.
    expect([skbOf(b, skb).len, skbOf(b, skb).dataLen, fragsOf(b, skb)]).toEqual([500, 500, [[448, 500]]]);
    expect([b.world.pools[0].ring.length, skbOf(b, skb).data.frags[0].page.refcount]).toEqual([1, 1]);
  });
});
