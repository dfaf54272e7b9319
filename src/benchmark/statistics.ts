import { quantile, wilcoxonRankSum } from 'simple-statistics';

/** Median and quartiles. */
export interface Quartiles {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** @param values - at least one */
export function quartilesOf(values: readonly number[]): Quartiles {
  const [lower, median, upper] = quantile([...values], [0.25, 0.5, 0.75]);
  return { median, lower, upper };
}

/** A time to an event, or a time up to which there was none. */
export interface Survival {
  readonly time: number;
  readonly event: boolean;
}

/**
 * Restricted mean survival time: the area under the Kaplan-Meier estimate up to `horizon` (Kaplan and Meier 1958; Magma
 * reports times to bugs this way). A cut-off observation counts as at risk until its cut-off.
 */
export function restrictedMean(observed: readonly Survival[], horizon: number): number {
  const sorted = [...observed].sort((a, b) => a.time - b.time || Number(b.event) - Number(a.event));
  let survival = 1;
  let area = 0;
  let last = 0;
  sorted.forEach(({ time, event }, i) => {
    const now = Math.min(time, horizon);
    area += survival * (now - last);
    last = now;
    if (event && time <= horizon) survival *= 1 - 1 / (sorted.length - i);
  });
  return area + survival * (horizon - last);
}

/**
 * Two-sided p of Mann-Whitney's U, exact and with ties: the share of those ways to choose the first sample from the
 * pooled values whose rank sum is at least as far from the mean. Ranks are doubled, so that ranks of ties are integers.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const pooled = [...a, ...b];
  const sorted = [...pooled].sort((x, y) => x - y);
  const doubled = pooled.map((value) => sorted.indexOf(value) + sorted.lastIndexOf(value) + 2);
  const sum = doubled.slice(0, a.length).reduce((total, rank) => total + rank, 0);
  return twoSided(waysToSum(doubled, a.length), sum, a.length * (pooled.length + 1));
}

/**
 * Two-sided p of Wilcoxon's signed ranks, exact: tests whether the values of a sample lie above or below one value. It
 * compares with a deterministic strategy, whose trials are all the same (as ETNA does). Differences of zero are
 * ignored.
 */
export function signedRanks(sample: readonly number[], value: number): number {
  const differences = sample.map((x) => x - value).filter((difference) => difference !== 0);
  const sizes = differences.map(Math.abs);
  const sorted = [...sizes].sort((x, y) => x - y);
  const doubled = sizes.map((size) => sorted.indexOf(size) + sorted.lastIndexOf(size) + 2);
  const sum = doubled.reduce((total, rank, i) => total + (differences[i] > 0 ? rank : 0), 0);
  const all = doubled.reduce((total, rank) => total + rank, 0);
  return twoSided(waysToSum(doubled, null), sum, all / 2);
}

/** Vargha and Delaney's A12: the probability that a value of `a` is smaller than one of `b`, ties for half. */
export function smallerOf(a: readonly number[], b: readonly number[]): number {
  const u = wilcoxonRankSum([...a], [...b]) - (a.length * (a.length + 1)) / 2;
  return 1 - u / (a.length * b.length);
}

/** By sum: the number of ways to choose `count` of the integers (null: any number of them) with this sum. */
function waysToSum(numbers: readonly number[], count: number | null): Map<number, number> {
  const start = new Map([[0, 1]]);
  const chosen: Map<number, number>[] = [start, ...Array.from({ length: count ?? 0 }, () => new Map<number, number>())];
  for (const number of numbers) {
    if (count === null) addAll(start, new Map(start), number);
    for (let n = count ?? 0; n > 0; n--) addAll(chosen[n], chosen[n - 1], number);
  }
  return chosen[count ?? 0];
}

function addAll(to: Map<number, number>, from: ReadonlyMap<number, number>, number: number): void {
  for (const [sum, ways] of from) to.set(sum + number, (to.get(sum + number) ?? 0) + ways);
}

function twoSided(ways: ReadonlyMap<number, number>, sum: number, mean: number): number {
  const distance = Math.abs(sum - mean);
  let all = 0;
  let far = 0;
  for (const [other, count] of ways) {
    all += count;
    if (Math.abs(other - mean) >= distance) far += count;
  }
  return far / all;
}
