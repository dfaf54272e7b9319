import type { Invariant } from '../invariant';
import type { World } from '../../model/world/world';

/** What an invariant says about the objects of one of the systems around the core. */
export interface SystemCheck {
  readonly invariant: Invariant;
  /** @returns how many objects it could have failed on */
  check(world: World): number;
}
