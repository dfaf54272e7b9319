import type { World } from '../model/world/world';
import type { Rules } from '../rules/rules';
import type { Walk } from './walk/walk';

/**
 * A named statement about worlds. Checks count references by walking the world; they never trust a counter that the
 * model keeps. A check reports through `world.violate(name, objectKind, message)` and returns on how many objects it
 * could have failed.
 */
export interface Invariant {
  readonly name: string;
  /** One sentence. */
  readonly statement: string;
  /** Function and kernel version, commit, or seed text. */
  readonly source: string;
  /** The rules with which the statement is meant; absent: all. */
  belongsTo?(rules: Rules): boolean;
  /** Check the world after a command. `walk` has met what somebody holds and what the command touched; all of it when `walk` was full. */
  check?(world: World, walk: Walk, everything: boolean): number;
  /** Check after settle, when everything is released. */
  checkSettled?(world: World): number;
}
