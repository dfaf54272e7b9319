import { NO_ID, type Handle } from '../model/world/kinds';
import type { Arg, NamedArgs } from './arg';
import { isHandleArg, rangeOf } from './arg_range';

/** Makes, changes and checks the named arguments of one command. */
export interface ArgsView {
  /** Makes the names of a call's values, which are in a flat array. */
  readonly argsOf: (values: readonly number[]) => NamedArgs;
  /** Makes names for draws into an array. */
  readonly drawnArgs: (values: number[]) => NamedArgs;
  /** Before a draw: gives every name its default, or no object. */
  readonly blankArgs: (args: NamedArgs) => void;
  /** Writes the values of all names back into `args.values`. */
  readonly storeArgs: (args: NamedArgs) => void;
  /**
   * Returns whether the call could be made and printed: every handle that it needs is live and of the right kind, and
   * every number is in the range of its argument. A size that is drawn from the world may be above that range.
   */
  readonly argsFit: (args: NamedArgs, handles: readonly (Handle | null)[]) => boolean;
}

const VIEWS = new Map<string, ArgsView>();

/**
 * Makes the class of a command's named arguments, and functions for it. They are generated code: a search makes
 * millions of calls, and fields of a class that one command has are read as fast as variables. The functions are not
 * methods, because the engine would look for a method of 100 classes in a table, and would not inline `new`. Commands
 * with the same arguments share them, so that they are compiled sooner.
 */
export function argsView(args: readonly Arg[]): ArgsView {
  const key = JSON.stringify(args);
  const view = VIEWS.get(key) ?? makeView(args);
  VIEWS.set(key, view);
  return view;
}

function makeView(args: readonly Arg[]): ArgsView {
  for (const { name } of args)
    if (!/^[a-z]\w*$/.test(name)) throw new Error(`the argument '${name}' is no name of lower case letters`);
  const names = args.map(({ name }) => name);
  const parameters = ['values', ...names].join(', ');
  const fields = names.map((name) => `this.${name} = ${name};`);
  const read = ['values', ...names.map((_, at) => `values[${at}]`)].join(', ');
  const none = ['values', ...args.map(blankArg)].join(', ');
  const blank = args.map((arg) => `args.${arg.name} = ${blankArg(arg)};`);
  const write = names.map((name, at) => `values[${at}] = args.${name};`);
  const make = new Function(
    `class Args { constructor(${parameters}) { this.values = values; ${fields.join(' ')} } }
    return {
      argsOf(values) { return new Args(${read}); },
      drawnArgs(values) { return new Args(${none}); },
      blankArgs(args) { ${blank.join(' ')} },
      storeArgs(args) { const { values } = args; ${write.join(' ')} },
      argsFit(args, handles) { return ${['true', ...args.map(fits)].join(' && ')}; },
    };`,
  ) as () => ArgsView;
  return make();
}

/** The value of an argument before it is drawn. */
function blankArg(arg: Arg): number {
  return 'default' in arg && arg.default !== undefined ? arg.default : NO_ID;
}

function fits(arg: Arg): string {
  const value = `args.${arg.name}`;
  if (!isHandleArg(arg)) {
    const [min, max] = rangeOf(arg);
    return `${value} >= ${min} && ${value} <= ${max}`;
  }
  const handle = `handles[${value}]`;
  const live = `${value} >= 0 && ${value} < handles.length && ${handle} !== null && ${handle}.kind === '${arg.type}'`;
  return arg.optional === true ? `(${value} < 0 || ${live})` : live;
}
