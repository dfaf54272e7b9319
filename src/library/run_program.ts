import { printProgram } from '../program/print';
import { runOnModel } from '../session/run_model';
import { conditioned, keptSession } from './conditions';
import { resultOf } from './run_result';
import { SkippedCalls } from './skipped_calls';
import type { Program, RunOptions, RunResult, SkippedCall } from './types';

/**
 * Runs a program on the model under the invariants, settles, and judges. A finding is a result, not an error. The same
 * program has the same result each time.
 *
 * @throws UsageError when it is no program, for a name that does not exist, and for a mutant of another profile
 */
export function runProgram(program: Program, options: RunOptions = {}): RunResult {
  const own = conditioned(program, options);
  const { verdict, steps } = runOnModel(keptSession(own), own);
  return resultOf(own, 'model', verdict, steps);
}

/**
 * The calls of a program that `runProgram` skips, each with the first reason: an object that was released, the clause
 * of the contract that does not hold, a function that the kernel does not have.
 *
 * @throws UsageError as `runProgram` does
 */
export function skippedCalls(program: Program, options: RunOptions = {}): readonly SkippedCall[] {
  const own = conditioned(program, options);
  const session = keptSession(own);
  const skipped = new SkippedCalls(session.world, own, printProgram(own));
  runOnModel(session, own, (step) => skipped.onStep(step));
  return skipped.all;
}
