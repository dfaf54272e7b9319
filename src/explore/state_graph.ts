import type { Call } from '../program/program';

/** States in the order in which they were met, the first call that led to each, and the transitions between them. */
export class StateGraph {
  private readonly parents: number[] = [];
  private readonly calls: (Call | null)[] = [];
  private readonly depths: number[] = [];
  /** By state: the states that its calls led to, with repeats. */
  private readonly leads: number[][] = [];
  /** By state: the number of calls that failed. */
  private readonly fails: number[] = [];

  get size(): number {
    return this.parents.length;
  }

  add(parent: number, call: Call | null): number {
    this.parents.push(parent);
    this.calls.push(call);
    this.depths.push(parent < 0 ? 0 : this.depths[parent] + 1);
    this.leads.push([]);
    this.fails.push(0);
    return this.parents.length - 1;
  }

  lead(from: number, to: number): void {
    this.leads[from].push(to);
  }

  fail(from: number): void {
    this.fails[from]++;
  }

  depthOf(state: number): number {
    return this.depths[state];
  }

  /** The shortest program to a state. */
  pathOf(state: number): Call[] {
    const path: Call[] = [];
    for (let at = state; this.parents[at] >= 0; at = this.parents[at]) path.push(this.calls[at] as Call);
    return path.reverse();
  }

  byDepth(): number[] {
    const counts: number[] = [];
    for (const depth of this.depths) counts[depth] = (counts[depth] ?? 0) + 1;
    return counts;
  }

  /**
   * The number of sequences of up to `length` known calls from the first state. A call that fails ends its sequence.
   */
  sequences(length: number): bigint {
    let ending = new Map<number, bigint>([[0, 1n]]);
    let total = 1n;
    for (let calls = 1; calls <= length; calls++) {
      const next = new Map<number, bigint>();
      for (const [state, ways] of ending) {
        total += ways * BigInt(this.fails[state]);
        for (const to of this.leads[state]) next.set(to, (next.get(to) ?? 0n) + ways);
      }
      for (const ways of next.values()) total += ways;
      ending = next;
    }
    return total;
  }
}
