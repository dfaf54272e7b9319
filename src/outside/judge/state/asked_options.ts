import { BUFFER_STEPS } from '../../../commands/outside/socket/ask_options';
import type { History, Told } from '../history';
import { valueOf } from '../args';

/* Answers of the kernel about options. */

export function judgeError(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const [{ ret, out }] = told.main;
  if (fd === undefined || ret < 0 || fd.type === 'dgram') return;
  // Only directly after the call that failed: later ones can fail for other reasons.
  if (fd.failedAt !== told.position - 1) return;
  const error = out[0].readInt32LE(0);
  const message = error === 0 ? null : `connect returned its error, and SO_ERROR is ${error} after it`;
  history.ask('error-once', message);
}

export function judgeBuffers(history: History, told: Told): void {
  const answers = BUFFER_STEPS.map((step) => told.at(step)[0]);
  if (answers.some((answer) => answer === undefined || answer.ret < 0)) return;
  const [size, , most] = answers.map(({ out }) => out[0].readBigUInt64LE(0));
  const message = size <= most ? null : `the buffer has ${size} bytes, and its upper bound is ${most}`;
  history.ask('size-in-bounds', message);
}
