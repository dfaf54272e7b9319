import { PAGE_COMMANDS } from '../src/commands/page';
import { PAGE_POOL_COMMANDS } from '../src/commands/page_pool';
import { SKB_ALLOC_COMMANDS } from '../src/commands/skb_alloc';
import { SKB_BUILD_COMMANDS } from '../src/commands/skb_build';
import { SKB_COALESCE_COMMANDS } from '../src/commands/skb_coalesce';
import { SKB_COPY_COMMANDS } from '../src/commands/skb_copy';
import { SKB_FRAG_LIST_COMMANDS } from '../src/commands/skb_frag_list';
import { SKB_FRAG_COMMANDS } from '../src/commands/skb_frags';
import { SKB_HEAD_COMMANDS } from '../src/commands/skb_head';
import { SKB_LIFE_COMMANDS } from '../src/commands/skb_life';
import { SKB_LINEAR_COMMANDS } from '../src/commands/skb_linear';
import { SKB_PULL_COMMANDS } from '../src/commands/skb_pull';
import { SKB_TRANSFER_COMMANDS } from '../src/commands/skb_transfer';
import { SKB_TRIM_COMMANDS } from '../src/commands/skb_trim';
import { SOCK_COMMANDS } from '../src/commands/sock';
import { ZEROCOPY_COMMANDS } from '../src/commands/zerocopy';
import type { Page } from '../src/model/page';
import { skbCopyBits } from '../src/model/skb_copy_bits';
import {
  SKBFL_DONT_ORPHAN,
  SKBFL_MANAGED_FRAG_REFS,
  SKBFL_SHARED_FRAG,
  SKBFL_ZEROCOPY_ENABLE,
  type SkBuff,
} from '../src/model/skbuff';
import type { Sock } from '../src/model/sock';
import type { Uarg } from '../src/model/uarg';
import { CONTEXT_PROCESS, CONTEXT_SOFTIRQ, World, type HandleObject } from '../src/model/world';
import { findProfile } from '../src/rules/profiles';
import type { Rules } from '../src/rules/rules';

/*
 * Numbers come from net/core/skbuff.c of 6.1.192 and 6.12.117, not from the model. With S = sizeof(sk_buff) = 256 and
 * H = sizeof(skb_shared_info) = 320: SKB_TRUESIZE(x) = x + 576. alloc_skb(128) has a head of 192 usable bytes in 6.1 (kmalloc-512)
 * and 384 in 6.12 (the small head cache, 704); build_skb(4096) has 3776 and truesize 4352.
 */

const S = 256;
const OVERHEAD = 576;
const SMALL_END = { '6.1': 192, '6.12': 384 };
const PAGE = 4096;
const BUILT_TRUESIZE = PAGE + S;
const MAX_SKB_FRAGS = 17;
const ENOMEM = -12;
const EINVAL = -22;
const VERSIONS = ['6.1', '6.12'] as const;
type Version = (typeof VERSIONS)[number];

const COMMANDS = new Map(
  [
    PAGE_COMMANDS,
    PAGE_POOL_COMMANDS,
    SKB_ALLOC_COMMANDS,
    SKB_BUILD_COMMANDS,
    SKB_COALESCE_COMMANDS,
    SKB_COPY_COMMANDS,
    SKB_FRAG_LIST_COMMANDS,
    SKB_FRAG_COMMANDS,
    SKB_HEAD_COMMANDS,
    SKB_LIFE_COMMANDS,
    SKB_LINEAR_COMMANDS,
    SKB_PULL_COMMANDS,
    SKB_TRANSFER_COMMANDS,
    SKB_TRIM_COMMANDS,
    SOCK_COMMANDS,
    ZEROCOPY_COMMANDS,
  ]
    .flat()
    .map((command) => [command.name, command]),
);

/** A world in which commands are called by name. After each call every skb holds the bytes that it must hold. */
class Bench {
  readonly world: World;
  private next = 0;

  constructor(version: Version, rules: Partial<Rules> = {}) {
    const profile = findProfile(`linux-${version}`);
    if (profile === undefined) throw new Error(version);
    this.world = new World({ ...profile.rules, ...rules }, profile.abi);
  }

  /** The outcome's name, or 'skipped' when the call is not legal. */
  outcome(name: string, args: readonly number[], fail = 0, context = CONTEXT_PROCESS): string {
    const command = COMMANDS.get(name);
    if (command === undefined) throw new Error(name);
    const result = command.result === undefined ? -1 : this.next++;
    this.world.beginCommand(fail, context);
    if (!command.applies(this.world, args)) return 'skipped';
    const outcome = command.outcomes[command.run(this.world, args, result)];
    for (const skb of this.world.skbs) this.checkBytes(skb);
    return outcome;
  }

  /** The call succeeds; returns the handle of what it made. */
  call(name: string, ...args: number[]): number {
    const outcome = this.outcome(name, args);
    expect([name, outcome === 'shifted' ? 'ok' : outcome]).toEqual([name, 'ok']);
    return this.next - 1;
  }

  private object<T extends HandleObject>(id: number): T {
    return this.world.handles[id]?.object as T;
  }

  skb(id: number): SkBuff {
    return this.object<SkBuff>(id);
  }

  sock(id: number): Sock {
    return this.object<Sock>(id);
  }

  uarg(id: number): Uarg {
    return this.object<Uarg>(id);
  }

  /** alloc_skb(128) with `len` bytes. */
  small(len: number): number {
    const skb = this.call('alloc_skb', 128);
    if (len > 0) this.call('skb_put', skb, len);
    return skb;
  }

  /** A written page of its own. */
  written(len = PAGE, order = 0): number {
    const page = this.call('alloc_pages', order);
    this.call('device_write', page, 0, len);
    return page;
  }

  /** Adds a frag of `size` bytes at `offset` of a page of its own; returns the page. */
  frag(skb: number, size: number, truesize = PAGE, offset = 0, order = 0): Page {
    const page = this.written(offset + size, order);
    const { page: result } = this.object<{ page: Page } & HandleObject>(page);
    this.call('skb_add_rx_frag', skb, page, offset, size, truesize);
    return result;
  }

  /** An skb around a page, with `len` bytes. */
  built(len: number): number {
    const skb = this.call('build_skb', this.call('alloc_pages', 0), PAGE);
    if (len > 0) this.call('skb_put', skb, len);
    return skb;
  }

  pool(): number {
    return this.call('page_pool_create', -1, 0, 8, 0, 2, 0, 4096, 0);
  }

  poolPage(pool: number): number {
    expect(this.outcome('page_pool_alloc_pages', [pool], 0, CONTEXT_SOFTIRQ)).toBe('ok');
    return this.next - 1;
  }

  /** A managed zerocopy skb with frags of these sizes, each of a page that the uarg pins; [skb, uarg]. */
  managed(sizes: readonly number[], flags = 3): [number, number] {
    const skb = this.small(0);
    const uarg = this.call('ubuf_alloc', flags);
    this.call('skb_zcopy_set', skb, uarg);
    for (const size of sizes) this.call('skb_fill_page_desc_managed', skb, this.written(size), size, PAGE);
    return [skb, uarg];
  }

  frags(id: number): number[][] {
    const { frags, nrFrags } = this.skb(id).data;
    return frags.slice(0, nrFrags).map((frag) => [frag.offset, frag.size]);
  }

  pages(id: number): Page[] {
    const { frags, nrFrags } = this.skb(id).data;
    return frags.slice(0, nrFrags).map((frag) => frag.page);
  }

  members(id: number): SkBuff[] {
    const members = [];
    for (let skb = this.skb(id).data.fragList; skb !== null; skb = skb.next) members.push(skb);
    return members;
  }

  /** [len, data_len, truesize] */
  sizes(id: number): number[] {
    const skb = this.skb(id);
    return [skb.len, skb.dataLen, skb.truesize];
  }

  /** Releases every name, and finds nothing left. */
  releaseAll(): void {
    const order = ['skb', 'page', 'uarg'];
    const release: Record<string, string> = { skb: 'kfree_skb', page: 'put_page', uarg: 'net_zcopy_put' };
    for (const kind of order) {
      this.world.handles.forEach((handle, id) => {
        if (handle?.kind === kind) this.call(release[kind], id);
      });
    }
    const { pages, skbs, datas, uargs, violations } = this.world;
    expect(violations).toEqual([]);
    expect([pages.length, skbs.length, datas.length, uargs.length]).toEqual([0, 0, 0, 0]);
  }

  private checkBytes(skb: SkBuff): void {
    const { world } = this;
    const expected: number[] = [];
    for (let i = 0; i < skb.payload.length; i += 2) {
      expected.push(...world.memory.bytes.subarray(skb.payload[i], skb.payload[i] + skb.payload[i + 1]));
    }
    const scratch = world.memory.alloc(1 << 18);
    expect(skbCopyBits(world, skb, 0, scratch, skb.len)).toBe(true);
    const found = Buffer.from(world.memory.bytes.subarray(scratch, scratch + skb.len));
    world.memory.free(scratch, 1 << 18);
    expect(expected.length).toBe(skb.len);
    expect(found.equals(Buffer.from(expected))).toBe(true);
  }
}

describe.each(VERSIONS)('skb_try_coalesce of %s', (version) => {
  const end = SMALL_END[version];
  let b: Bench;
  beforeEach(() => (b = new Bench(version)));

  test('copies what fits exactly into the tailroom', () => {
    const to = b.small(92);
    const from = b.built(end - 92);
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('copied');
    expect(b.sizes(to)).toEqual([end, 0, end + OVERHEAD]);
    expect(b.world.ret).toBe(0);
    expect(b.world.pages.length).toBe(0);
    b.releaseAll();
  });

  test('copies an empty one even into an skb without tailroom', () => {
    const to = b.small(10);
    b.frag(to, 100);
    const from = b.small(0);
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('copied');
    expect(b.skb(to).len).toBe(110);
    b.releaseAll();
  });

  test('copies user pages', () => {
    const to = b.small(0);
    const [from, uarg] = b.managed([50, 60]);
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('copied');
    expect([b.uarg(uarg).refcnt, b.uarg(uarg).completions, b.uarg(uarg).successes]).toEqual([1, 1, 1]);
    b.releaseAll();
  });

  test('steals the head, one byte beyond the tailroom', () => {
    const to = b.small(92);
    const from = b.built(end - 91);
    const head = b.skb(from).data.page as Page;
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('stole_head');
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
    const from = b.call('build_skb', b.call('alloc_pages', 0), PAGE);
    b.call('skb_reserve', from, 64);
    b.call('skb_put', from, 100);
    b.call('skb_pull', from, 14);
    b.frag(from, 1000, 2048, 200);
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('stole_head');
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
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('moved_frags');
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
    const clone = b.call('skb_clone', from);
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('moved_frags');
    expect(b.pages(clone).map((page) => page.refcount)).toEqual([2, 2]);
    expect(b.skb(clone).data.dataref).toBe(1);
    b.releaseAll();
  });

  test('charges the delta to the receiving socket and uncharges the sender', () => {
    const [sender, receiver] = [b.call('sk_alloc'), b.call('sk_alloc')];
    const to = b.small(192);
    b.frag(to, 30);
    b.call('skb_set_owner_r', to, receiver);
    const from = b.built(1000);
    b.call('skb_set_owner_w', from, sender);
    expect(b.sock(sender).wmemAlloc).toBe(1 + BUILT_TRUESIZE);
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('stole_head');
    expect(b.sock(sender).wmemAlloc).toBe(1);
    expect(b.sock(receiver).rmemAlloc).toBe(end + OVERHEAD + PAGE + PAGE);
    b.call('kfree_skb', to);
    expect(b.sock(receiver).rmemAlloc).toBe(0);
  });

  test('refuses a cloned destination', () => {
    const to = b.small(10);
    b.call('skb_clone', to);
    expect(b.outcome('skb_try_coalesce', [to, b.small(1)])).toBe('refused_cloned');
    b.releaseAll();
  });

  test('refuses another pp_recycle', () => {
    const page = b.poolPage(b.pool());
    const from = b.call('build_skb', page, PAGE);
    b.call('skb_mark_for_recycle', from);
    expect(b.outcome('skb_try_coalesce', [b.small(10), from])).toBe('refused_recycle');
  });

  test('refuses frag_lists', () => {
    const to = b.small(10);
    b.call('skb_append_frag_list', to, b.small(20));
    expect(b.outcome('skb_try_coalesce', [to, b.built(100)])).toBe('refused_frag_list');
    expect(b.outcome('skb_try_coalesce', [b.small(end), to])).toBe('refused_frag_list');
    b.releaseAll();
  });

  test('refuses user pages', () => {
    const to = b.small(10);
    b.frag(to, 30);
    const [zcopy] = b.managed([50]);
    expect(b.outcome('skb_try_coalesce', [to, zcopy])).toBe('refused_zcopy');
    expect(b.outcome('skb_try_coalesce', [zcopy, to])).toBe('refused_zcopy');
    b.releaseAll();
  });

  test('refuses a locked head', () => {
    const to = b.small(10);
    b.frag(to, 30);
    expect(b.outcome('skb_try_coalesce', [to, b.small(5)])).toBe('refused_head_locked');
    const cloned = b.built(5);
    b.call('skb_clone', cloned);
    expect(b.outcome('skb_try_coalesce', [to, cloned])).toBe('refused_head_locked');
    b.releaseAll();
  });

  test('needs room for one frag more where there is a head to steal', () => {
    const to = b.small(10);
    for (let i = 0; i < MAX_SKB_FRAGS - 2; i++) b.frag(to, 10);
    const withHead = b.built(5);
    b.frag(withHead, 10);
    b.frag(withHead, 10);
    expect(b.outcome('skb_try_coalesce', [to, withHead])).toBe('refused_frags_full');
    const paged = b.small(0);
    b.frag(paged, 10);
    b.frag(paged, 10);
    b.frag(paged, 10);
    expect(b.outcome('skb_try_coalesce', [to, paged])).toBe('refused_frags_full');
    b.call('___pskb_trim', paged, 20);
    // Trimming condensed it: two more frags, of an skb that stays paged.
    const two = b.small(end);
    b.frag(two, 10);
    b.frag(two, 10);
    b.call('skb_pull', two, end);
    expect(b.outcome('skb_try_coalesce', [to, two])).toBe('moved_frags');
    expect(b.skb(to).data.nrFrags).toBe(MAX_SKB_FRAGS);
    b.releaseAll();
  });

  test('is not asked to merge an skb that was charged for less than it holds: the kernel warns', () => {
    const to = b.small(10);
    b.frag(to, 30);
    const sock = b.call('sk_alloc');
    const from = b.small(0);
    b.frag(from, 1000, 1000);
    b.call('skb_set_owner_w', from, sock);
    // The head grows, truesize does not; then delta = 1000 - growth.
    b.call('pskb_expand_head', from, 512, 0);
    b.call('skb_orphan', from);
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('skipped');
    b.releaseAll();
  });
});

describe('skb_try_coalesce of a cloned skb with pool pages', () => {
  /** `to` and a cloned `from`, both marked, `from` without linear bytes and with one pool page. */
  function cloned(b: Bench): { to: number; from: number; page: Page } {
    const pool = b.pool();
    const to = b.small(10);
    const [first, second] = [b.poolPage(pool), b.poolPage(pool)];
    b.call('device_write', first, 0, 100);
    b.call('device_write', second, 0, 1000);
    b.call('skb_add_rx_frag', to, first, 0, 100, PAGE);
    const from = b.small(0);
    b.call('skb_add_rx_frag', from, second, 0, 1000, PAGE);
    b.call('skb_mark_for_recycle', to);
    b.call('skb_mark_for_recycle', from);
    b.call('skb_clone', from);
    return { to, from, page: b.pages(from)[0] };
  }

  test('6.1 refuses', () => {
    const b = new Bench('6.1');
    const { to, from } = cloned(b);
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('refused_recycle');
  });

  test('6.12 takes a pool reference', () => {
    const b = new Bench('6.12');
    const { to, from, page } = cloned(b);
    expect(b.outcome('skb_try_coalesce', [to, from])).toBe('moved_frags');
    expect([page.refcount, page.ppRefCount]).toEqual([1, 2]);
  });

  test('B4 takes a plain one, in both', () => {
    const late = new Bench('6.12', { coalesceTakesPoolReferences: false });
    const early = new Bench('6.1', { coalesceRefusesClonedRecycle: false });
    for (const b of [late, early]) {
      const { to, from, page } = cloned(b);
      expect(b.outcome('skb_try_coalesce', [to, from])).toBe('moved_frags');
      expect(page.refcount).toBe(2);
    }
  });
});

describe('__pskb_pull_tail', () => {
  test.each(VERSIONS)('drops frags that were eaten and cuts the next, in %s', (version) => {
    const b = new Bench(version);
    const skb = b.small(50);
    for (const size of [40, 60, 100]) b.frag(skb, size, PAGE, 8);
    const before = b.sizes(skb)[2];
    // Within the first: nothing moves.
    b.call('__pskb_pull_tail', skb, 10);
    expect(b.frags(skb)).toEqual([
      [18, 30],
      [8, 60],
      [8, 100],
    ]);
    // To the end of the second.
    b.call('__pskb_pull_tail', skb, 90);
    expect(b.frags(skb)).toEqual([[8, 100]]);
    expect(b.world.pages.length).toBe(1);
    b.call('__pskb_pull_tail', skb, 1);
    expect(b.frags(skb)).toEqual([[9, 99]]);
    expect(b.sizes(skb)).toEqual([250, 99, before]);
    b.releaseAll();
  });

  test.each([
    // missing 1: the new head is for end + 1 + 128 bytes.
    ['6.1', 192, 704],
    ['6.12', 384, 704],
  ] as const)('expands the head by what is missing and 128 bytes, in %s', (version, end, newEnd) => {
    const b = new Bench(version);
    const skb = b.small(50);
    b.frag(skb, end);
    const before = b.sizes(skb)[2];
    expect(b.outcome('__pskb_pull_tail', [skb, end - 49], 1)).toBe('enomem');
    expect(b.world.ret).toBe(0);
    expect(b.sizes(skb)).toEqual([50 + end, end, before]);
    b.call('__pskb_pull_tail', skb, end - 50);
    expect([b.skb(skb).data.end, b.skb(skb).tail]).toEqual([end, end]);
    b.call('__pskb_pull_tail', skb, 1);
    expect(b.skb(skb).data.end).toBe(newEnd);
    expect(b.sizes(skb)).toEqual([50 + end, 49, before + newEnd - end]);
    b.releaseAll();
  });

  test('eats whole members, and pulls the next', () => {
    const b = new Bench('6.12');
    const skb = b.small(10);
    b.frag(skb, 20);
    for (const len of [30, 40, 50]) b.call('skb_append_frag_list', skb, b.small(len));
    b.call('__pskb_pull_tail', skb, 20);
    expect(b.members(skb).map((member) => member.len)).toEqual([30, 40, 50]);
    b.call('__pskb_pull_tail', skb, 30);
    expect(b.members(skb).map((member) => member.len)).toEqual([40, 50]);
    b.call('__pskb_pull_tail', skb, 1);
    expect(b.members(skb).map((member) => member.len)).toEqual([39, 50]);
    expect(b.world.skbs.length).toBe(3);
    b.call('skb_linearize', skb);
    expect(b.sizes(skb)).toEqual([150, 0, 4 * (384 + OVERHEAD) + PAGE]);
    expect(b.world.skbs.length).toBe(1);
    b.releaseAll();
  });

  test('clones a member that another list has before it pulls it', () => {
    const b = new Bench('6.12');
    const skb = b.small(10);
    for (const len of [30, 40]) b.call('skb_append_frag_list', skb, b.small(len));
    const copy = b.call('pskb_copy', skb);
    const [first, second] = b.members(skb);
    expect([first.users, second.users]).toEqual([2, 2]);
    expect(b.outcome('__pskb_pull_tail', [copy, 35], 1)).toBe('enomem');
    expect(b.members(copy)).toEqual([first, second]);
    b.call('__pskb_pull_tail', copy, 35);
    const [clone] = b.members(copy);
    expect([clone.len, clone.users, first.users, second.users]).toEqual([35, 1, 1, 1]);
    expect(b.members(skb)).toEqual([first, second]);
    expect(second.len).toBe(40);
    b.releaseAll();
  });

  test('lets go of the uarg when nothing is left in the pages', () => {
    const b = new Bench('6.1');
    const [skb, uarg] = b.managed([40, 50]);
    b.call('__pskb_pull_tail', skb, 89);
    expect(b.uarg(uarg).completions).toBe(0);
    b.call('__pskb_pull_tail', skb, 1);
    expect([b.uarg(uarg).completions, b.uarg(uarg).successes, b.skb(skb).data.flags]).toEqual([1, 0, 0]);
    b.releaseAll();
  });
});

describe('___pskb_trim', () => {
  test('keeps a frag that ends just there, and cuts one in the middle', () => {
    const b = new Bench('6.1');
    const sock = b.call('sk_alloc');
    const skb = b.small(150);
    for (const size of [400, 500, 600]) b.frag(skb, size);
    b.call('skb_set_owner_w', skb, sock);
    const before = b.sizes(skb)[2];
    b.call('___pskb_trim', skb, 1050);
    expect(b.frags(skb)).toEqual([
      [0, 400],
      [0, 500],
    ]);
    b.call('___pskb_trim', skb, 551);
    expect(b.frags(skb)).toEqual([
      [0, 400],
      [0, 1],
    ]);
    b.call('___pskb_trim', skb, 149);
    // Owned: not condensed, truesize is what was charged.
    expect(b.sizes(skb)).toEqual([149, 0, before]);
    expect(b.world.pages.length).toBe(0);
    b.releaseAll();
  });

  test.each(VERSIONS)('condenses an skb without an owner, in %s', (version) => {
    const b = new Bench(version);
    const end = SMALL_END[version];
    const skb = b.small(50);
    b.frag(skb, 1000);
    b.call('___pskb_trim', skb, end + 1);
    expect(b.sizes(skb)).toEqual([end + 1, end - 49, end + OVERHEAD + PAGE]);
    b.call('___pskb_trim', skb, end);
    expect(b.sizes(skb)).toEqual([end, 0, end + OVERHEAD]);
    expect(b.world.pages.length).toBe(0);
    b.releaseAll();
  });

  test('cuts the frag_list: clones of shared members, the rest is dropped', () => {
    const b = new Bench('6.12');
    const skb = b.small(10);
    for (const len of [100, 200, 300]) b.call('skb_append_frag_list', skb, b.small(len));
    const copy = b.call('pskb_copy', skb);
    const members = b.members(skb);
    // No condense: more than the tailroom is left.
    b.call('pskb_expand_head', copy, 0, 0);
    const room = b.skb(copy).data.end - b.skb(copy).tail;
    expect(room).toBeLessThan(500);
    expect(b.outcome('___pskb_trim', [copy, 510], 2)).toBe('enomem');
    expect(b.skb(copy).len).toBe(610);
    expect(members.map((member) => member.users)).toEqual([1, 2, 2]);
    b.call('___pskb_trim', copy, 510);
    expect(members.map((member) => member.users)).toEqual([1, 1, 1]);
    expect(b.members(copy).map((member) => member.len)).toEqual([100, 200, 200]);
    expect(b.members(skb).map((member) => member.len)).toEqual([100, 200, 300]);
    b.releaseAll();
  });

  test('expands the head of a clone first', () => {
    const b = new Bench('6.12');
    const skb = b.small(50);
    b.frag(skb, 1000);
    const clone = b.call('skb_clone', skb);
    expect(b.outcome('___pskb_trim', [clone, 600], 1)).toBe('enomem');
    expect(b.world.ret).toBe(ENOMEM);
    b.call('___pskb_trim', clone, 600);
    expect(b.pages(skb)[0].refcount).toBe(2);
    expect([b.skb(skb).len, b.frags(skb)[0][1], b.frags(clone)[0][1]]).toEqual([1050, 1000, 550]);
    b.releaseAll();
  });
});

describe('skb_condense', () => {
  test('is 6.12 only as a call, and corrects truesize', () => {
    const b = new Bench('6.12');
    const skb = b.small(50);
    b.frag(skb, 334);
    b.call('skb_condense', skb);
    expect(b.sizes(skb)).toEqual([384, 0, 384 + OVERHEAD]);
    const large = b.small(50);
    b.frag(large, 335);
    b.call('skb_condense', large);
    expect(b.sizes(large)).toEqual([385, 335, 384 + OVERHEAD + PAGE]);
    b.releaseAll();
  });
});

describe.each(VERSIONS)('skb_split of %s', (version) => {
  const base = SMALL_END[version] + OVERHEAD;
  let b: Bench;
  beforeEach(() => (b = new Bench(version)));

  test('inside the linear part copies its end and moves all frags', () => {
    const skb = b.small(100);
    const page = b.frag(skb, 1000);
    const rest = b.small(0);
    b.call('skb_split', skb, rest, 40);
    expect(b.sizes(skb)).toEqual([40, 0, base + PAGE - 1000]);
    expect(b.sizes(rest)).toEqual([1060, 1000, base + 1000]);
    expect(page.refcount).toBe(1);
    b.releaseAll();
  });

  test('inside a frag takes a reference', () => {
    const skb = b.small(100);
    const pages = [b.frag(skb, 1000, PAGE, 24), b.frag(skb, 500), b.frag(skb, 600)];
    const rest = b.small(0);
    b.call('skb_split', skb, rest, 1200);
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
    b.call('skb_split', skb, rest, 1600);
    expect(b.sizes(rest)).toEqual([0, 0, base]);
    b.call('skb_split', skb, rest, 1100);
    expect(pages.map((page) => page.refcount)).toEqual([1, 1]);
    expect([b.frags(skb), b.frags(rest)]).toEqual([[[0, 1000]], [[0, 500]]]);
    b.releaseAll();
  });

  test('downgrades managed frags: both halves hold the uarg and their pages', () => {
    const [skb, uarg] = b.managed([1000, 500]);
    const pages = b.pages(skb);
    const rest = b.small(0);
    expect(b.skb(skb).data.flags & SKBFL_MANAGED_FRAG_REFS).not.toBe(0);
    b.call('skb_split', skb, rest, 300);
    const flags = SKBFL_ZEROCOPY_ENABLE | SKBFL_SHARED_FRAG | SKBFL_DONT_ORPHAN;
    expect([b.skb(skb).data.flags, b.skb(rest).data.flags]).toEqual([flags, flags]);
    expect(b.uarg(uarg).refcnt).toBe(3);
    // One of the uarg, one of each frag.
    expect(pages.map((page) => page.refcount)).toEqual([3, 2]);
    expect(b.outcome('skb_split', [skb, rest, 100])).toBe('skipped');
    b.releaseAll();
  });
});

describe.each(VERSIONS)('skb_shift of %s', (version) => {
  const end = SMALL_END[version];
  const base = end + OVERHEAD;
  let b: Bench;
  beforeEach(() => (b = new Bench(version)));

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
    expect(b.outcome('skb_shift', [tgt, skb, 150])).toBe('shifted');
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
    b.call('skb_shift', tgt, skb, 300);
    expect(b.sizes(skb)).toEqual([0, 0, base + 2 * PAGE - 300]);
    expect(b.skb(skb).data.nrFrags).toBe(0);
    b.releaseAll();
  });

  test('merges what continues the last frag, and drops the reference of a frag that merges as a whole', () => {
    const skb = paged([1000, 500]);
    const rest = b.small(0);
    const [page] = b.pages(skb);
    b.call('skb_split', skb, rest, 400);
    expect(page.refcount).toBe(2);
    b.call('skb_shift', skb, rest, 100);
    expect([b.frags(skb), b.frags(rest)]).toEqual([
      [[0, 500]],
      [
        [500, 500],
        [0, 500],
      ],
    ]);
    expect(page.refcount).toBe(2);
    b.call('skb_shift', skb, rest, 500);
    expect([b.frags(skb), b.frags(rest)]).toEqual([[[0, 1000]], [[0, 500]]]);
    expect(page.refcount).toBe(1);
    expect(b.sizes(skb)).toEqual([1000, 1000, base + 2 * PAGE - 1100 + 600]);
    b.releaseAll();
  });

  test('unclones both, and keeps their truesize and tailroom', () => {
    const tgt = paged([10]);
    const skb = paged([100]);
    const clones = [b.call('skb_clone', tgt), b.call('skb_clone', skb)];
    expect(b.outcome('skb_shift', [tgt, skb, 40], 2)).toBe('enomem');
    expect(b.world.ret).toBe(0);
    // The source is uncloned first, and stays so.
    expect(
      [b.skb(skb).data, b.skb(tgt).data].map(
        (data) => data === b.skb(clones[1]).data || data === b.skb(clones[0]).data,
      ),
    ).toEqual([false, true]);
    b.call('skb_shift', tgt, skb, 40);
    expect(b.skb(tgt).data.end).toBe(end);
    expect([b.sizes(tgt), b.sizes(skb)]).toEqual([
      [50, 50, base + PAGE + 40],
      [60, 60, base + PAGE - 40],
    ]);
    // The frag of its own, of the clone, and of the piece that moved.
    expect(b.pages(skb)[0].refcount).toBe(3);
    b.releaseAll();
  });

  test('refuses linear bytes, user pages, and a full target', () => {
    const tgt = paged(Array<number>(MAX_SKB_FRAGS - 1).fill(10));
    expect(b.outcome('skb_shift', [tgt, b.small(20), 5])).toBe('refused_linear');
    const [zcopy] = b.managed([50]);
    expect(b.outcome('skb_shift', [tgt, zcopy, 5])).toBe('refused_zcopy');
    const skb = paged([100, 200, 300]);
    expect(b.outcome('skb_shift', [tgt, skb, 600])).toBe('refused_frags_full');
    expect(b.outcome('skb_shift', [tgt, skb, 150])).toBe('refused_frags_full');
    expect(b.pages(skb).map((page) => page.refcount)).toEqual([1, 1, 1]);
    expect(b.outcome('skb_shift', [tgt, skb, 100])).toBe('shifted');
    b.releaseAll();
  });
});

describe('skb_copy_ubufs', () => {
  test('packs the payload into pages of its own', () => {
    const b = new Bench('6.12');
    const [skb, uarg] = b.managed([3000, 2000, 96]);
    const before = b.sizes(skb);
    const users = b.pages(skb);
    b.call('skb_copy_ubufs', skb);
    expect(b.frags(skb)).toEqual([
      [0, PAGE],
      [0, 1000],
    ]);
    expect(b.sizes(skb)).toEqual(before);
    expect(b.skb(skb).data.flags).toBe(0);
    expect([b.uarg(uarg).refcnt, b.uarg(uarg).completions, b.uarg(uarg).successes]).toEqual([1, 1, 0]);
    // Managed: only the uarg held them, and still does.
    expect(users.map((page) => page.refcount)).toEqual([1, 1, 1]);
    b.call('net_zcopy_put', uarg);
    expect(users.every((page) => page.freed)).toBe(true);
    b.releaseAll();
  });

  test('without memory for the second page gives the first back and changes nothing', () => {
    const b = new Bench('6.1');
    const [skb, uarg] = b.managed([3000, 2000]);
    const pages = b.world.pages.length;
    expect(b.outcome('skb_copy_ubufs', [skb], 2)).toBe('enomem');
    expect(b.world.ret).toBe(ENOMEM);
    expect(b.world.pages.length).toBe(pages);
    expect(b.frags(skb)).toEqual([
      [0, 3000],
      [0, 2000],
    ]);
    expect([b.uarg(uarg).refcnt, b.uarg(uarg).completions]).toEqual([2, 0]);
    b.releaseAll();
  });

  test('takes larger pages where MAX_SKB_FRAGS small ones do not do', () => {
    const b = new Bench('6.12');
    const skb = b.small(0);
    for (let i = 0; i < 3; i++) b.frag(skb, 30000, 32768, 0, 3);
    // 90000 bytes: more than 17 * 4096, so order 1, eleven of them.
    b.call('skb_copy_ubufs', skb);
    expect(b.frags(skb)).toEqual([...Array<number[]>(10).fill([0, 8192]), [0, 90000 - 10 * 8192]]);
    b.releaseAll();
  });

  test('refuses a shared skb, and one that it cannot unclone', () => {
    const b = new Bench('6.12');
    const [skb] = b.managed([100]);
    const second = b.call('skb_get', skb);
    expect(b.outcome('skb_copy_ubufs', [skb])).toBe('einval');
    b.call('kfree_skb', second);
    b.call('skb_clone', skb);
    expect(b.outcome('skb_copy_ubufs', [skb], 1)).toBe('einval');
    expect(b.world.ret).toBe(EINVAL);
    b.releaseAll();
  });

  test('without frags only lets go of the uarg', () => {
    const b = new Bench('6.12');
    const skb = b.small(10);
    const uarg = b.call('ubuf_alloc', 0);
    b.call('skb_zcopy_set', skb, uarg);
    expect(b.outcome('skb_zcopy_set', [skb, uarg])).toBe('already_zerocopy');
    expect(b.uarg(uarg).refcnt).toBe(2);
    b.call('skb_copy_ubufs', skb);
    expect([b.uarg(uarg).refcnt, b.skb(skb).data.flags]).toEqual([1, 0]);
    b.releaseAll();
  });

  test('runs inside skb_clone, unless the uarg may be kept', () => {
    const b = new Bench('6.12');
    const [kept] = b.managed([100], 2);
    b.call('skb_clone', kept);
    expect(b.skb(kept).data.flags & SKBFL_MANAGED_FRAG_REFS).not.toBe(0);
    const [copied, uarg] = b.managed([100], 0);
    b.call('skb_clone', copied);
    expect([b.skb(copied).data.flags, b.uarg(uarg).completions]).toEqual([0, 1]);
    b.releaseAll();
  });
});

describe('frag_list', () => {
  test('members bring their truesize and take it along', () => {
    const b = new Bench('6.12');
    const base = 384 + OVERHEAD;
    const skb = b.small(10);
    b.frag(skb, 20);
    b.call('skb_append_frag_list', skb, b.small(30));
    b.call('skb_append_frag_list', skb, b.small(40));
    expect(b.sizes(skb)).toEqual([100, 90, 3 * base + PAGE]);
    const first = b.call('skb_detach_frag_list', skb);
    expect(b.sizes(skb)).toEqual([70, 60, 2 * base + PAGE]);
    expect(b.sizes(first)).toEqual([30, 0, base]);
    b.releaseAll();
  });

  test('nothing is detached from or appended to a list that is shared', () => {
    const b = new Bench('6.1');
    const skb = b.small(10);
    b.call('skb_append_frag_list', skb, b.small(30));
    const copy = b.call('pskb_copy', skb);
    const more = b.small(40);
    for (const head of [skb, copy]) {
      expect(b.outcome('skb_detach_frag_list', [head])).toBe('skipped');
      expect(b.outcome('skb_append_frag_list', [head, more])).toBe('skipped');
    }
    b.call('kfree_skb', copy);
    b.call('skb_append_frag_list', skb, more);
    b.releaseAll();
  });
});
