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
  /** In the order of `Command.args`, as they were when the names were made, or stored last. */
  readonly values: readonly number[];
  /** Writes the values of all names back into `values`. */
  store(): void;
}

/** Makes the names of a call's values, which are in a flat array. */
export type ArgsView = new (values: readonly number[]) => NamedArgs;

/**
 * Makes the class of a command's named arguments. It is generated code: a search makes millions of calls, and fields of
 * a class that one command has are read as fast as variables.
 */
export function argsView(args: readonly Arg[]): ArgsView {
  for (const { name } of args)
    if (!/^[a-z]\w*$/.test(name)) throw new Error(`the argument '${name}' is no name of lower case letters`);
  const read = args.map(({ name }, at) => `this.${name} = values[${at}];`).join(' ');
  const write = args.map(({ name }, at) => `values[${at}] = this.${name};`).join(' ');
  const make = new Function(
    `return class Args {
      constructor(values) { this.values = values; ${read} }
      store() { const { values } = this; ${write} }
    };`,
  ) as () => ArgsView;
  return make();
}

/**
 * Returns whether a value behind the first `own` of the array that calls are drawn into is `id`. A generator draws each
 * call into one array, so these are the end of a longer call that was drawn before. The programs of v1 seeds depend on
 * that: remove this when SEED_VERSION is raised.
 */
export function isLeftFromLongerDraw(args: object, own: number, id: number): boolean {
  return (args as NamedArgs).values.includes(id, own);
}
