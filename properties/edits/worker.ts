// Runs the suite on one edit after the other, in a process of its own: an edit may make it loop forever.

import path from 'node:path';
import { installLoader, loadWith } from './reload';

/** The parent's request: run the suite with this text in place of the file's. */
export interface EditRequest {
  readonly file: string | null;
  readonly text: string;
}

/** The first complaint of the suite; null when the edit survives. */
export interface EditReply {
  readonly problem: string | null;
  readonly ms: number;
}

const NOTICED_MAX = 40;
const suite = path.resolve(__dirname, '..', 'support', 'invariant_suite.ts');
installLoader();

/**
 * The demands that noticed an edit, the latest first: it is likely to notice the next one, which is mostly in the same
 * line.
 */
let noticed: readonly number[] = [];

function firstProblem(demands: readonly (() => string | null)[]): string | null {
  for (const i of new Set([...noticed, ...demands.keys()])) {
    const problem = problemOf(demands[i]);
    if (problem === null) continue;
    noticed = [i, ...noticed.filter((other) => other !== i)].slice(0, NOTICED_MAX);
    return problem;
  }
  return null;
}

function problemOf(demand: () => string | null): string | null {
  try {
    return demand();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

process.on('message', ({ file, text }: EditRequest) => {
  const startedAt = performance.now();
  let problem: string | null;
  try {
    const { DEMANDS } = loadWith(suite, file, text) as { DEMANDS: readonly (() => string | null)[] };
    problem = firstProblem(DEMANDS);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const reply: EditReply = { problem, ms: performance.now() - startedAt };
  process.send?.(reply);
});
