/*
 * Payload ghosts that move inside one call of a driver: pairs (start in the pattern, length), as commands/payload.ts keeps them for
 * what names hold.
 */

/** Bytes [from, from + length). */
export function skipSpans(spans: readonly number[], from: number, length: number): number[] {
  const taken: number[] = [];
  let skip = from;
  let left = length;
  for (let i = 0; i < spans.length && left > 0; i += 2) {
    const here = Math.min(Math.max(spans[i + 1] - skip, 0), left);
    if (here > 0) taken.push(spans[i] + skip, here);
    skip = Math.max(0, skip - spans[i + 1]);
    left -= here;
  }
  return taken;
}

export function appendSpans(spans: readonly number[], more: readonly number[]): number[] {
  return [...spans, ...more];
}
