// Runs the suite on one edit after the other, in a process of its own: an edit may make it loop forever.

import path from 'node:path';
import { installLoader, loadWith } from './reload';

/** What the parent asks: the suite with this text in place of the file's. */
export interface EditRequest {
  readonly file: string | null;
  readonly text: string;
}

/** The first thing that the suite complains about; null: the edit lives. */
export interface EditReply {
  readonly problem: string | null;
  readonly ms: number;
}

const suite = path.resolve(__dirname, '..', 'support', 'invariant_suite.ts');
installLoader();

process.on('message', ({ file, text }: EditRequest) => {
  const startedAt = performance.now();
  let problem: string | null;
  try {
    const { firstProblem } = loadWith(suite, file, text) as { firstProblem(): string | null };
    problem = firstProblem();
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const reply: EditReply = { problem, ms: performance.now() - startedAt };
  process.send?.(reply);
});
