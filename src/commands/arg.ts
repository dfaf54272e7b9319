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

/** Position and range of an argument that is a number: an integer, the position of a word, or flags as bits. */
export interface NumberPosition {
  readonly at: number;
  readonly min: number;
  readonly max: number;
}

type ValueOf<A extends Arg> = A extends { readonly type: infer K extends Kind } ? Id<K> : number;

/** The values of a call by the names of its arguments. */
export type ArgsOf<Args extends readonly Arg[]> = { readonly [A in Args[number] as A['name']]: ValueOf<A> };

/** The same while they are drawn. */
export type DrawnArgs<Args extends readonly Arg[]> = { -readonly [Name in keyof ArgsOf<Args>]: ArgsOf<Args>[Name] };

/** The values of a call, which its command reads and writes by name: an instance of its `Args`. */
export interface NamedArgs {
  /** In the order of `Command.args`. */
  readonly values: readonly number[];
}

/** Reads and writes by name the values that a call keeps in a flat array. */
export type ArgsView = new (values: readonly number[]) => NamedArgs;

/**
 * Makes the accessors of a command's arguments. They are generated code: calls are flat arrays of numbers, because a
 * search makes millions of them, and the engine inlines an accessor of a command's own class as it does `values[1]`.
 */
export function argsView(args: readonly Arg[]): ArgsView {
  const accessors = args.map(({ name }, at) => {
    if (!/^[a-z]\w*$/.test(name)) throw new Error(`the argument '${name}' is no name of lower case letters`);
    return `get ${name}() { return this.values[${at}]; } set ${name}(value) { this.values[${at}] = value; }`;
  });
  const make = new Function(
    `return class Args { constructor(values) { this.values = values; } ${accessors.join(' ')} };`,
  ) as () => ArgsView;
  return make();
}

/**
 * Returns whether any value that was drawn is `id`. A generator draws every call into one array, so this also sees the
 * end of a longer call that was drawn before. The programs of v1 seeds depend on that: look at the arguments by name
 * when SEED_VERSION is raised.
 */
export function anyDrawnIs(args: object, id: number): boolean {
  return (args as NamedArgs).values.includes(id);
}
