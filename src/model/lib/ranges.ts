/**
 * Sets of bytes as flat, sorted, disjoint [from, to) pairs. Immutable, so that pages share them:
 * each function returns its argument when nothing changes.
 */
export type Ranges = readonly number[];

export const NO_RANGES: Ranges = [];

export function intersects(ranges: Ranges, from: number, to: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i] < to && from < ranges[i + 1]) return true;
  }
  return false;
}

/** Returns whether every byte of [from, to) is in the set. */
export function covers(ranges: Ranges, from: number, to: number): boolean {
  if (from >= to) return true;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i] <= from && to <= ranges[i + 1]) return true;
  }
  return false;
}

export function addRange(ranges: Ranges, from: number, to: number): Ranges {
  if (covers(ranges, from, to)) return ranges;
  const result: number[] = [];
  let start = from;
  let end = to;
  let i = 0;
  for (; i < ranges.length && ranges[i + 1] < start; i += 2) result.push(ranges[i], ranges[i + 1]);
  for (; i < ranges.length && ranges[i] <= end; i += 2) {
    start = Math.min(start, ranges[i]);
    end = Math.max(end, ranges[i + 1]);
  }
  result.push(start, end);
  for (; i < ranges.length; i += 2) result.push(ranges[i], ranges[i + 1]);
  return result;
}

export function subtractRange(ranges: Ranges, from: number, to: number): Ranges {
  if (from >= to || !intersects(ranges, from, to)) return ranges;
  const result: number[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    const start = ranges[i];
    const end = ranges[i + 1];
    if (start < from) result.push(start, Math.min(end, from));
    if (end > to) result.push(Math.max(start, to), end);
  }
  return result.length === 0 ? NO_RANGES : result;
}
