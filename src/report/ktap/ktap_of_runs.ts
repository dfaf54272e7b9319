import { countsText, whySaysNothing } from '../documents/counts';
import type { RunDocument } from '../documents/program_document';
import type { KtapResult, KtapTest } from './ktap';

/** A test for each file. */
export function ktapOfRuns(runs: readonly RunDocument[]): KtapTest[] {
  return runs.map((run): KtapTest => {
    const { file, target, sentence, isExpected, expect, skippedCalls } = run;
    return {
      name: file,
      result: resultOfRun(run),
      diagnostics: [
        ...skippedCalls.map(({ line, call, why }) => `line ${line}: skipped ${call}: ${why}`),
        ...(isExpected ? [] : [sentence, `expected: ${expect ?? 'clean'}`]),
        `${target}: ${countsText(run, target !== 'model')}`,
      ],
    };
  });
}

function resultOfRun(run: RunDocument): KtapResult {
  const { target, verdict, isExpected, sentence, foundOn } = run;
  if (!isExpected) return 'not ok';
  if (verdict.kind === 'limit') return { skip: sentence };
  if (verdict.kind === 'clean' && foundOn !== undefined) return { skip: `it was found on ${foundOn}` };
  const why = verdict.kind === 'clean' ? whySaysNothing(run, target !== 'model') : undefined;
  return why === undefined ? 'ok' : { skip: why };
}
