import type { Quartiles } from './statistics';
import type { TrialResult } from './trial_result';

/** All trials of one strategy on one mutant, and their summary. */
export interface Row {
  readonly mutant: string;
  readonly title: string;
  readonly scenario: string;
  readonly profile: string;
  /** The mutant can be found without a schedule of two CPUs. */
  readonly sequential: boolean;
  readonly strategy: string;
  readonly trials: readonly TrialResult[];
  readonly found: number;
  /** Commands and seconds to failure; trials that found nothing count with the whole budget of commands. */
  readonly commands: Quartiles;
  readonly seconds: Quartiles;
  /** Mean commands to failure, restricted to the budget (Kaplan-Meier). */
  readonly meanCommands: number;
  /**
   * Programs that were measured. The next three fields count the programs among them that reached, triggered and
   * detected.
   */
  readonly measured: number;
  readonly reached: number;
  readonly triggered: number;
  readonly detected: number;
  /** Median commands from the first difference to the violation; null when no trial found it. */
  readonly distance: number | null;
  /** Invariants that found the mutant although it does not name them. */
  readonly unexpected: readonly string[];
  readonly reduction: RowReduction | null;
}

/** Medians over the trials that found the mutant. */
export interface RowReduction {
  readonly minimal: number;
  readonly commands: number;
  readonly executions: number;
  readonly milliseconds: number;
  readonly slipped: number;
}

/** Two strategies on one mutant, or over all mutants. */
export interface Comparison {
  readonly first: string;
  readonly second: string;
  /** Mutants on which one is significantly better (Mann-Whitney, 0.05) and has the smaller median. */
  readonly firstBetter: number;
  readonly secondBetter: number;
  readonly mutants: number;
  /**
   * Median over the mutants of the ratio of the second's median commands to the first's. Cut-off trials count as the
   * budget.
   */
  readonly medianRatio: number;
  readonly perMutant: readonly MutantComparison[];
}

export interface MutantComparison {
  readonly mutant: string;
  readonly p: number;
  /** Probability that the first needs fewer commands (A12). */
  readonly a12: number;
  readonly ratio: number;
}

/**
 * Numbers of mutants that all trials of a strategy found, by the time of the slowest trial; last, the other mutants.
 */
export interface Buckets {
  readonly strategy: string;
  readonly counts: readonly number[];
}

/** Upper ends of the buckets, in seconds. */
export const BUCKET_SECONDS: readonly number[] = [0.1, 1, 10, 60, Infinity];
export const BUCKET_NAMES: readonly string[] = ['0.1 s', '1 s', '10 s', '60 s', 'longer', 'not in all'];

/** A summary over all reduced programs. */
export interface ReductionSummary {
  readonly reduced: number;
  readonly notLonger: number;
  readonly slipped: number;
  readonly executions: Quartiles;
  readonly milliseconds: Quartiles;
}

/** The whole table. */
export interface Benchmark {
  readonly seed: number;
  readonly trials: number;
  readonly commands: number;
  readonly time_ms: number | null;
  readonly giveUp: number | null;
  readonly reduced: number | null;
  readonly interrupted: boolean;
  readonly strategies: readonly { readonly name: string; readonly title: string; readonly stateAware: boolean }[];
  readonly rows: readonly Row[];
  readonly comparisons: readonly Comparison[];
  readonly buckets: readonly Buckets[];
  readonly reduction: ReductionSummary | null;
  /** For each state-aware strategy: the sequential mutants, and the number of them that every trial found. */
  readonly sequential: readonly SequentialSummary[];
}

export interface SequentialSummary {
  readonly strategy: string;
  readonly mutants: number;
  readonly foundInAll: number;
  /** Mutants that some trial missed. */
  readonly missed: readonly string[];
}
