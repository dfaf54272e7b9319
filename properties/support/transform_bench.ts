import type { CommandName } from '../../src/commands/command_name';
import type { Page } from '../../src/model/structs/page';
import { skbCopyBits } from '../../src/model/net/core/skbuff/copy/skb_copy_bits';
import type { SkBuff } from '../../src/model/structs/sk_buff';
import type { Sock } from '../../src/model/structs/sock';
import type { Uarg } from '../../src/model/structs/uarg';
import { CONTEXT_PROCESS, CONTEXT_SOFTIRQ, type HandleObject } from '../../src/model/world/world';
import { CallBench, type NamedArgs } from './bench';

/*
 * Numbers come from net/core/skbuff.c of 6.1.192 and 6.12.117, not from the model.
 * With S = sizeof(sk_buff) = 256 and H = sizeof(skb_shared_info) = 320: SKB_TRUESIZE(x) = x + 576. alloc_skb(128) has a
 * head of 192 usable bytes in 6.1 (kmalloc-512) and 384 in 6.12 (the small head cache, 704); build_skb(4096) has 3776
 * and truesize 4352.
 */

export const OVERHEAD = 576;
export const SMALL_END = { '6.1': 192, '6.12': 384 };
export const PAGE = 4096;
export const BUILT_TRUESIZE = PAGE + 256;
export const MAX_SKB_FRAGS = 17;
export const ENOMEM = -12;
export const EINVAL = -22;

/** A world in which commands are called by name. After each call every skb must hold the expected bytes. */
export class TransformBench extends CallBench {
  override outcome(name: CommandName, args: NamedArgs = {}, fail = 0, context = CONTEXT_PROCESS): string {
    const outcome = super.outcome(name, args, fail, context);
    for (const skb of this.world.skbs) this.checkBytes(skb);
    return outcome;
  }

  /** Makes the call, which must succeed; returns the handle of its result. */
  call(name: CommandName, args: NamedArgs = {}): number {
    const outcome = this.outcome(name, args);
    expect([name, outcome === 'shifted' ? 'ok' : outcome]).toEqual([name, 'ok']);
    return this.last();
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
    const skb = this.call('alloc_skb', { size: 128 });
    if (len > 0) this.call('skb_put', { skb, len });
    return skb;
  }

  /** A written page of its own. */
  written(len = PAGE, order = 0): number {
    const page = this.call('alloc_pages', { order });
    this.call('device_write', { page, len });
    return page;
  }

  /** Adds a frag of `size` bytes at `offset` of a page of its own; returns the page. */
  frag(skb: number, size: number, truesize = PAGE, offset = 0, order = 0): Page {
    const page = this.written(offset + size, order);
    const { page: result } = this.object<{ page: Page } & HandleObject>(page);
    this.call('skb_add_rx_frag', { skb, page, offset, size, truesize });
    return result;
  }

  /** An skb around a page, with `len` bytes. */
  built(len: number): number {
    const skb = this.call('build_skb', { page: this.call('alloc_pages'), frag_size: PAGE });
    if (len > 0) this.call('skb_put', { skb, len });
    return skb;
  }

  pool(): number {
    return this.call('page_pool_create', { pool_size: 8 });
  }

  poolPage(pool: number): number {
    expect(this.outcome('page_pool_alloc_pages', { pool }, 0, CONTEXT_SOFTIRQ)).toBe('ok');
    return this.last();
  }

  /** A managed zerocopy skb with frags of these sizes, each of a page that the uarg pins; [skb, uarg]. */
  managed(sizes: readonly number[], flags: string | number = 'shared_frag|dont_orphan'): [number, number] {
    const skb = this.small(0);
    const uarg = this.call('ubuf_alloc', { flags });
    this.call('skb_zcopy_set', { skb, uarg });
    for (const size of sizes)
      this.call('skb_fill_page_desc_managed', { skb, page: this.written(size), size, truesize: PAGE });
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

  /** Releases every name, and checks that nothing is left. */
  releaseAll(): void {
    const release = { skb: 'kfree_skb', page: 'put_page', uarg: 'net_zcopy_put' } as const;
    for (const kind of ['skb', 'page', 'uarg'] as const) {
      this.world.handles.forEach((handle, id) => {
        if (handle?.kind === kind) this.call(release[kind], { [kind]: id });
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
