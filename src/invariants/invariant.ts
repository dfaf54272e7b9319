import type { World } from '../model/world/world';
import type { Rules } from '../rules/rules';
import type { Walk } from './walk/walk';

/**
 * Looks at the world after a command and reports through `world.violate(name, objectKind, message)`. Checks compare
 * with the references that the walk counted; they never trust a counter that the model keeps.
 *
 * @param everything - check the whole world, not only the objects that the command can have broken. `walk` was full.
 * @returns on how many objects the check could have failed
 */
export type Check = (world: World, walk: Walk, everything: boolean) => number;

/** A named statement about worlds. */
export interface Invariant {
  readonly name: string;
  /** One sentence. */
  readonly statement: string;
  /** Function and kernel version, commit, or seed text. */
  readonly source: string;
  /** The rules with which the statement is meant; absent: all. */
  readonly belongsTo?: (rules: Rules) => boolean;
  /** The statement after a command. KIND_TABLE adds its meaning for further kinds. */
  readonly check?: Check;
  /** The statement after settle, when everything is released. */
  readonly checkSettled?: (world: World) => number;
}
