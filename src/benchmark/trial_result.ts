/** What the reducer did with what a trial found. */
export interface Reduction {
  readonly commandsBefore: number;
  readonly commands: number;
  /** Commands of the mutant's own program. */
  readonly minimal: number;
  readonly signatureBefore: string;
  readonly signature: string;
  /** The reduced program shows something else: must never be. */
  readonly slipped: boolean;
  readonly executions: number;
  readonly milliseconds: number;
}

/** Of the first programs of a trial, up to the one that found something. */
export interface Measured {
  readonly programs: number;
  /** Programs in which the broken rule was asked, before it made a difference. */
  readonly reached: number;
  /** Programs that the mutant and its profile do not do alike. */
  readonly triggered: number;
  /** Programs in which an invariant said so. */
  readonly detected: number;
}

/** How a trial ended: `budget` and `time` are a search that was cut off, `exhausted` one that had no more programs. */
export type TrialEnd = 'found' | 'budget' | 'time' | 'exhausted' | 'error';

/** One search of one strategy on one mutant. Everything but `seconds` and `milliseconds`, of processor time, follows from the seed. */
export interface TrialResult {
  readonly seed: number;
  readonly end: TrialEnd;
  readonly commands: number;
  readonly programs: number;
  readonly seconds: number;
  /** What was found: the first violation. */
  readonly invariant?: string;
  /** The mutant names the invariant. */
  readonly expected?: boolean;
  /** Of the program that was found: commands from the first difference to the violation. */
  readonly distance?: number;
  readonly reduction?: Reduction;
  readonly measured: Measured;
  /** Of an `error`. */
  readonly message?: string;
}

/** When a trial is cut off. */
export interface TrialLimits {
  readonly commands: number;
  /** Of processor time; null: never. */
  readonly time_ms: number | null;
  /** Programs of each trial that are measured. */
  readonly measured: number;
}
