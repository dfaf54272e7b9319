import type { CommandName } from '../../src/commands/command_name';
import type { Device } from '../../src/model/structs/device';
import type { PageRef } from '../../src/model/structs/page';
import type { PageFragCache } from '../../src/model/structs/page_frag_cache';
import type { PagePool } from '../../src/model/structs/page_pool';
import { CONTEXT_PROCESS, CONTEXT_SOFTIRQ, type World } from '../../src/model/world/world';
import type { Rules } from '../../src/rules/rules';
import { CallBench, type Kernel, type NamedArgs } from './bench';

/** How many pages an empty pool takes at once. */
export const BULK = 64;

/** With what tests of pools ask for: most of their calls have a context. */
export class PoolBench {
  private readonly bench: CallBench;
  constructor(kernel: Kernel, rules: Partial<Rules> = {}) {
    this.bench = new CallBench(kernel, rules);
  }

  get world(): World {
    return this.bench.world;
  }

  outcome(name: CommandName, args: NamedArgs = {}, context = CONTEXT_PROCESS, fail = 0): string {
    return this.bench.outcome(name, args, fail, context);
  }

  /** Makes the call, which must succeed; returns the handle of its result. */
  call(name: CommandName, args: NamedArgs = {}, context = CONTEXT_PROCESS, fail = 0): number {
    expect([name, this.outcome(name, args, context, fail)]).toEqual([name, 'ok']);
    return this.bench.last();
  }

  /** A pool of 8 slots, with these arguments of page_pool_create. */
  pool(args: NamedArgs = {}): number {
    return this.call('page_pool_create', { pool_size: 8, ...args });
  }

  alloc(pool: number): number {
    return this.call('page_pool_alloc_pages', { pool }, CONTEXT_SOFTIRQ);
  }

  frag(pool: number, size: number): number {
    return this.call('page_pool_alloc_frag', { pool, size }, CONTEXT_SOFTIRQ);
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
