import type { BugsOnRelease } from '../../search/bugs/bug_outcome';

/** `history-of-bugs`. */
export interface BugsDocument {
  readonly seed: number;
  /** For each scenario of each kernel. */
  readonly seconds: number;
  /** The bugs that were asked for; null: all. */
  readonly asked: readonly string[] | null;
  /** The scenarios that were asked for; null: those of the bugs. */
  readonly scenarios: readonly string[] | null;
  readonly releases: readonly BugsOnRelease[];
}
