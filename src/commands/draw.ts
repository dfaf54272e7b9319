import type { Id, Kind } from '../model/world/kinds';
import type { World } from '../model/world/world';

/**
 * The source from which a command draws its arguments. The generator implements it over a seed; commands never see the
 * seed.
 */
export interface Draw {
  /** Uniform in [0, n), n >= 1. */
  below(n: number): number;
  /** Uniform in [min, max]. */
  between(min: number, max: number): number;
  /** True in `n` of `of` cases. */
  chance(n: number, of: number): boolean;
  /** One of the given numbers. */
  pick(values: readonly number[]): number;
  /** One of `n` objects, by position from the oldest to the newest: uniform, or the newest more often. */
  among(n: number): number;
  /** A length in [min, max], boundaries more often: the ends, cache lines, the page size, small values. */
  size(min: number, max: number): number;
  /** A live handle of the kind, -1 when there is none. */
  handle<K extends Kind>(world: World, kind: K): Id<K>;
}
