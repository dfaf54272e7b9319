import type { CallAnswer } from '../../outside/answers/answer';
import type { CompiledCall } from '../../outside/compile';
import { differenceOf, firstDifferent, type AnswerDifference } from './answer_difference';
import type { Pair } from '../pair';

interface Total {
  readonly bytes: Pair<Buffer[]>;
  readonly atEnd: [boolean, boolean];
  last: CompiledCall;
}

/**
 * The bytes in all that two kernels gave to the readers of each socket, where they cut the stream in different places:
 * the cut is the kernel's choice, the bytes are not.
 */
export class Totals {
  private readonly totals = new Map<number, Total>();
  private readonly hidden = new Set<number>();

  /** Takes the answers to one call. */
  add(compiled: CompiledCall, answers: Pair<CallAnswer>): void {
    for (const side of [0, 1] as const) {
      const { taken, hides } = answers[side];
      if (hides !== undefined) this.hidden.add(hides);
      if (taken === undefined) continue;
      const total = this.totals.get(taken.fd) ?? { bytes: [[], []], atEnd: [false, false], last: compiled };
      this.totals.set(taken.fd, total);
      total.bytes[side].push(taken.bytes);
      if (taken.atEnd) total.atEnd[side] = true;
      total.last = compiled;
    }
  }

  /** The first socket whose bytes differ: one has others, or fewer although both are at the end. */
  difference(): AnswerDifference | undefined {
    for (const [fd, { bytes, atEnd, last }] of this.totals) {
      if (this.hidden.has(fd)) continue;
      const [a, b] = bytes.map((pieces) => Buffer.concat(pieces));
      const at = firstDifferent(a, b);
      const isPart = at === Math.min(a.length, b.length);
      const isWhole = a.length === b.length || !(atEnd[0] && atEnd[1]);
      if (!isPart || !isWhole) return differenceOf(last, 'bytes in all', [a, b]);
    }
    return undefined;
  }
}
