import type { Device } from '../../src/model/structs/device';
import type { PageRef } from '../../src/model/structs/page';
import type { PageFragCache } from '../../src/model/structs/page_frag_cache';
import type { PagePool } from '../../src/model/structs/page_pool';
import { CONTEXT_PROCESS, CONTEXT_SOFTIRQ, type World } from '../../src/model/world/world';
import type { Rules } from '../../src/rules/rules';
import { commandNamed, worldOf, type Kernel } from './bench';

/* Flags of page_pool_create, and the number of pages that an empty pool takes at once. */
export const DMA_MAP = 1;
export const DMA_SYNC_DEV = 2;
export const PAGE_FRAG = 4;
export const BULK = 64;

/** A world with one profile, in which commands are called by name. */
export class PoolBench {
  readonly world: World;
  private next = 0;

  constructor(kernel: Kernel, rules: Partial<Rules> = {}) {
    this.world = worldOf(kernel, rules);
  }

  /** Returns the outcome's name, or 'skipped' when the call is not legal. Arguments in the order of the command's. */
  outcome(name: string, args: readonly number[], context = CONTEXT_PROCESS, fail = 0): string {
    const command = commandNamed(name);
    const result = command.result === undefined ? -1 : this.next++;
    this.world.beginCommand(fail, context);
    if (!command.applies(this.world, args)) return 'skipped';
    return command.outcomes[command.run(this.world, args, result, command.noteBefore?.(this.world, args))];
  }

  /** Makes the call, which must succeed; returns the handle of its result. */
  call(name: string, args: readonly number[] = [], context = CONTEXT_PROCESS, fail = 0): number {
    expect([name, this.outcome(name, args, context, fail)]).toEqual([name, 'ok']);
    return this.next - 1;
  }

  pool(
    overrides: {
      device?: number;
      order?: number;
      size?: number;
      flags?: number;
      dir?: number;
      offset?: number;
      maxLen?: number;
      napi?: number;
    } = {},
  ): number {
    const o = overrides;
    return this.call('page_pool_create', [
      o.device ?? -1,
      o.order ?? 0,
      o.size ?? 8,
      o.flags ?? 0,
      o.dir ?? 2,
      o.offset ?? 0,
      o.maxLen ?? 4096,
      o.napi ?? 0,
    ]);
  }

  alloc(pool: number): number {
    return this.call('page_pool_alloc_pages', [pool], CONTEXT_SOFTIRQ);
  }

  frag(pool: number, size: number): number {
    return this.call('page_pool_alloc_frag', [pool, size], CONTEXT_SOFTIRQ);
  }

  poolOf(id: number): PagePool {
    return this.world.handles[id]?.object as PagePool;
  }

  ref(id: number): PageRef {
    return this.world.handles[id]?.object as PageRef;
  }

  device(id: number): Device {
    return this.world.handles[id]?.object as Device;
  }

  cache(id: number): PageFragCache {
    return this.world.handles[id]?.object as PageFragCache;
  }

  /** hold, release, cache, ring. */
  counts(pool: number): number[] {
    const p = this.poolOf(pool);
    return [p.holdCnt, p.releaseCnt, p.cache.length, p.ring.length];
  }

  violations(): string[] {
    return this.world.violations.map((violation) => violation.invariant);
  }
}
