import type { Id, Kind } from '../model/world/kinds';

/** A number that a call takes. Values outside [min, max] do not parse. */
export interface IntArg {
  readonly name: string;
  readonly type: 'int';
  readonly min: number;
  readonly max: number;
  /** The value that a program's text leaves out; absent: the text always has a value. */
  readonly default?: number;
  /** The value that the reducer tries to reach; 0 or min where absent. */
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
  /** A call that succeeds takes over the reference of the name. For people and for the generator. */
  readonly consumed?: boolean;
  /** A call may leave the argument out: NO_ID. */
  readonly optional?: boolean;
}

export type Arg = IntArg | EnumArg | FlagsArg | HandleArg;

/** Position of an argument that names an object. */
export interface HandlePosition {
  readonly at: number;
  readonly kind: Kind;
  readonly optional: boolean;
}

type ValueOf<A extends Arg> = A extends { readonly type: infer K extends Kind } ? Id<K> : number;

/** The values of a call by the names of its arguments. */
export type ArgsOf<Args extends readonly Arg[]> = { readonly [A in Args[number] as A['name']]: ValueOf<A> };

/** The same while they are drawn. */
export type DrawnArgs<Args extends readonly Arg[]> = { -readonly [Name in keyof ArgsOf<Args>]: ArgsOf<Args>[Name] };

/** The values of a call, which its command reads and writes by name. */
export interface NamedArgs {
  /** In the order of `Command.args`, as they were when the names were made, or stored last. */
  readonly values: readonly number[];
}

/**
 * The number of arguments of the bulk commands that pick distinct objects. Arguments of longer draws stay behind these.
 */
export const LEFT_FROM = 4;

/**
 * Returns whether `id` is a value behind the first LEFT_FROM in the array that calls are drawn into. A generator draws
 * each call into one array, so these are the end of a longer call that was drawn before. The programs of v1 seeds
 * depend on that: remove this when SEED_VERSION is raised.
 */
export function isLeftFromLongerDraw(args: object, id: number): boolean {
  return (args as NamedArgs).values.includes(id, LEFT_FROM);
}
