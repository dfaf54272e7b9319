import type { World } from '../model/world/world';
import type { Call } from '../program/program';

/** Chooses the arguments of a call: of a few drawn candidates, the one with the highest score. */
export interface ArgumentPreference {
  /** Number of candidates that are drawn. */
  readonly candidates: number;
  /** Rates a call that is legal and not executed yet. It must leave the world unchanged. */
  readonly score: (world: World, call: Call) => number;
}
