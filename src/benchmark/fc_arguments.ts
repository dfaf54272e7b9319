import fc from 'fast-check';
import type { Arg } from '../commands/arg';
import { isHandleArg } from '../commands/arg_range';
import type { World } from '../model/world/world';

const HANDLES_MAX = 64;

/**
 * The meaning of a drawn number for an object argument: the number of a name, or a position among the live objects of
 * the kind, modulo their number. Users of fast-check come to the second when check() refuses nearly every number.
 */
export type HandleDraws = 'numbers' | 'positions';

/** A blind draw: of a number in the range of the argument, or of a number for an object. */
export function argArbitrary(arg: Arg): fc.Arbitrary<number> {
  switch (arg.type) {
    case 'int':
      return fc.integer({ min: arg.min, max: arg.max });
    case 'enum':
      return fc.nat(arg.words.length - 1);
    case 'flags':
      return fc.nat((1 << arg.words.length) - 1);
    default:
      return arg.optional === true ? fc.oneof(fc.constant(-1), fc.nat(HANDLES_MAX - 1)) : fc.nat(HANDLES_MAX - 1);
  }
}

/** The values of a call: the drawn numbers, with handle numbers of live objects in the place of positions. */
export function valuesOf(
  world: World,
  args: readonly Arg[],
  drawn: readonly number[],
  objects: HandleDraws,
): readonly number[] {
  return objects === 'numbers' ? drawn : args.map((arg, i) => objectAt(world, arg, drawn[i]));
}

/** The handle number of a live object of the argument's kind; other arguments unchanged. */
function objectAt(world: World, arg: Arg, drawn: number): number {
  if (!isHandleArg(arg) || drawn < 0) return drawn;
  const names = world.namesOf(arg.type);
  return names.length === 0 ? -1 : names[drawn % names.length].id;
}
