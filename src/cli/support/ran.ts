import type { CallAnswers } from '../../outside/answers/call_answers';
import type { Program } from '../../program/program';
import type { Counts } from '../../report/documents/counts';
import { callCounts } from '../../session/call_counts';
import type { Step } from '../../session/run_model';
import type { Session } from '../../session/session';
import type { Verdict } from '../../session/verdict';
import type { RunConditions } from './conditions';
import type { RepeatedVerdicts } from './repeated_verdicts';
import type { SkippedCall } from '../../report/documents/program_document';

/** A file with a program. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly program: Program;
}

/** A program that was run. */
export interface Ran extends Source {
  readonly conditions: RunConditions;
  readonly session: Session;
  /** Of the first run that did not end as the program expects, if there is one. */
  readonly verdict: Verdict;
  readonly verdicts: RepeatedVerdicts;
  readonly steps: readonly Step[];
  readonly counts: Counts;
  readonly skipped: readonly SkippedCall[];
  readonly trace: readonly string[];
  /** Of a program of user space: what the kernel answered to its calls. Its steps are what it believes. */
  readonly answers?: CallAnswers;
}

/**
 * The counts of one run of a program.
 *
 * @param evaluated - evaluations of invariants in this run
 * @param compared - observations that were compared
 */
export function countsOfRun(steps: readonly Step[], evaluated: number, compared: number): Counts {
  const { executed, skipped } = callCounts(steps);
  return { executed, skipped, evaluated, compared, notSearched: executed === 0 ? 1 : 0 };
}

/**
 * Returns whether the run ended as the program expects; a program without an expect line expects no finding. A program
 * that was given up says nothing about its expectation.
 */
export function isExpected({ program: { expect }, verdict }: Pick<Ran, 'program' | 'verdict'>): boolean {
  if (verdict.kind === 'violation') return verdict.invariant === expect;
  if (verdict.kind === 'promise') return verdict.promise === expect;
  return verdict.kind === 'limit' || (verdict.kind === 'clean' && (expect === undefined || expect === 'clean'));
}
