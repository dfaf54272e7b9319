import type { AnswerField } from '../../outside/answers/answer';
import { freeChoice, type FreeChoiceName } from '../../outside/answers/free_choices';
import { errorIn } from '../../outside/answers/return_text';
import type { Pair } from '../pair';
import { firstDifferent } from './answer_difference';

/** The choice of the kernel that a field is, with these values; undefined: they must agree. */
export function choiceIn(
  field: AnswerField,
  [a, b]: Pair<string | Buffer>,
  isDropping: boolean,
): FreeChoiceName | undefined {
  const { choice } = field;
  if (typeof a === 'string' && typeof b === 'string') {
    if (a !== b && [a, b].some((value) => OUT_OF_MEMORY.includes(value))) return 'memory';
    if (choice === undefined || (choice === 'dropped' && !isDropping)) return undefined;
    return freeChoice(choice).extent === 'any' || [a, b].every(isMoved) ? choice : undefined;
  }
  if (choice === undefined || (choice === 'dropped' && !isDropping)) return undefined;
  if (freeChoice(choice).extent === 'any' || choice === 'dropped') return choice;
  // Bytes of a stream: one is the beginning of the other.
  if (typeof a === 'string' || typeof b === 'string') return undefined;
  return firstDifferent(a, b) === Math.min(a.length, b.length) ? choice : undefined;
}

const OUT_OF_MEMORY = ['ENOMEM', 'ENOBUFS'];
export const RESETS = ['ECONNRESET', 'EPIPE'];
const WAITS = ['EAGAIN', 'EINTR'];

/** A number of bytes, or the error of a call that would wait. */
export const isMoved = (value: string): boolean => errorIn(value) === undefined || WAITS.includes(value);
