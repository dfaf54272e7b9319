/** Start of the digest of an observation. */
export const DIGEST_SEED = 0x811c9dc5;
/** The digest of an observation that does not fit into the target's buffer. */
export const OVERFLOW_DIGEST = 0xffffffff;
/** Factor and shift of `mix`. */
export const MIX_FACTOR = 0x9e3779b1;
export const MIX_SHIFT = 15;

/** Folds one word into a hash. */
export function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}
