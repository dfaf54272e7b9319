import { findingOf, printFinding } from './finding';
import { runProgram, skippedCalls } from './run_program';
import { printProgram } from './parse_program';
import type { Program, RunOptions, RunResult } from './types';

/** The answer of a matcher to jest. */
export interface MatcherAnswer {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers that this module adds to jest's `expect`. */
export interface SkbcheckMatchers<R> {
  /**
   * Passes when the program runs clean on the model, or the result of a run is clean, and at least one of its calls was
   * executed. A failure shows the finding as `skbcheck run` prints it.
   *
   * @param options - the conditions of the run, where the expected value is a program
   */
  toBeClean(options?: RunOptions): R;
}

declare global {
  // The interface that @types/jest extends is a namespace.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    // Its type parameters must be those of @types/jest.
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
    interface Matchers<R, T = {}> extends SkbcheckMatchers<R> {}
  }
}

/** The matchers, for `expect.extend(matchers)` where jest's globals are off. */
export const matchers = { toBeClean };

/**
 * See SkbcheckMatchers.
 *
 * @throws UsageError as `runProgram` does
 */
function toBeClean(received: Program | RunResult, options: RunOptions = {}): MatcherAnswer {
  const result = 'verdict' in received ? received : runProgram(received, options);
  const pass = !result.isFinding && result.executed > 0;
  return { pass, message: () => messageOf(result) };
}

function messageOf(result: RunResult): string {
  const finding = findingOf(result);
  const program = printProgram(result.program);
  if (finding !== null) return `${printFinding(finding)}\nthe program as a file:\n\n${program}`;
  if (result.executed > 0) return `the program is clean, which was not expected:\n\n${program}`;
  const skipped = skippedCalls(result.program);
  const reasons = skipped.map(({ line, call, why }) => `line ${line}: skipped ${call}: ${why}`);
  return [`no call of the program was executed, so that it is clean says nothing:`, '', program, ...reasons].join('\n');
}

const globals = globalThis as { expect?: { extend?: (added: typeof matchers) => void } };
globals.expect?.extend?.(matchers);
