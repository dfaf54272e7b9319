import type { Usual } from './usual';
import type { Kind } from '../model/world/kinds';
import type { SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Arg, HandlePosition, NumberPosition } from './arg';
import type { CommandName } from './command_name';
import type { Draw } from './draw';
import type { SmallByArg } from './small_numbers';
import type { TruesizeTraits } from './truesize_traits';

/** Every call has these two after its own arguments: `fail: n` (its n-th allocation fails, 0: none) and `context`. */
export const CONTEXT_WORDS = ['process', 'softirq', 'napi'] as const;

/**
 * A call that a sequence can make: one kernel function, or one driver step.
 * `args` of the functions below are the call's values in the order of `Command.args`: handle numbers for handles.
 */
export interface Command extends Usual {
  /** The kernel's name of the function. */
  readonly name: CommandName;
  /** Stable number in the binary form; never reused. */
  readonly opcode: number;
  /** 'page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock'. */
  readonly system: string;
  readonly args: readonly Arg[];
  /** Those of `args` that name objects. */
  readonly handles: readonly HandlePosition[];
  /** Those of `args` that are numbers. */
  readonly numbers: readonly NumberPosition[];
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
   * Before `run`, for a legal call: a value of this call alone, which `run` and `expectTruesize` get. It holds what the call destroys, or
   * is filled by `run`. A module cannot hold it: a call of the second CPU may run inside this one.
   */
  noteBefore?(world: World, args: readonly number[]): unknown;
  /** The few numbers for its arguments in a small scope. */
  readonly small?: SmallByArg;
  /** What the call does to heads and charges, for the ledger. A record without it has no trait. */
  readonly truesize: TruesizeTraits;
  /**
   * After `run`: set `expectedTruesize` (and `truesizeDebt`) of the skbs that the call changed, reckoned from the memory that it
   * allocated, moved and freed, never from the model's own sums; see truesize_ledger.ts. New skbs, and heads that were replaced,
   * are settled before this is called.
   */
  expectTruesize?(
    world: World,
    args: readonly number[],
    outcome: string,
    result: number,
    before: Before<unknown>,
  ): void;
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
  run(world: World, args: readonly number[], result: number, note: unknown): number;
}

/** What was noted before the call, and its first two skb arguments as they were then. */
export interface Before<Note> {
  /** The value of `noteBefore`. */
  readonly note: Note;
  readonly first: SkBuff | null;
  readonly second: SkBuff | null;
  readonly firstExpected: number;
  readonly firstEnd: number;
  readonly secondExpected: number;
  readonly secondEnd: number;
}
