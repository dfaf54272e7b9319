import type { Arg, HandleArg } from './arg';

/** Returns whether the argument names an object. Every other argument is a number in the binary form. */
export function isHandleArg(arg: Arg): arg is HandleArg {
  return arg.type !== 'int' && arg.type !== 'enum' && arg.type !== 'flags';
}

/** The smallest and the largest value of a number. */
export function rangeOf(arg: Exclude<Arg, HandleArg>): readonly [min: number, max: number] {
  switch (arg.type) {
    case 'int':
      return [arg.min, arg.max];
    case 'enum':
      return [0, arg.words.length - 1];
    case 'flags':
      return [0, 2 ** arg.words.length - 1];
  }
}
