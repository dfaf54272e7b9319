import type { PartOfAnswer, MetChange, MetChoice, OutsideCompareFigures } from '../../compare/outside/outside_tally';
import type { CompareFinding } from './compare_document';
import type { Counts } from './counts';

/** `compare` with programs of user space: two kernels, and where user space sees them differ. */
export interface CompareOutsideDocument extends Counts {
  readonly first: ComparedKernel;
  readonly second: ComparedKernel;
  /** Absent where only files were compared. */
  readonly seed?: number | string;
  /** Of searching, without reducing. */
  readonly seconds: number;
  readonly reducingSeconds: number;
  readonly scenarios: readonly ComparedOutsideScenario[];
  readonly files: readonly ComparedOutsideFile[];
  /** Scenarios that the time did not reach. */
  readonly notCompared: readonly { readonly scenario: string; readonly why: string }[];
  readonly findings: readonly CompareOutsideFinding[];
}

export interface ComparedKernel {
  readonly target: string;
  /** As `uname -r` prints it. */
  readonly release: string;
}

export interface ComparedOutsideScenario extends OutsideCompareFigures {
  readonly scenario: string;
  readonly known: readonly KnownChangeMet[];
  /** Commands of the scenario without an answer that was compared. */
  readonly neverCompared: readonly string[];
}

/** A known change, with a program that shows it. */
export interface KnownChangeMet extends MetChange {
  /** As it was found. */
  readonly program: string;
}

export interface ComparedOutsideFile {
  readonly file: string;
  readonly signature: string;
  readonly sentence: string;
  readonly compared: number;
  readonly leftOut: number;
  /** The part of an answer that it left to chance; absent: none. */
  readonly chance?: PartOfAnswer;
  readonly choices: readonly MetChoice[];
  /** Ids of known changes that it met. */
  readonly known: readonly string[];
}

/** A difference that user space sees, and that no known change explains. */
export interface CompareOutsideFinding extends CompareFinding {
  /** The reduced program shows it in further runs, each alike. */
  readonly isSteady: boolean;
}
