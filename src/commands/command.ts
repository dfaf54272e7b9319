import { dropHandle, bindHandle } from '../model/world/handles';
import type { Device } from '../model/structs/device';
import type { NetDev } from '../model/structs/netdev';
import type { PageRef } from '../model/structs/page';
import type { PageFragCache } from '../model/structs/page_frag_cache';
import type { PagePool } from '../model/structs/page_pool';
import type { SkBuff } from '../model/structs/sk_buff';
import type { Sock } from '../model/structs/sock';
import type { Uarg } from '../model/structs/uarg';
import type { Umem } from '../model/structs/umem';
import type { XdpSock } from '../model/structs/xdp_sock';
import type { Kind, World } from '../model/world/world';
import type { Draw } from './draw';

/** A number that a call takes. Values outside [min, max] do not parse. */
export interface IntArg {
  readonly name: string;
  readonly type: 'int';
  readonly min: number;
  readonly max: number;
  /** Left out in text when equal; absent: always written. */
  readonly default?: number;
  /** What the reducer tries to reach; 0 or min where absent. */
  readonly smallest?: number;
}

/** One of a few words, stored as its position. */
export interface EnumArg {
  readonly name: string;
  readonly type: 'enum';
  readonly words: readonly string[];
  readonly default?: number;
}

/** A set of words, stored as bits in order of `words`; printed as `a|b`, `0` when empty. */
export interface FlagsArg {
  readonly name: string;
  readonly type: 'flags';
  readonly words: readonly string[];
  readonly default?: number;
}

/** The name of a live object. */
export interface HandleArg {
  readonly name: string;
  readonly type: Kind;
  /** The call takes the name's reference away when it succeeds. For people and for the generator. */
  readonly consumed?: boolean;
  /** May be left out: -1. */
  readonly optional?: boolean;
}

/** Where an argument stands that names an object. */
export interface HandlePosition {
  readonly at: number;
  readonly kind: Kind;
  readonly optional: boolean;
}

/** Where an argument stands that is a number (a word's position, flags as bits), and from where to where it goes. */
export interface NumberPosition {
  readonly at: number;
  readonly min: number;
  readonly max: number;
}

export type Arg = IntArg | EnumArg | FlagsArg | HandleArg;

/** Every call has these two after its own arguments: `fail: n` (its n-th allocation fails, 0: none) and `context`. */
export const CONTEXT_WORDS = ['process', 'softirq', 'napi'] as const;

/**
 * A call that a sequence can make: one kernel function, or one driver step.
 * `args` of the functions below are the call's values in the order of `Command.args`: handle numbers for handles.
 */
export interface Command {
  /** The kernel's name of the function. */
  readonly name: string;
  /** Stable number in the binary form; never reused. */
  readonly opcode: number;
  /** 'page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock'. */
  readonly system: string;
  readonly args: readonly Arg[];
  /** Those of `args` that name objects: uniform.ts fills it in, no command writes it. */
  readonly handles?: readonly HandlePosition[];
  /** Those that are numbers: filled in like `handles`. */
  readonly numbers?: readonly NumberPosition[];
  /** What the call's name stands for, when it makes an object. */
  readonly result?: Kind;
  /** Every way the call can end, by name; `run` returns the position. The first is success. */
  readonly outcomes: readonly string[];
  /** Outcomes that only some profiles (or their series) can have; one that is not named here all can. */
  readonly outcomesOf?: Readonly<Record<string, readonly string[]>>;
  /** The call makes allocations, so `fail: n` is allowed. */
  readonly allocates: boolean;
  /** The call's behaviour depends on the context, so `context` is allowed (only commands that may return pages to a pool, or allocate from it). */
  readonly contextual: boolean;
  /** Marks commands that break the API's contract on purpose; off by default. */
  readonly abuse?: boolean;
  /** Profiles whose kernel has the function; absent: all. */
  readonly profiles?: readonly string[];
  /** Why no kernel can be made to do this: the call runs on models only. */
  readonly modelOnly?: string;
  /**
   * After `run`: set `expectedTruesize` (and `truesizeDebt`) of the skbs that the call changed, reckoned from the memory that it
   * allocated, moved and freed, never from the model's own sums; see truesize_ledger.ts. New skbs, and heads that were replaced,
   * are settled before this is called.
   */
  expectTruesize?(world: World, args: readonly number[], outcome: string, result: number, before: Before): void;
  /** Draw arguments for a world. Fills `args` (handles and numbers); returns false when nothing suits. */
  draw(world: World, draw: Draw, args: number[]): boolean;
  /**
   * Is the call legal now for a caller of that API? All handles are live and of the right kind when this is asked.
   * A call that is not is skipped, never executed: neither by the model nor by a kernel.
   */
  applies(world: World, args: readonly number[]): boolean;
  /**
   * Execute: returns the position in `outcomes`. Binds `result` (a handle number, -1 when the call has no name) through
   * `giveHandle`, drops consumed handles, sets `world.ret` to what the kernel function returned.
   */
  run(world: World, args: readonly number[], result: number): number;
}

/** The call's first two skb arguments as they were before it. */
export interface Before {
  readonly first: SkBuff | null;
  readonly second: SkBuff | null;
  readonly firstExpected: number;
  readonly firstEnd: number;
  readonly secondExpected: number;
  readonly secondEnd: number;
}

export function skbOf(world: World, id: number): SkBuff {
  return (world.handles[id] as { object: unknown }).object as SkBuff;
}

export function pageOf(world: World, id: number): PageRef {
  return (world.handles[id] as { object: unknown }).object as PageRef;
}

export function poolOf(world: World, id: number): PagePool {
  return (world.handles[id] as { object: unknown }).object as PagePool;
}

export function deviceOf(world: World, id: number): Device {
  return (world.handles[id] as { object: unknown }).object as Device;
}

export function sockOf(world: World, id: number): Sock {
  return (world.handles[id] as { object: unknown }).object as Sock;
}

export function uargOf(world: World, id: number): Uarg {
  return (world.handles[id] as { object: unknown }).object as Uarg;
}

export function fragCacheOf(world: World, id: number): PageFragCache {
  return (world.handles[id] as { object: unknown }).object as PageFragCache;
}

export function netdevOf(world: World, id: number): NetDev {
  return (world.handles[id] as { object: unknown }).object as NetDev;
}

export function umemOf(world: World, id: number): Umem {
  return (world.handles[id] as { object: unknown }).object as Umem;
}

export function xskOf(world: World, id: number): XdpSock {
  return (world.handles[id] as { object: unknown }).object as XdpSock;
}

export { bindHandle as giveHandle, dropHandle as consume };
