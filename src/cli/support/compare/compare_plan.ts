import type { Pair } from '../../../compare/pair';
import type { Scenario } from '../../../generate/scenario';
import type { Program } from '../../../program/program';
import type { OpenTarget } from '../../../lockstep/limited_link';

/** A side of a comparison: a target, and how to open it. */
export interface ComparedSide {
  readonly target: string;
  readonly open: OpenTarget;
}

/** The request of one comparison. */
export interface ComparePlan {
  readonly sides: Pair<ComparedSide>;
  /** Empty where only files are compared. */
  readonly scenarios: readonly Scenario[];
  /** The user named the scenarios: one that cannot be compared is a mistake. */
  readonly areNamed: boolean;
  readonly programs: readonly { readonly file: string; readonly program: Program }[];
  readonly seed: number | string;
  /** Number of the first program. */
  readonly first: number;
  /** Of each scenario. Null means no limit. */
  readonly commands: number | null;
  /** Of all scenarios together. Null means no limit. */
  readonly time_ms: number | null;
  readonly findings: number;
  /** The words that repeat the comparison with a program: `compare A B --profile P`. */
  readonly words: readonly string[];
}
