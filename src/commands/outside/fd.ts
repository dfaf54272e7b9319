import type { OutsideFd } from '../../model/structs/outside';
import { objectOf } from '../../model/world/handles';
import type { Id } from '../../model/world/kinds';
import type { World } from '../../model/world/world';
import { pickHandle } from '../pick';
import type { Draw } from '../draw';
import { FIRST_FD } from './step';

/** The number that the descriptor of a name has in the program. */
export function fdNumber(id: number): number {
  return FIRST_FD + id;
}

export function fdOf(world: World, id: Id<'fd'>): OutsideFd {
  return objectOf(world, id, 'fd');
}

/** One in this number of picks takes any descriptor, so that calls meet descriptors of the wrong sort, too. */
const ANY_ONE_OF = 24;

/** A descriptor that suits, and now and then one that does not; -1 when there is none. */
export function pickFd(world: World, draw: Draw, suits: (fd: OutsideFd) => boolean): Id<'fd'> {
  if (draw.below(ANY_ONE_OF) === 0) return draw.handle(world, 'fd');
  return pickHandle(world, draw, 'fd', suits);
}
