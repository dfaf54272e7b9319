import type { Usual } from './usual';
import type { Kind } from '../model/world/kinds';
import type { SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Caller } from './callers/caller';
import type { Arg, HandlePosition, NamedArgs } from './arg';
import type { ArgsView } from './args_view';
import type { CommandName } from './command_name';
import type { Draw } from './draw';
import type { OutsideFacts } from './outside/outside_facts';
import type { Rules } from '../rules/rules';
import type { Since } from '../rules/history/release';
import type { SmallByArg } from './small_numbers';
import type { TruesizeEffects } from './truesize_effects';

/**
 * Contexts of calls. Every call has two values after its own arguments: `fail: n` (the n-th allocation fails, 0: none)
 * and `context`.
 */
export const CONTEXT_WORDS = ['process', 'softirq', 'napi'] as const;

/**
 * A call that a program can make: one kernel function, or one step of a driver.
 * The functions below get `args`, the call's values in the order of `Command.args`: handle numbers for handles.
 */
export interface Command extends Usual, ArgsView {
  /** The kernel's name of the function. */
  readonly name: CommandName;
  /** Stable number in the binary form; never reused. */
  readonly opcode: number;
  /** The system that the command belongs to: 'page', 'page_pool', 'skb', 'xdp', … */
  readonly system: string;
  /** The function of the kernel that makes such a call, and in which state: see callers/callers.ts. */
  readonly caller: Caller;
  readonly args: readonly Arg[];
  /** Those of `args` that name objects. */
  readonly handles: readonly HandlePosition[];
  /** Kind of the object that the call makes and names; absent: it makes none. */
  readonly result?: Kind;
  /**
   * The kernel's function returns a pointer, for which `world.ret` is 1 or, for NULL, 0. Absent: it does if the command
   * has a `result`.
   */
  readonly returnsPointer?: boolean;
  /** Every way the call can end, by name; `run` returns the position. The first is success. */
  readonly outcomes: readonly string[];
  /**
   * The rules that it takes for an outcome. All profiles can have an outcome that is not listed.
   */
  readonly outcomesOf?: Readonly<Record<string, Partial<Rules>>>;
  /** The returned word holds two values: its highest bit is a flag. */
  readonly returns?: { readonly number: string; readonly flag: string };
  /** The call makes allocations, so `fail: n` is allowed. */
  readonly allocates: boolean;
  /**
   * The call depends on the context, so `context` is allowed. Only calls that may return pages to a pool, or allocate
   * from it, do.
   */
  readonly contextual: boolean;
  /** The command breaks the contract of the API on purpose. Such commands are off by default. */
  readonly abuse?: boolean;
  /** The first release that has the function; absent: all have. */
  readonly since?: Since;
  /** The first release that no longer has the function. */
  readonly before?: Since;
  /** The design that has the function, which no kernel has. */
  readonly design?: string;
  /** Why no kernel can run the call; absent: kernels can. */
  readonly modelOnly?: string;
  /** Only of a call that user space makes: its steps, and the promise that it is given. */
  readonly outside?: OutsideFacts;
  /** The first release whose kernel runs the call, where models of older ones do, too; absent: all that have it. */
  readonly kernelSince?: Since;
  /**
   * Before `run`, for a legal call: returns a value of this call alone, which `run` and `expectTruesize` get. It holds
   * what the call destroys, or `run` fills it. A module cannot hold it: a call of the second CPU may run inside this
   * one.
   */
  noteBefore?(world: World, args: NamedArgs): unknown;
  /** The few numbers for its arguments in a small scope. */
  readonly small?: SmallByArg;
  /** The effects of the call on heads and charges, for the ledger. A record without the field has none. */
  readonly truesize: TruesizeEffects;
  /**
   * After `run`: sets `expectedTruesize` (and `truesizeDebt`) of the skbs that the call changed. The record reckons
   * them from the memory that the call allocated, moved and freed, never from the model's own sums; see
   * truesize_ledger.ts. The ledger settles new skbs and replaced heads before it calls this.
   */
  expectTruesize?(world: World, args: NamedArgs, outcome: string, result: number, before: Before<unknown>): void;
  /** Draws arguments for a world into `args` (handles and numbers); returns false when nothing suits. */
  draw(world: World, draw: Draw, args: NamedArgs): boolean;
  /**
   * Returns whether the call is legal now for a caller of that API. All handles are live and of the right kind then.
   * A call that is not legal is skipped: neither the model nor a kernel executes it.
   */
  applies(world: World, args: NamedArgs): boolean;
  /**
   * Executes the call and returns the position in `outcomes`. Binds `result` (a handle number, -1 when the call has no
   * name) through `giveHandle`, drops consumed handles, and sets `world.ret` to the return value of the kernel
   * function.
   */
  run(world: World, args: NamedArgs, result: number, note: unknown): number;
}

/** The note of a call, and its first two skb arguments as they were before it. */
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
