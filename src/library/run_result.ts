import type { Program } from '../program/program';
import { callCounts } from '../session/call_counts';
import type { Step } from '../session/run_model';
import { outcomeText } from '../session/session';
import { sentenceOf, signatureOf, type Verdict } from '../session/verdict';
import type { RunResult, RunStep } from './types';

/** The result of a run, as plain data. */
export function resultOf(program: Program, target: string, verdict: Verdict, steps: readonly Step[]): RunResult {
  return {
    program,
    target,
    verdict,
    signature: signatureOf(verdict),
    sentence: sentenceOf(verdict),
    isFinding: verdict.kind !== 'clean' && verdict.kind !== 'limit',
    ...callCounts(steps),
    steps: steps.map(stepOf),
  };
}

function stepOf({ call, outcome, settling }: Step, position: number): RunStep {
  return {
    call: position,
    command: call.command.name,
    outcome: outcomeText(call, outcome),
    skipped: outcome < 0,
    settling,
  };
}
