import { plural } from '../program/counts';
import { REPLY_WORDS_PER_CALL } from '../protocol/exec';
import type { Batch, BatchProgram } from './batch';
import type { Death, Link } from './link';

/** The first difference between a batch and the model. */
export type Difference =
  | {
      readonly kind: 'ret';
      readonly program: BatchProgram;
      readonly call: number;
      readonly expected: number;
      readonly found: number;
    }
  | { readonly kind: 'digest'; readonly program: BatchProgram; readonly call: number; readonly found: number }
  | { readonly kind: 'splat'; readonly program: BatchProgram; readonly call: number; readonly text: string }
  | { readonly kind: 'death'; readonly death: Death };

/** Executes a batch on a target and compares each call's answer with the model's. Null: no difference. */
export async function compareBatch(link: Link, batch: Batch): Promise<Difference | null> {
  const answer = await link.execute(batch.request());
  if (answer.death !== undefined) return { kind: 'death', death: answer.death };
  return compareAnswers(link, batch, answer.words);
}

/** The number of observations of the batch that were compared: up to the difference, and with it. */
export function comparedIn(batch: Batch, difference: Difference | null): number {
  if (difference === null) return batch.calls;
  return difference.kind === 'death' ? 0 : difference.program.firstCall + difference.call + 1;
}

async function compareAnswers(link: Link, batch: Batch, words: Uint32Array): Promise<Difference | null> {
  const expected = batch.programs.length + batch.calls * REPLY_WORDS_PER_CALL;
  if (words.length !== expected)
    return { kind: 'death', death: protocolDeath(`the target answered ${words.length} words, not ${expected}`) };
  let at = 0;
  for (const program of batch.programs) {
    const executed = words[at++];
    if (executed !== program.calls)
      return {
        kind: 'death',
        death: protocolDeath(`the target executed ${executed} of ${plural(program.calls, 'call')}`),
      };
    for (let call = 0; call < program.calls; call++, at += REPLY_WORDS_PER_CALL) {
      const i = program.firstCall + call;
      if (words[at + 2] !== 0) return { kind: 'splat', program, call, text: await link.splats() };
      if (words[at] !== batch.rets[i])
        return { kind: 'ret', program, call, expected: batch.rets[i] | 0, found: words[at] | 0 };
      if (words[at + 1] !== batch.digests[i]) return { kind: 'digest', program, call, found: words[at + 1] };
    }
  }
  return null;
}

export function protocolDeath(detail: string): Death {
  return { kind: 'protocol', detail, console: '' };
}
