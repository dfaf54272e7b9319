import { ABUSE_SKB_COMMANDS } from '../src/commands/abuse_skb';
import { DMA_COMMANDS } from '../src/commands/dma';
import { PAGE_COMMANDS } from '../src/commands/page';
import { PAGE_FRAG_COMMANDS } from '../src/commands/page_frag';
import { PAGE_POOL_COMMANDS } from '../src/commands/page_pool';
import { SKB_ALLOC_COMMANDS } from '../src/commands/skb_alloc';
import { SKB_BUILD_COMMANDS } from '../src/commands/skb_build';
import { SKB_COPY_COMMANDS } from '../src/commands/skb_copy';
import { SKB_FRAG_COMMANDS } from '../src/commands/skb_frags';
import { SKB_HEAD_COMMANDS } from '../src/commands/skb_head';
import { SKB_LIFE_COMMANDS } from '../src/commands/skb_life';
import { SKB_LINEAR_COMMANDS } from '../src/commands/skb_linear';
import { SOCK_COMMANDS } from '../src/commands/sock';
import { ZEROCOPY_COMMANDS } from '../src/commands/zerocopy';
import type { Page, PageRef } from '../src/model/page';
import type { PagePool } from '../src/model/page_pool_struct';
import { skbCopyBits } from '../src/model/skb_copy_bits';
import { SKB_FCLONE_CLONE, SKB_FCLONE_ORIG, SKB_FCLONE_UNAVAILABLE, skbCloned, type SkBuff } from '../src/model/skbuff';
import type { Sock } from '../src/model/sock';
import type { Uarg } from '../src/model/uarg';
import { CONTEXT_NAPI, CONTEXT_PROCESS, CONTEXT_SOFTIRQ, World } from '../src/model/world';
import { findProfile } from '../src/rules/profiles';
import type { Rules } from '../src/rules/rules';

/* Numbers are reckoned by hand from net/core/skbuff.c, include/linux/skbuff.h and mm/slab_common.c of 6.1.192 and 6.12.117. */

const SK_BUFF = 256;
const SHARED_INFO = 320;
const SHARED_FRAG_DONT_ORPHAN = 3;
const COMMANDS = new Map(
  [
    ...PAGE_COMMANDS,
    ...PAGE_FRAG_COMMANDS,
    ...DMA_COMMANDS,
    ...PAGE_POOL_COMMANDS,
    ...SKB_ALLOC_COMMANDS,
    ...SKB_BUILD_COMMANDS,
    ...SKB_LINEAR_COMMANDS,
    ...SKB_FRAG_COMMANDS,
    ...SKB_LIFE_COMMANDS,
    ...SKB_COPY_COMMANDS,
    ...SKB_HEAD_COMMANDS,
    ...SOCK_COMMANDS,
    ...ZEROCOPY_COMMANDS,
    ...ABUSE_SKB_COMMANDS,
  ].map((command) => [command.name, command]),
);

/** A world with one profile, in which commands are called by name. */
class Bench {
  readonly world: World;
  private next = 0;

  constructor(profile: '6.1' | '6.12', rules: Partial<Rules> = {}) {
    const found = findProfile(`linux-${profile}`);
    if (found === undefined) throw new Error(profile);
    this.world = new World({ ...found.rules, ...rules }, found.abi);
  }

  /** Returns the outcome's name, or 'skipped' when the call is not legal. */
  outcome(name: string, args: readonly number[], fail = 0, context = CONTEXT_PROCESS): string {
    const command = COMMANDS.get(name);
    if (command === undefined) throw new Error(name);
    const result = command.result === undefined ? -1 : this.next++;
    this.world.beginCommand(fail, context);
    if (!command.applies(this.world, args)) return 'skipped';
    return command.outcomes[command.run(this.world, args, result)];
  }

  /** The call succeeds in one of its ways; returns the handle of what it made. */
  call(name: string, ...args: number[]): number {
    expect([name, this.outcome(name, args)]).toEqual([name, expect.stringMatching(/^(ok|same|cloned|copied)$/)]);
    return this.last();
  }

  /** Handle of the last call that made something. */
  last(): number {
    return this.next - 1;
  }

  object<T>(handle: number): T {
    const found = this.world.handles[handle];
    if (found === null || found === undefined) throw new Error(`handle ${handle} is gone`);
    return found.object as unknown as T;
  }

  skb(handle: number): SkBuff {
    return this.object<SkBuff>(handle);
  }

  page(handle: number): Page {
    return this.object<PageRef>(handle).page;
  }

  /** A pool of 16 slots without DMA, and a page of it. */
  poolPage(): { pool: number; page: number } {
    const pool = this.call('page_pool_create', -1, 0, 16, 0, 2, 0, 4096, 0);
    expect(this.outcome('page_pool_alloc_pages', [pool], 0, CONTEXT_NAPI)).toBe('ok');
    return { pool, page: this.last() };
  }

  /** An skb with `headlen` linear bytes and one plain frag of 1000 bytes. */
  nonlinear(headlen: number): { skb: number; frag: Page } {
    const skb = this.call('alloc_skb', headlen);
    this.call('skb_put', skb, headlen);
    const page = this.call('alloc_pages', 0);
    this.call('device_write', page, 0, 1000);
    const frag = this.page(page);
    this.call('skb_add_rx_frag', skb, page, 0, 1000, 4096);
    return { skb, frag };
  }

  /** The payload as it is in memory, and as it must be. */
  payloads(handle: number): [number[], number[]] {
    const skb = this.skb(handle);
    const at = this.world.memory.alloc(skb.len);
    expect(skbCopyBits(this.world, skb, 0, at, skb.len)).toBe(true);
    const bytes = [...this.world.memory.bytes.subarray(at, at + skb.len)];
    const expected: number[] = [];
    for (let i = 0; i < skb.payload.length; i += 2) {
      expected.push(...this.world.memory.bytes.subarray(skb.payload[i], skb.payload[i] + skb.payload[i + 1]));
    }
    return [bytes, expected];
  }

  expectBytes(handle: number): void {
    const [bytes, expected] = this.payloads(handle);
    expect(bytes).toEqual(expected);
  }

  expectClean(): void {
    expect(this.world.violations).toEqual([]);
  }
}

describe.each(['6.1', '6.12'] as const)('truesize and room of new skbs on %s', (kernel) => {
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
    const bench = new Bench(kernel);
    const skb = bench.skb(bench.call('alloc_skb', size));
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
    const bench = new Bench(kernel);
    const skb = bench.skb(bench.call('netdev_alloc_skb', len));
    expect([skb.truesize, skb.data.end, skb.headFrag]).toEqual(expected);
    expect(skb.dataOffset).toBe(64);
  });

  test.each([
    [0, [1024 + 256, 704, true]],
    [640, [1024 + 256, 704, true]],
    [641, [768 + 576, 768, true]],
    [3713, [8192 + 256, 7872, false]],
  ])('napi_alloc_skb(%i)', (len, expected) => {
    const bench = new Bench(kernel);
    const skb = bench.skb(bench.call('napi_alloc_skb', len));
    expect([skb.truesize, skb.data.end, skb.headFrag]).toEqual(expected);
  });

  test('build_skb counts the whole fragment and the sk_buff', () => {
    const bench = new Bench(kernel);
    const page = bench.call('alloc_pages', 0);
    const skb = bench.skb(bench.call('build_skb', page, 2048));
    expect([skb.truesize, skb.data.end, skb.headFrag, skb.ppRecycle]).toEqual([2048 + 256, 1728, true, false]);
    expect(bench.world.handles[page]).toBeNull();
  });

  test('build_skb keeps to its contract', () => {
    const bench = new Bench(kernel);
    const page = bench.call('alloc_pages', 0);
    expect(bench.outcome('build_skb', [page, 320])).toBe('skipped');
    expect(bench.outcome('build_skb', [page, 2049])).toBe('skipped');
    expect(bench.outcome('build_skb', [page, 4160])).toBe('skipped');
    const other = bench.call('get_page', page);
    expect(bench.outcome('build_skb', [page, 4096])).toBe('skipped');
    bench.call('put_page', other);
    expect(bench.outcome('build_skb', [page, 4096], 1)).toBe('enomem');
    expect(bench.outcome('build_skb', [page, 384])).toBe('ok');
  });

  test('the 1K cache hands out four pieces and then forgets the page', () => {
    const bench = new Bench(kernel);
    const skbs = [0, 0, 0, 0, 0].map((len) => bench.call('napi_alloc_skb', len));
    const pages = skbs.map((skb) => bench.skb(skb).data.page);
    expect(new Set(pages.slice(0, 4)).size).toBe(1);
    expect(pages[4]).not.toBe(pages[0]);
    for (const skb of skbs.slice(0, 3)) bench.call('kfree_skb', skb);
    expect(pages[0]?.freed).toBe(false);
    bench.call('kfree_skb', skbs[3]);
    expect(pages[0]?.freed).toBe(true);
    bench.expectClean();
  });

  test.each([
    ['alloc_skb', 100, [1, 2]],
    ['alloc_skb_fclone', 100, [1, 2]],
    ['netdev_alloc_skb', 1000, [1, 2]],
    ['napi_alloc_skb', 1000, [1]],
    ['napi_alloc_skb', 5000, [1]],
    ['napi_alloc_skb', 100, []],
  ])('%s(%i) has allocations %j that fail', (name, size, failing) => {
    for (let fail = 1; fail <= 3; fail++) {
      const bench = new Bench(kernel);
      expect(bench.outcome(name, [size], fail)).toBe(failing.includes(fail) ? 'enomem' : 'ok');
      if (failing.includes(fail)) expect([bench.world.skbs.length, bench.world.datas.length]).toEqual([0, 0]);
      bench.expectClean();
    }
  });

  test('pfmemalloc goes from the page to the skb, to clones, not to copies', () => {
    const bench = new Bench(kernel);
    const page = bench.call('alloc_pages', 0);
    bench.call('set_page_pfmemalloc', page);
    const skb = bench.call('build_skb', page, 4096);
    expect(bench.skb(skb).pfmemalloc).toBe(true);
    expect(bench.skb(bench.call('skb_clone', skb)).pfmemalloc).toBe(true);
    expect(bench.skb(bench.call('skb_copy', skb)).pfmemalloc).toBe(false);
    // The first attempt without the reserves fails, the second one with them does not.
    expect(bench.outcome('pskb_expand_head', [skb, 0, 0], 1)).toBe('ok');
  });
});

describe.each(['6.1', '6.12'] as const)('clones on %s', (kernel) => {
  test('dataref counts sharers, and only while two are left the skb is cloned', () => {
    const bench = new Bench(kernel);
    const a = bench.call('alloc_skb', 100);
    bench.call('skb_put', a, 50);
    const b = bench.call('skb_clone', a);
    expect([bench.skb(a).data.dataref, skbCloned(bench.skb(a)), skbCloned(bench.skb(b))]).toEqual([2, true, true]);
    expect(bench.outcome('skb_put', [a, 1])).toBe('skipped');
    bench.call('kfree_skb', b);
    expect([bench.skb(a).cloned, bench.skb(a).data.dataref, skbCloned(bench.skb(a))]).toEqual([true, 1, false]);
    bench.call('skb_put', a, 10);
    bench.expectBytes(a);
    bench.call('kfree_skb', a);
    expect(bench.world.datas).toEqual([]);
    bench.expectClean();
  });

  test('a header that was released counts in the upper half', () => {
    const bench = new Bench(kernel);
    const a = bench.call('alloc_skb', 100);
    bench.call('skb_reserve', a, 32);
    bench.call('skb_put', a, 10);
    bench.call('__skb_header_release', a);
    expect(bench.skb(a).data.dataref).toBe((1 << 16) + 1);
    const b = bench.call('skb_clone', a);
    expect(bench.skb(a).data.dataref).toBe((1 << 16) + 2);
    expect([bench.skb(b).nohdr, bench.skb(b).hdrLen]).toEqual([false, 32]);
    expect(bench.outcome('__skb_header_release', [b])).toBe('skipped');
    bench.call('kfree_skb', a);
    expect(bench.skb(b).data.dataref).toBe(1);
    bench.call('kfree_skb', b);
    expect(bench.world.datas).toEqual([]);
    bench.expectClean();
  });

  test('the companion of an fclone is used for one clone at a time', () => {
    const bench = new Bench(kernel);
    const a = bench.call('alloc_skb_fclone', 100);
    const b = bench.call('skb_clone', a);
    const c = bench.call('skb_clone', a);
    expect([a, b, c].map((handle) => bench.skb(handle).fclone)).toEqual([
      SKB_FCLONE_ORIG,
      SKB_FCLONE_CLONE,
      SKB_FCLONE_UNAVAILABLE,
    ]);
    bench.call('kfree_skb', b);
    // No allocation: it cannot fail.
    expect(bench.outcome('skb_clone', [a], 1)).toBe('ok');
    expect(bench.outcome('skb_clone', [c], 1)).toBe('enomem');
    const fclones = bench.skb(a).fclones;
    bench.call('kfree_skb', a);
    expect(fclones?.ref).toBe(1);
    bench.expectClean();
  });

  test('a clone takes over the duty to recycle from whoever goes first', () => {
    const bench = new Bench(kernel);
    const { pool, page } = bench.poolPage();
    const held = bench.page(page);
    const a = bench.call('build_skb', page, 4096);
    expect(bench.outcome('kfree_skb', [a])).toBe('skipped');
    bench.call('skb_mark_for_recycle', a);
    const b = bench.call('skb_clone', a);
    expect(bench.skb(b).ppRecycle).toBe(true);
    bench.call('kfree_skb', a);
    expect([held.refcount, held.ppSignature]).toEqual([1, true]);
    bench.call('kfree_skb', b);
    expect(bench.object<PagePool>(pool).ring).toEqual([held]);
    bench.expectClean();
  });

  test('expanding a clone takes page references and gives up the mark', () => {
    const bench = new Bench(kernel);
    const { skb: a, frag } = bench.nonlinear(100);
    bench.call('skb_mark_for_recycle', a);
    const b = bench.call('skb_clone', a);
    const truesize = bench.skb(b).truesize;
    bench.call('pskb_expand_head', b, 64, 0);
    expect(frag.refcount).toBe(2);
    expect([bench.skb(a).data.dataref, bench.skb(b).data.dataref]).toEqual([1, 1]);
    expect([bench.skb(a).ppRecycle, bench.skb(b).ppRecycle]).toEqual([true, false]);
    expect([bench.skb(b).cloned, bench.skb(b).dataOffset]).toEqual([false, 64]);
    // 6.1: 192 + 64 usable bytes ask for 576: kmalloc-1k. 6.12: 384 + 64 ask for 768: kmalloc-1k.
    expect(bench.skb(b).truesize).toBe(truesize + (kernel === '6.1' ? 704 - 192 : 704 - 384));
    bench.expectBytes(a);
    bench.expectBytes(b);
    bench.call('kfree_skb', a);
    expect(frag.refcount).toBe(1);
    bench.call('kfree_skb', b);
    expect(frag.freed).toBe(true);
    bench.expectClean();
  });

  test('expanding an skb that shares nothing moves the references and frees the old head', () => {
    const bench = new Bench(kernel);
    const { pool, page } = bench.poolPage();
    const head = bench.page(page);
    const a = bench.call('napi_build_skb', page, 2048);
    bench.call('skb_put', a, 20);
    bench.call('skb_mark_for_recycle', a);
    bench.call('pskb_expand_head', a, 0, 0);
    expect([bench.skb(a).headFrag, bench.skb(a).ppRecycle, bench.skb(a).data.end]).toEqual([false, true, 1728]);
    expect(bench.object<PagePool>(pool).ring).toEqual([head]);
    bench.expectBytes(a);
    bench.expectClean();
  });

  test('skb_morph drops one payload and shares another', () => {
    const bench = new Bench(kernel);
    const sock = bench.call('sk_alloc');
    const { skb: src } = bench.nonlinear(10);
    const { skb: dst, frag } = bench.nonlinear(20);
    bench.call('skb_set_owner_w', dst, sock);
    bench.call('skb_morph', dst, src);
    expect([frag.freed, bench.object<Sock>(sock).wmemAlloc, bench.skb(dst).data.dataref]).toEqual([true, 1, 2]);
    bench.expectBytes(dst);
    bench.call('skb_morph', dst, src);
    expect(bench.skb(dst).data.dataref).toBe(2);
    bench.expectClean();
  });
});

describe.each(['6.1', '6.12'] as const)('copies on %s', (kernel) => {
  test('skb_copy is linear and holds nothing of the original', () => {
    const bench = new Bench(kernel);
    const { skb, frag } = bench.nonlinear(100);
    const copy = bench.call('skb_copy', skb);
    const n = bench.skb(copy);
    expect([n.len, n.dataLen, n.data.nrFrags, frag.refcount]).toEqual([1100, 0, 0, 1]);
    // 6.1: 192 + 1000 usable bytes, 6.12: 384 + 1000: kmalloc-2k.
    expect(n.truesize).toBe(2048 + SK_BUFF);
    bench.expectBytes(copy);
    const expanded = bench.call('skb_copy_expand', skb, 300, 5);
    expect([bench.skb(expanded).dataOffset, bench.skb(expanded).len]).toEqual([300, 1100]);
    bench.expectBytes(expanded);
  });

  test('pskb_copy shares frags by plain references and estimates truesize', () => {
    const bench = new Bench(kernel);
    const { skb, frag } = bench.nonlinear(100);
    const copy = bench.call('pskb_copy', skb);
    expect([frag.refcount, bench.skb(copy).data.nrFrags, bench.skb(copy).ppRecycle]).toEqual([2, 1, false]);
    expect(bench.skb(copy).truesize).toBe((kernel === '6.1' ? 768 : 960) + 1000);
    bench.expectBytes(copy);
    bench.call('kfree_skb', skb);
    bench.call('kfree_skb', copy);
    expect(frag.freed).toBe(true);
    bench.expectClean();
  });

  test('a pool page that a copy still holds leaves the pool', () => {
    const bench = new Bench(kernel);
    const { pool, page } = bench.poolPage();
    const held = bench.page(page);
    bench.call('device_write', page, 0, 64);
    const a = bench.call('alloc_skb', 0);
    bench.call('skb_add_rx_frag', a, page, 0, 64, 4096);
    expect(bench.outcome('skb_clone', [a])).toBe('skipped');
    bench.call('skb_mark_for_recycle', a);
    const b = bench.call('pskb_copy', a);
    expect(held.refcount).toBe(2);
    bench.call('kfree_skb', a);
    expect([held.refcount, held.ppSignature, bench.object<PagePool>(pool).releaseCnt]).toEqual([1, false, 1]);
    bench.expectBytes(b);
    bench.call('kfree_skb', b);
    expect(held.freed).toBe(true);
    bench.expectClean();
  });

  test('skb_realloc_headroom copies the linear part, or expands a clone', () => {
    const bench = new Bench(kernel);
    const { skb, frag } = bench.nonlinear(100);
    const same = bench.call('skb_realloc_headroom', skb, 0);
    const more = bench.call('skb_realloc_headroom', skb, 65);
    expect([bench.skb(same).dataOffset, bench.skb(more).dataOffset, frag.refcount]).toEqual([0, 128, 3]);
    bench.expectBytes(more);
    expect(bench.outcome('skb_realloc_headroom', [skb, 65], 2)).toBe('enomem');
    expect(frag.refcount).toBe(3);
    bench.expectClean();
  });

  test('skb_share_check and skb_unshare', () => {
    const bench = new Bench(kernel);
    const { skb } = bench.nonlinear(30);
    const user = bench.call('skb_get', skb);
    expect(bench.outcome('pskb_expand_head', [skb, 0, 0])).toBe('skipped');
    const mine = bench.call('skb_share_check', user);
    expect(bench.skb(mine)).not.toBe(bench.skb(skb));
    expect(bench.skb(skb).users).toBe(1);
    const copied = bench.call('skb_unshare', mine);
    expect([bench.skb(copied).dataLen, skbCloned(bench.skb(skb))]).toEqual([0, false]);
    bench.expectBytes(copied);
    const clone = bench.call('skb_clone', skb);
    expect(bench.outcome('skb_unshare', [clone], 1)).toBe('enomem');
    expect([bench.world.handles[clone], bench.skb(skb).data.dataref]).toEqual([null, 1]);
    bench.expectClean();
  });
});

describe('skb_unclone_keeptruesize', () => {
  test('moves the shared_info back where a larger head was given (6.1)', () => {
    const bench = new Bench('6.1');
    const page = bench.call('alloc_pages', 0);
    const a = bench.call('build_skb', page, 640);
    bench.call('skb_clone', a);
    bench.call('skb_unclone_keeptruesize', a);
    // 320 usable bytes ask for 640: kmalloc-1k has 704.
    expect([bench.skb(a).data.end, bench.skb(a).data.allocSize, bench.skb(a).truesize]).toEqual([320, 1024, 640 + 256]);
    bench.call('skb_unclone', a);
    bench.expectClean();
  });

  test('would warn for a cloned head that is smaller than the small heads (6.12)', () => {
    const bench = new Bench('6.12');
    const page = bench.call('alloc_pages', 0);
    const a = bench.call('build_skb', page, 640);
    expect(bench.outcome('skb_unclone_keeptruesize', [a])).toBe('ok');
    bench.call('skb_clone', a);
    expect(bench.outcome('skb_unclone_keeptruesize', [a])).toBe('skipped');
    expect(bench.outcome('skb_unclone', [a])).toBe('ok');
  });

  test('keeps 448 of 704 usable bytes for a head of netdev_alloc_skb (6.12)', () => {
    const bench = new Bench('6.12');
    const a = bench.call('netdev_alloc_skb', 321);
    bench.call('skb_clone', a);
    bench.call('skb_unclone_keeptruesize', a);
    expect([bench.skb(a).data.end, bench.skb(a).truesize]).toEqual([448, 448 + SHARED_INFO + SK_BUFF]);
  });
});

describe.each(['6.1', '6.12'] as const)('owners on %s', (kernel) => {
  test('a charge is what truesize was, and goes with the skb', () => {
    const bench = new Bench(kernel);
    const handle = bench.call('sk_alloc');
    const other = bench.call('sk_alloc');
    const sk = bench.object<Sock>(handle);
    const { skb } = bench.nonlinear(10);
    const { truesize } = bench.skb(skb);
    bench.call('skb_set_owner_w', skb, handle);
    expect(sk.wmemAlloc).toBe(1 + truesize);
    expect(bench.outcome('sk_free', [handle])).toBe('skipped');
    bench.call('pskb_expand_head', skb, 512, 512);
    expect(bench.skb(skb).truesize).toBe(truesize);
    const clone = bench.call('skb_clone', skb);
    expect(bench.skb(clone).sk).toBeNull();
    bench.call('skb_set_owner_r', skb, other);
    expect([sk.wmemAlloc, bench.object<Sock>(other).rmemAlloc]).toEqual([1, truesize]);
    bench.call('skb_orphan', skb);
    expect(bench.object<Sock>(other).rmemAlloc).toBe(0);
    bench.call('sk_free', handle);
    bench.expectClean();
  });

  test('skb_expand_head charges what the head grew by', () => {
    const bench = new Bench(kernel);
    const handle = bench.call('sk_alloc');
    const sk = bench.object<Sock>(handle);
    const skb = bench.call('alloc_skb', 100);
    bench.call('skb_put', skb, 100);
    bench.call('skb_set_owner_w', skb, handle);
    const kept = bench.call('skb_expand_head', skb, 100);
    // 6.1: 192 + 128 usable: kmalloc-1k. 6.12: 384 + 128: kmalloc-1k.
    expect([bench.skb(kept).truesize, sk.wmemAlloc]).toEqual([1024 + SK_BUFF, 1 + 1024 + SK_BUFF]);
    const user = bench.call('skb_get', kept);
    const cloned = bench.call('skb_expand_head', user, 2000);
    expect(bench.skb(cloned)).not.toBe(bench.skb(kept));
    expect(sk.wmemAlloc).toBe(1 + bench.skb(kept).truesize + bench.skb(cloned).truesize);
    bench.expectBytes(cloned);
    expect(bench.outcome('skb_expand_head', [cloned, 4000], 1)).toBe('enomem');
    expect(sk.wmemAlloc).toBe(1 + bench.skb(kept).truesize);
    bench.expectClean();
  });

  test('a zerocopy skb that is cloned and expanded holds the uarg twice', () => {
    const bench = new Bench(kernel);
    const { skb } = bench.nonlinear(10);
    const handle = bench.call('ubuf_alloc', SHARED_FRAG_DONT_ORPHAN);
    const uarg = bench.object<Uarg>(handle);
    bench.call('skb_zcopy_set', skb, handle);
    const clone = bench.call('skb_clone', skb);
    expect(uarg.refcnt).toBe(2);
    bench.call('pskb_expand_head', clone, 0, 0);
    expect(uarg.refcnt).toBe(3);
    bench.call('net_zcopy_put', handle);
    bench.call('kfree_skb', skb);
    expect(uarg.completed).toBe(false);
    bench.call('kfree_skb', clone);
    expect([uarg.completed, uarg.completions, uarg.successes]).toEqual([true, 3, 3]);
    bench.expectClean();
  });

  test('user pages are copied before a clone, unless the skb is shared', () => {
    const bench = new Bench(kernel);
    const { skb, frag } = bench.nonlinear(10);
    const handle = bench.call('ubuf_alloc', 0);
    bench.call('skb_zcopy_set', skb, handle);
    const user = bench.call('skb_get', skb);
    expect(bench.outcome('skb_clone', [skb])).toBe('not_orphaned');
    expect(bench.outcome('pskb_copy', [skb])).toBe('not_orphaned');
    expect(bench.outcome('skb_share_check', [user])).toBe('not_orphaned');
    const { skb: dst } = bench.nonlinear(10);
    expect(bench.outcome('skb_morph', [dst, skb])).toBe('skipped');
    const clone = bench.call('skb_clone', skb);
    expect([frag.freed, bench.object<Uarg>(handle).refcnt]).toEqual([true, 1]);
    bench.expectBytes(clone);
    bench.expectClean();
  });
});

describe('release', () => {
  test('frags go before the head', () => {
    const bench = new Bench('6.12');
    const { pool, page: headPage } = bench.poolPage();
    expect(bench.outcome('page_pool_alloc_pages', [pool], 0, CONTEXT_NAPI)).toBe('ok');
    const fragPage = bench.last();
    bench.call('device_write', fragPage, 0, 100);
    const [head, frag] = [bench.page(headPage), bench.page(fragPage)];
    const skb = bench.call('build_skb', headPage, 4096);
    bench.call('skb_add_rx_frag', skb, fragPage, 0, 100, 4096);
    bench.call('skb_mark_for_recycle', skb);
    bench.call('kfree_skb', skb);
    expect(bench.object<PagePool>(pool).ring).toEqual([frag, head]);
    bench.expectClean();
  });

  test('only the last user frees', () => {
    const bench = new Bench('6.12');
    const page = bench.call('alloc_pages', 0);
    const held = bench.page(page);
    const a = bench.call('build_skb', page, 4096);
    const b = bench.call('skb_get', a);
    bench.call('kfree_skb', a);
    expect(held.refcount).toBe(1);
    bench.call('consume_skb', b);
    expect([held.freed, bench.world.skbs.length, bench.world.datas.length]).toEqual([true, 0, 0]);
    bench.expectClean();
  });

  test('napi_consume_skb with a budget is for softirq', () => {
    const bench = new Bench('6.1');
    const skb = bench.call('alloc_skb', 10);
    expect(bench.outcome('napi_consume_skb', [skb, 64])).toBe('skipped');
    expect(bench.outcome('napi_consume_skb', [skb, 64], 0, CONTEXT_SOFTIRQ)).toBe('ok');
    expect(bench.world.skbs).toEqual([]);
  });

  test('abuse is reported', () => {
    const bench = new Bench('6.1');
    bench.call('abuse_kfree_skb_twice', bench.call('alloc_skb', 10));
    bench.call('abuse_use_after_free', bench.call('alloc_skb', 10));
    expect(bench.world.violations.map(({ invariant, objectKind }) => [invariant, objectKind])).toEqual([
      ['no-double-free', 'skb'],
      ['no-use-after-free', 'skb'],
    ]);
  });

  test('broken rules show', () => {
    const copying = new Bench('6.12', { copyHeaderCopiesRecycle: true });
    const skb = copying.call('napi_alloc_skb', 10);
    copying.call('skb_mark_for_recycle', skb);
    expect(copying.skb(copying.call('skb_copy', skb)).ppRecycle).toBe(true);

    const careless = new Bench('6.12', { expandHeadTakesUargReference: false });
    const { skb: zerocopy } = careless.nonlinear(10);
    const uarg = careless.call('ubuf_alloc', SHARED_FRAG_DONT_ORPHAN);
    careless.call('skb_zcopy_set', zerocopy, uarg);
    const clone = careless.call('skb_clone', zerocopy);
    careless.call('pskb_expand_head', clone, 0, 0);
    for (const held of [clone, zerocopy]) careless.call('kfree_skb', held);
    careless.call('net_zcopy_put', uarg);
    expect(careless.world.violations.map(({ invariant }) => invariant)).toEqual(['no-double-free']);

    const owned = new Bench('6.12', { expandHeadAdjustsTruesize: 'always' });
    const sock = owned.call('sk_alloc');
    const charged = owned.call('alloc_skb', 10);
    owned.call('skb_set_owner_w', charged, sock);
    owned.call('pskb_expand_head', charged, 512, 0);
    owned.call('kfree_skb', charged);
    expect(owned.world.violations.map(({ invariant }) => invariant)).toEqual(['socket-charge']);
  });
});

describe('payload', () => {
  test('push, pull, trim and put write and cut what they say', () => {
    const bench = new Bench('6.12');
    const skb = bench.call('alloc_skb', 300);
    bench.call('skb_reserve', skb, 40);
    bench.call('skb_put', skb, 100);
    bench.call('skb_push', skb, 30);
    bench.call('skb_pull', skb, 60);
    bench.call('skb_trim', skb, 50);
    bench.call('skb_put', skb, 7);
    expect([bench.skb(skb).len, bench.skb(skb).dataOffset, bench.world.stamp]).toEqual([57, 70, 3]);
    bench.expectBytes(skb);
    expect(bench.outcome('skb_put', [skb, 384 - 127 + 1])).toBe('skipped');
    expect(bench.outcome('skb_push', [skb, 71])).toBe('skipped');
  });

  test('skb_coalesce_rx_frag continues the last frag of a page_frag cache', () => {
    const bench = new Bench('6.1');
    const cache = bench.call('page_frag_cache_init');
    const second = bench.call('page_frag_alloc', cache, 100);
    const first = bench.call('page_frag_alloc', cache, 100);
    bench.call('device_write', first, 0, 100);
    bench.call('device_write', second, 0, 60);
    const skb = bench.call('alloc_skb', 0);
    bench.call('skb_add_rx_frag', skb, first, 0, 100, 100);
    expect(bench.outcome('skb_coalesce_rx_frag', [skb, second, 61, 100])).toBe('skipped');
    bench.call('skb_coalesce_rx_frag', skb, second, 60, 100);
    expect([bench.skb(skb).data.nrFrags, bench.skb(skb).len, bench.skb(skb).truesize]).toEqual([1, 160, 768 + 200]);
    bench.expectBytes(skb);
    bench.expectClean();
  });

  test('bytes that nobody wrote do not enter an skb', () => {
    const bench = new Bench('6.1');
    const page = bench.call('alloc_pages', 0);
    bench.call('device_write', page, 10, 10);
    const skb = bench.call('alloc_skb', 0);
    expect(bench.outcome('skb_add_rx_frag', [skb, page, 9, 5, 4096])).toBe('skipped');
    expect(bench.outcome('skb_fill_page_desc', [skb, page, 15, 5, 4096])).toBe('ok');
    bench.expectBytes(skb);
  });
});
