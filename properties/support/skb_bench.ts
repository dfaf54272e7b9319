import type { CommandName } from '../../src/commands/command_name';
import type { Page, PageRef } from '../../src/model/structs/page';
import { skbCopyBits } from '../../src/model/net/core/skbuff/copy/skb_copy_bits';
import type { SkBuff } from '../../src/model/structs/sk_buff';
import { CONTEXT_NAPI } from '../../src/model/world/world';
import { CallBench, type NamedArgs } from './bench';

/** sizeof(sk_buff) and sizeof(skb_shared_info), aligned. */
export const SK_BUFF = 256;
export const SHARED_INFO = 320;

/** With what tests of skbs ask for. */
export class SkbBench extends CallBench {
  /** Makes the call, which must succeed; returns the handle of its result. */
  call(name: CommandName, args: NamedArgs = {}): number {
    expect([name, this.outcome(name, args)]).toEqual([name, expect.stringMatching(/^(ok|same|cloned|copied)$/)]);
    return this.last();
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
    const pool = this.call('page_pool_create', { pool_size: 16 });
    expect(this.outcome('page_pool_alloc_pages', { pool }, 0, CONTEXT_NAPI)).toBe('ok');
    return { pool, page: this.last() };
  }

  /** An skb with `headlen` linear bytes and one plain frag of 1000 bytes. */
  nonlinear(headlen: number): { skb: number; frag: Page } {
    const skb = this.call('alloc_skb', { size: headlen });
    this.call('skb_put', { skb, len: headlen });
    const page = this.call('alloc_pages');
    this.call('device_write', { page, len: 1000 });
    const frag = this.page(page);
    this.call('skb_add_rx_frag', { skb, page, size: 1000, truesize: 4096 });
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
