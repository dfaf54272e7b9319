import type { Judgement } from '../judge_program';
import { returnText } from './return_text';

/** By position in a program: what the kernel returned, as text: `3`, `ECONNREFUSED`. */
export type CallAnswers = ReadonlyMap<number, string>;

/**
 * The kernel's answers to the calls of a program. The world of a program of user space is what it believes: only these
 * say what became of its calls. Calls behind the one that shows a finding have none.
 */
export function callAnswers({ returns }: Pick<Judgement, 'returns'>): CallAnswers {
  return new Map(
    returns.map(({ compiled, ret, others }) => [compiled.position, [ret, ...others].map(returnText).join(', ')]),
  );
}
