import type { Call } from '../program/program';
import { Batch } from '../lockstep/batch';
import type { Pair } from './pair';
import type { PairModels } from './pair_models';

/** The place where the rest of a program cannot be compared any more, by the two models. */
export interface ProgramEnd {
  /** Position of the program in the batch. */
  readonly program: number;
  /** `differs`: the call has different answers. `gone`: it is legal on the first target only, and was not sent. */
  readonly kind: 'differs' | 'gone';
  /** Position among the calls of the program that were executed. */
  readonly call: number;
  /** All calls up to it, and with it. */
  readonly calls: readonly Call[];
}

/**
 * Programs for two targets, in one request for both, with the answers of both models. A program ends at the first call
 * that the models answer differently.
 */
export class PairBatch {
  /** By target. One batch is both where one model follows both. */
  readonly sides: Pair<Batch>;
  readonly ends: ProgramEnd[] = [];
  private readonly calls: Call[] = [];
  private ended = false;

  constructor(private readonly models: PairModels) {
    const first = new Batch();
    this.sides = [first, models.second === null ? first : new Batch()];
  }

  get size(): number {
    return this.sides[0].calls;
  }

  clear(): void {
    for (const batch of new Set(this.sides)) batch.clear();
    this.ends.length = 0;
  }

  beginProgram(id: number): void {
    for (const batch of new Set(this.sides)) batch.beginProgram(id);
    this.models.begin();
    this.calls.length = 0;
    this.ended = false;
  }

  /**
   * Takes a call that the first model has just executed.
   * @returns false when the program is over: this call is the last that was sent, or was not sent
   */
  executed(call: Call, settling = false): boolean {
    if (this.ended) return false;
    const { first, second } = this.models;
    const [a, b] = this.sides;
    if (second === null) {
      a.executed(first.world, call);
      return true;
    }
    this.calls.push(call);
    if (!this.models.follow(call, settling)) return this.end('gone');
    a.executed(first.world, call);
    b.executed(second.world, call);
    const last = a.calls - 1;
    const isSame = a.rets[last] === b.rets[last] && a.digests[last] === b.digests[last];
    return isSame || this.end('differs');
  }

  private end(kind: ProgramEnd['kind']): false {
    this.ended = true;
    const program = this.sides[0].programs.length - 1;
    this.ends.push({ program, kind, call: this.calls.length - 1, calls: [...this.calls] });
    return false;
  }
}
