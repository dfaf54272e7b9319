import type { Answer } from './link';
import { protocolDeath } from './lockstep';

/** The words of a reply's payload. */
export function wordsOf(payload: Buffer): Uint32Array {
  // Copy: a Buffer of a pool need not start at a multiple of four.
  const bytes = new Uint8Array(payload.length & ~3);
  bytes.set(payload.subarray(0, bytes.length));
  return new Uint32Array(bytes.buffer);
}

/** Turns a reply into an answer. A negative status means that the target refused the request. */
export function answerOf(status: number, payload: Buffer): Answer {
  if (status !== 0) return { death: protocolDeath(`the target refused a batch with status ${status}`) };
  return { words: wordsOf(payload) };
}
