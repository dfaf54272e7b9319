import type { Kind } from '../model/world/world';

/** The digit of each kind, in the high half of the word that begins an object in an observation. */
export const KIND_DIGITS: Readonly<Record<Kind, number>> = {
  skb: 1,
  page: 2,
  pool: 3,
  device: 4,
  sock: 5,
  uarg: 6,
  frag_cache: 7,
  mapping: 8,
  napi: 9,
  rxq: 10,
  xdp: 11,
  frame: 12,
  cpumap: 13,
  netdev: 14,
  umem: 15,
  xsk: 16,
  pipe: 17,
  mm: 18,
  file: 19,
  port: 20,
};

/** Kinds in the order of their digits. */
export const KINDS_BY_DIGIT: readonly Kind[] = (Object.keys(KIND_DIGITS) as Kind[]).sort(
  (a, b) => KIND_DIGITS[a] - KIND_DIGITS[b],
);

/** Kinds whose bytes are hashed into the observation after a call that names them. */
export const HASHED_KINDS: readonly Kind[] = ['skb', 'xdp', 'frame'];

/** The word that begins an object in an observation. */
export function objectTag(kind: Kind, handle: number): number {
  return (KIND_DIGITS[kind] << 16) | handle;
}
