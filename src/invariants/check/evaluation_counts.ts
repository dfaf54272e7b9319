import { INVARIANTS } from '../registry';

/** A set of invariants is cut in two halves, so that the tables of both stay small. */
const LOW_BITS = 11;
const LOW_MASK = (1 << LOW_BITS) - 1;

/**
 * How often each invariant was evaluated on a world in which it could fail. After a command the invariants are counted
 * together, as one set of bits by position in INVARIANTS. Counting a set takes two additions; counting every invariant
 * on its own would take twenty.
 */
export class EvaluationCounts {
  private readonly single: number[] = INVARIANTS.map(() => 0);
  private readonly lowSets = new Float64Array(1 << LOW_BITS);
  private readonly highSets = new Float64Array(1 << (INVARIANTS.length - LOW_BITS));

  /** Counts one evaluation of one invariant. */
  add(position: number): void {
    this.single[position]++;
  }

  /** Counts one evaluation of every invariant of the set. */
  addSet(bits: number): void {
    this.lowSets[bits & LOW_MASK]++;
    this.highSets[bits >>> LOW_BITS]++;
  }

  of(position: number): number {
    const inLow = position < LOW_BITS;
    const sets = inLow ? this.lowSets : this.highSets;
    const bit = 1 << (inLow ? position : position - LOW_BITS);
    let count = this.single[position];
    for (let bits = 0; bits < sets.length; bits++) if ((bits & bit) !== 0) count += sets[bits];
    return count;
  }
}
