import type { World } from '../model/world/world';
import type { Call } from '../program/program';

/** Which arguments a call gets: those that are liked best, of a few that are drawn. */
export interface Taste {
  /** How many are drawn. */
  readonly among: number;
  /** Asked before the call, which is legal then. Nothing of the world may be changed. */
  readonly of: (world: World, call: Call) => number;
}
