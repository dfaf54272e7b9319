/** The reduction of a trial's finding. */
export interface Reduction {
  readonly commandsBefore: number;
  readonly commands: number;
  /** Commands of the mutant's own program. */
  readonly minimal: number;
  readonly signatureBefore: string;
  readonly signature: string;
  /** The reduced program has another signature, which must never happen. */
  readonly slipped: boolean;
  readonly executions: number;
  readonly milliseconds: number;
}

/** Counts over the first programs of a trial, up to the one that found the mutant. */
export interface Measured {
  readonly programs: number;
  /** Programs in which the broken rule was read. */
  readonly reached: number;
  /** Programs on which the mutant and its profile differ. */
  readonly triggered: number;
  /** Programs in which an invariant failed. */
  readonly detected: number;
}

/** The end of a trial: `budget` and `time` cut the search off; `exhausted` means that no programs were left. */
export type TrialEnd = 'found' | 'budget' | 'time' | 'exhausted' | 'error';

/**
 * One search of one strategy on one mutant. All fields but the processor times (`seconds`, `milliseconds`) follow from
 * the seed.
 */
export interface TrialResult {
  readonly seed: number;
  readonly end: TrialEnd;
  readonly commands: number;
  readonly programs: number;
  readonly seconds: number;
  /** The invariant of the first violation. */
  readonly invariant?: string;
  /** The mutant names the invariant. */
  readonly expected?: boolean;
  /** Commands of the found program from the first difference to the violation. */
  readonly distance?: number;
  readonly reduction?: Reduction;
  readonly measured: Measured;
  /** The message of an `error`. */
  readonly message?: string;
}

/** Limits of a trial. */
export interface TrialLimits {
  readonly commands: number;
  /** Limit of processor time; null means none. */
  readonly time_ms: number | null;
  /** Programs of each trial that are measured. */
  readonly measured: number;
}
