import { parseExtendedErrors, parseZerocopyNotices } from '../../commands/outside/abi/socket/errqueue';
import { MSGHDR_CONTROL_BYTES_AT } from '../../commands/outside/msghdr';
import { NOTICE_OUT } from '../../commands/outside/socket/zerocopy_done';
import { STAMP_OUT } from '../../commands/outside/socket/stamps';
import type { StepResult } from '../../commands/outside/step';
import type { CallAnswer } from './answer';
import type { AnsweredStep, Reading } from './reading';
import { argOf } from './descriptors';
import { returnText } from './return_text';

/* The queue of errors of a socket. */

const controlOf = (out: readonly Buffer[], at: { readonly header: number; readonly control: number }): Buffer =>
  out[at.control].subarray(0, out[at.header].readUInt32LE(MSGHDR_CONTROL_BYTES_AT));

const mainOf = (steps: readonly AnsweredStep[]): readonly StepResult[] =>
  steps.filter(({ isMain }) => isMain).flatMap(({ results }) => results);

/** A queue without an error of its own ends with EAGAIN. */
const endOf = (results: readonly StepResult[]): string => returnText(results.at(-1)?.ret ?? 0);

/** Notices of MSG_ZEROCOPY: the sends, and whether their bytes were copied. */
export function noticesAnswer(reading: Reading, steps: readonly AnsweredStep[]): Omit<CallAnswer, 'at'> {
  const results = mainOf(steps);
  const notices = results
    .filter(({ ret }) => ret >= 0)
    .flatMap(({ out }) => parseZerocopyNotices(controlOf(out, NOTICE_OUT)));
  const sends = notices.flatMap(({ first, last }) =>
    Array.from({ length: Math.min(last - first + 1, 1000) }, (_, i) => first + i),
  );
  const value = notices.map(({ first, last, wasCopied }) => `${first} to ${last}${wasCopied ? ', copied' : ''}`);
  return {
    fields: [
      { name: 'end', value: endOf(results) },
      { name: 'notices', value: value.join('; '), choice: 'notices' },
    ],
    notified: { fd: argOf(reading.compiled, 'fd') ?? -1, sends },
  };
}

/** Times of acknowledgements: numbers of bytes, not the times. */
export function stampsAnswer(_reading: Reading, steps: readonly AnsweredStep[]): Omit<CallAnswer, 'at'> {
  const results = mainOf(steps);
  const told = results
    .filter(({ ret }) => ret >= 0)
    .flatMap(({ out }) => parseExtendedErrors(controlOf(out, STAMP_OUT)))
    .map(({ origin, info, data }) => `${origin}/${info} ${data}`);
  return {
    fields: [
      { name: 'end', value: endOf(results) },
      { name: 'notices', value: told.join('; '), choice: 'acknowledged' },
    ],
  };
}
