export const PATTERN_FACTOR = 1664525;
export const PATTERN_INCREMENT = 1013904223;

/**
 * The bytes of a fill: the high bytes of a 32-bit linear congruence that starts at the seed. kernel/outside/ has the
 * same generator.
 *
 * @param seed - 32 bits; each fill of a program has its own, so that bytes of two fills differ
 * @param bytes - length
 */
export function patternOf(seed: number, bytes: number): Buffer {
  const pattern = Buffer.allocUnsafe(bytes);
  let state = seed | 0;
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, PATTERN_FACTOR) + PATTERN_INCREMENT) | 0;
    pattern[at] = state >>> 24;
  }
  return pattern;
}
