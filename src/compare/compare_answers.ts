import type { BatchProgram } from '../lockstep/batch';
import { REPLY_WORDS_PER_CALL } from '../protocol/exec';
import type { Pair } from './pair';
import type { PairBatch, ProgramEnd } from './pair_batch';

/** The first call of a program that two targets answer differently, where their models do not say so. */
export interface PairDifference {
  readonly kind: 'ret' | 'digest' | 'splat';
  readonly program: BatchProgram;
  /** Position among the executed calls of the program. */
  readonly call: number;
  /** The return values of both. */
  readonly rets: Pair<number>;
  /** Of a splat: the position of the target that complained. */
  readonly on?: 0 | 1;
}

/** The answers of two targets to one batch, held against each other. */
export interface Comparison {
  /** Calls whose answers were compared. */
  readonly compared: number;
  readonly differences: readonly PairDifference[];
  /** Programs in which the targets differ as their models do. */
  readonly explained: readonly ProgramEnd[];
  /** Programs in which the models differ and the targets do not. */
  readonly notShown: readonly ProgramEnd[];
  /** Programs in which both targets differ from the model, and not from each other. */
  readonly together: number;
  /** A target complained on its console. */
  readonly hasSplats: boolean;
}

/** True for an answer that has a word for everything in the batch. */
export function isWhole({ sides: [batch] }: PairBatch, words: Uint32Array): boolean {
  if (words.length !== batch.programs.length + batch.calls * REPLY_WORDS_PER_CALL) return false;
  let at = 0;
  for (const { calls } of batch.programs) {
    if (words[at] !== calls) return false;
    at += 1 + calls * REPLY_WORDS_PER_CALL;
  }
  return true;
}

/**
 * Compares two answers call by call. Differences of both from the model are counted, and are no difference.
 * @param a - the words of the first target, which are whole
 * @param b - those of the second
 */
export function compareAnswers(batch: PairBatch, a: Uint32Array, b: Uint32Array): Comparison {
  return new Comparer(batch, a, b).compare();
}

class Comparer {
  private compared = 0;
  private together = 0;
  private hasSplats = false;
  private readonly differences: PairDifference[] = [];
  private readonly explained: ProgramEnd[] = [];
  private readonly notShown: ProgramEnd[] = [];
  private at = 0;

  constructor(
    private readonly batch: PairBatch,
    private readonly a: Uint32Array,
    private readonly b: Uint32Array,
  ) {}

  compare(): Comparison {
    const ends = new Map(this.batch.ends.map((end) => [end.program, end]));
    this.batch.sides[0].programs.forEach((program, position) => {
      const start = this.at + 1;
      this.program(program, start, ends.get(position));
      this.at = start + program.calls * REPLY_WORDS_PER_CALL;
    });
    const { compared, together, hasSplats, differences, explained, notShown } = this;
    return { compared, together, hasSplats, differences, explained, notShown };
  }

  private program(program: BatchProgram, start: number, end: ProgramEnd | undefined): void {
    const last = end?.kind === 'differs' ? end.call : -1;
    let leftModel = false;
    let isOver = false;
    for (let call = 0; call < program.calls; call++) {
      const at = start + call * REPLY_WORDS_PER_CALL;
      const difference = this.differenceAt(at);
      this.compared++;
      if (call === last && this.follows(program, call, at)) this.explained.push(end as ProgramEnd);
      else if (difference !== null) this.differences.push({ ...difference, program, call });
      else if (call === last) this.notShown.push(end as ProgramEnd);
      isOver = difference !== null;
      if (isOver) break;
      leftModel ||= !this.isOf(0, program, call, at);
    }
    if (leftModel) this.together++;
    if (end?.kind === 'gone' && !isOver) this.explained.push(end);
  }

  private differenceAt(at: number): Pick<PairDifference, 'kind' | 'rets' | 'on'> | null {
    const { a, b } = this;
    const rets: Pair<number> = [a[at] | 0, b[at] | 0];
    const complains: Pair<boolean> = [a[at + 2] !== 0, b[at + 2] !== 0];
    if (complains[0] || complains[1]) this.hasSplats = true;
    if (complains[0] !== complains[1]) return { kind: 'splat', rets, on: complains[0] ? 0 : 1 };
    if (a[at] !== b[at]) return { kind: 'ret', rets };
    return a[at + 1] === b[at + 1] ? null : { kind: 'digest', rets };
  }

  /** Returns whether both targets answer as their models do. */
  private follows(program: BatchProgram, call: number, at: number): boolean {
    return this.isOf(0, program, call, at) && this.isOf(1, program, call, at) && this.a[at + 2] === this.b[at + 2];
  }

  private isOf(side: 0 | 1, program: BatchProgram, call: number, at: number): boolean {
    const words = side === 0 ? this.a : this.b;
    const { rets, digests } = this.batch.sides[side];
    const i = program.firstCall + call;
    return words[at] === rets[i] && words[at + 1] === digests[i];
  }
}
