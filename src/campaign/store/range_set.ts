/** A set of whole numbers, kept as ranges. The positions of done leases form few ranges. */
export class RangeSet {
  /** First and last number of each stretch, in ascending order. No two stretches touch. */
  private stretches: [number, number][] = [];

  has(value: number): boolean {
    return this.stretches.some(([first, last]) => first <= value && value <= last);
  }

  /** Returns false when the number was there already. */
  add(value: number): boolean {
    if (this.has(value)) return false;
    this.addRange(value, value);
    return true;
  }

  addRange(first: number, last: number): void {
    const merged: [number, number] = [first, last];
    const apart = this.stretches.filter((stretch) => {
      if (stretch[1] + 1 < merged[0] || stretch[0] - 1 > merged[1]) return true;
      merged[0] = Math.min(merged[0], stretch[0]);
      merged[1] = Math.max(merged[1], stretch[1]);
      return false;
    });
    this.stretches = [...apart, merged].sort(([a], [b]) => a - b);
  }

  /** The smallest number from 0 on that is not in the set. */
  get firstMissing(): number {
    return this.stretches.length > 0 && this.stretches[0][0] === 0 ? this.stretches[0][1] + 1 : 0;
  }

  ranges(): readonly (readonly [number, number])[] {
    return this.stretches.map(([first, last]) => [first, last]);
  }
}
