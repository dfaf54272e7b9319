import type { CompareCounts } from '../../compare/compare_search';
import type { Counts } from './counts';

/** `compare`: two targets, and where they differ. */
export interface CompareDocument extends Counts {
  readonly first: ComparedTarget;
  readonly second: ComparedTarget;
  /** Absent where only files were compared. */
  readonly seed?: number | string;
  /** Of searching, without reducing. */
  readonly seconds: number;
  readonly reducingSeconds: number;
  readonly scenarios: readonly ComparedScenario[];
  readonly files: readonly ComparedFile[];
  /** Scenarios that one of the targets cannot run, or that the time did not reach. */
  readonly notCompared: readonly { readonly scenario: string; readonly why: string }[];
  /** Commands that one target lacks: no program has them. */
  readonly lacking: readonly { readonly command: string; readonly target: string }[];
  /** Differences that the rules of both targets explain: they are no findings. The most frequent first. */
  readonly explanations: readonly KnownDifference[];
  readonly findings: readonly CompareFinding[];
}

export interface ComparedTarget {
  readonly target: string;
  /** The profile whose rules say which differences are known. */
  readonly profile: string;
}

export interface ComparedScenario extends CompareCounts {
  readonly scenario: string;
}

/** A program of a file, judged on both targets. */
export interface ComparedFile {
  readonly file: string;
  /** `clean`, or the signature of the difference. */
  readonly signature: string;
  /** One line. */
  readonly sentence: string;
  readonly compared: number;
}

export interface KnownDifference {
  /** The rules that decide it, with both values. None: no choice of rules does. */
  readonly rules: readonly { readonly name: string; readonly first: unknown; readonly second: unknown }[];
  /** Programs in which both targets differ as the rules say. */
  readonly explained: number;
  /** Programs in which the rules differ and the targets do not. */
  readonly notShown: number;
  /** The call of the first such program. */
  readonly command: string;
  /** A small program that shows it on the models. */
  readonly program: string;
}

export interface CompareFinding {
  readonly scenario: string;
  readonly signature: string;
  readonly sentence: string;
  readonly file: string;
  /** The text of the file. */
  readonly program: string;
  /** Commands of its scenario that were generated until then. */
  readonly afterCommands: number;
  /** Seconds of the search of its scenario until then, without reducing. */
  readonly afterSeconds: number;
  readonly commandsBefore: number;
  readonly commandsAfter: number;
  readonly reducerExecutions: number;
  /** True when the time was over before the reducer was at its end. */
  readonly exhausted: boolean;
}
