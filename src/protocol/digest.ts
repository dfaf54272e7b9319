// Local constants, not exported by these names: the loops below are most of the work of lockstep.
const FACTOR = 0x9e3779b1;
const SHIFT = 15;
const SEED = 0x811c9dc5;

/** Factor and shift of `mix`. */
export const MIX_FACTOR = FACTOR;
export const MIX_SHIFT = SHIFT;
/** Start of the digest of an observation. */
export const DIGEST_SEED = SEED;
/** The digest of an observation that does not fit into the target's buffer. */
export const OVERFLOW_DIGEST = 0xffffffff;

/** Folds one word into a hash. */
function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, FACTOR);
  return product ^ (product >>> SHIFT);
}

/** The digest of the first `length` words: a target answers with it after each call. */
export function digestOf(words: Uint32Array, length: number): number {
  let h: number = SEED;
  for (let i = 0; i < length; i++) h = mix(h, words[i]);
  return h >>> 0;
}

/** Folds a stretch of bytes into a hash: its length, then its words. */
export function hashBytes(
  { bytes, view }: { readonly bytes: Uint8Array; readonly view: DataView },
  seed: number,
  address: number,
  length: number,
): number {
  let h = mix(seed, length);
  let at = address;
  const end = address + length;
  for (; at + 4 <= end; at += 4) h = mix(h, view.getInt32(at, true));
  if (at < end) {
    let word = 0;
    for (let shift = 0; at < end; at++, shift += 8) word |= bytes[at] << shift;
    h = mix(h, word);
  }
  return h;
}
