import type { Arg, HandleArg } from './command';

/** The smallest and the largest value of an argument that is a number in the binary form; null: it names an object. */
export function rangeOf(arg: Arg): readonly [min: number, max: number] | null {
  if (arg.type === 'int') return [arg.min, arg.max];
  if (arg.type === 'enum') return [0, arg.words.length - 1];
  if (arg.type === 'flags') return [0, 2 ** arg.words.length - 1];
  return null;
}

/** Whether the argument names an object. */
export function isHandleArg(arg: Arg): arg is HandleArg {
  return arg.type !== 'int' && arg.type !== 'enum' && arg.type !== 'flags';
}
