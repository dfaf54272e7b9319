import type { ProgramJudge } from '../lockstep/target_judge';
import type { Program } from '../program/program';
import type { Verdict } from '../session/verdict';

/** How a program ended in several runs on one kernel. */
export interface RepeatedVerdict {
  /** The first verdict that is not clean, if any. */
  readonly verdict: Verdict;
  /** Runs that were not clean. */
  readonly shown: number;
  readonly runs: number;
}

/**
 * Runs a program several times. After a death it runs no more: each costs a boot.
 * @param judge - of one kernel
 * @param runs - 1 or more
 */
export async function repeatedVerdict(judge: ProgramJudge, program: Program, runs: number): Promise<RepeatedVerdict> {
  let verdict: Verdict = { kind: 'clean' };
  let shown = 0;
  for (let run = 1; run <= runs; run++) {
    const one = await judge.judge(program);
    if (one.kind === 'clean' || one.kind === 'limit') continue;
    if (verdict.kind === 'clean') verdict = one;
    shown++;
    if (one.kind === 'death') return { verdict, shown, runs: run };
  }
  return { verdict, shown, runs };
}
