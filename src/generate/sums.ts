import type { Random } from './random';

const BUCKETS = 64;

/** Draws positions by their weight, from running sums of the weights. */
export class Sums {
  /** By position: the sum of the weights up to and including it. Call `index` after writing it. */
  readonly upTo: Int32Array;
  /** By bucket of 2^shift: the first position whose sum is above the bucket's first number. */
  private readonly first = new Int32Array(BUCKETS);
  private shift = 0;

  constructor(positions: number) {
    this.upTo = new Int32Array(positions);
  }

  /** Indexes the sums after they were written. */
  index(): void {
    const { upTo, first } = this;
    const total = upTo[upTo.length - 1];
    this.shift = 0;
    while (total >> this.shift >= BUCKETS) this.shift++;
    let position = 0;
    for (let bucket = 0; bucket << this.shift < total; bucket++) {
      while (upTo[position] <= bucket << this.shift) position++;
      first[bucket] = position;
    }
  }

  /** The first position whose sum is above a drawn number: near the start of its bucket. */
  draw(random: Random): number {
    const { upTo } = this;
    const drawn = random.below(upTo[upTo.length - 1]);
    let position = this.first[drawn >> this.shift];
    while (upTo[position] <= drawn) position++;
    return position;
  }

  /** Returns whether the position has any weight. */
  has(position: number): boolean {
    return position === 0 ? this.upTo[0] > 0 : this.upTo[position] > this.upTo[position - 1];
  }
}
