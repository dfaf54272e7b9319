import type { PhaseReport } from '../../reduce/reduce';
import type { Verdict } from '../../session/verdict';
import type { Why } from '../../why/why';
import type { StepThrough } from '../picture/step_through';
import type { Counts } from './counts';

/** `run FILE`: the run of one program. */
export interface RunDocument extends Counts {
  readonly file: string;
  readonly profile: string;
  readonly target: string;
  /** The target whose finding the program is, where this run was on the model alone. */
  readonly foundOn?: string;
  readonly mutant?: string;
  /** Absent: the program expects no finding. */
  readonly expect?: string;
  readonly isExpected: boolean;
  /** With `--repeat`: the number of runs, of those that did not end as expected, and of each signature. */
  readonly runs?: number;
  readonly failed?: number;
  readonly verdicts?: readonly { readonly signature: string; readonly count: number }[];
  readonly skippedCalls: readonly SkippedCall[];
  readonly signature: string;
  /** The verdict in a sentence. */
  readonly sentence: string;
  readonly verdict: Verdict;
  readonly why?: Why;
  readonly steps: readonly RunStep[];
}

/** `run` of several files. */
export interface RunsDocument extends Counts {
  readonly runs: readonly RunDocument[];
}

/** A call of a file that was not executed. */
export interface SkippedCall {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly call: string;
  /** The first reason, in words. */
  readonly why: string;
}

export interface RunStep {
  readonly call: string;
  readonly outcome: string;
  /** A call of settle. */
  readonly settling: boolean;
  /** Only of the second CPU: it ran during the call above, or after it. */
  readonly during?: boolean;
}

/** `reduce FILE`. A program without a finding has `reduced: null`, others have the fields of the reduction. */
export interface ReduceDocument extends Counts {
  readonly file: string;
  readonly signature: string;
  readonly reduced?: null;
  readonly commandsBefore?: number;
  readonly commandsAfter?: number;
  /** Programs that the reducer executed. */
  readonly executions?: number;
  /** The time or the budget was over before the reducer was at its end. */
  readonly exhausted?: boolean;
  readonly phases?: readonly PhaseReport[];
  /** File of the reduced program; null: none was asked for. */
  readonly output?: string | null;
  readonly program?: string;
}

/** `show FILE`. */
export interface ShowDocument extends StepThrough, Counts {
  readonly file: string;
  readonly output: string;
}
