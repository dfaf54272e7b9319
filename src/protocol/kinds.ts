import { KERNEL_KINDS, type KernelKind, type Kind } from '../model/world/kinds';

/** The digit of each kind, in the high half of the word that begins an object in an observation. */
export const KIND_DIGITS = Object.fromEntries(KERNEL_KINDS.map((kind, at) => [kind, at + 1])) as Readonly<
  Record<KernelKind, number>
>;

/** Kinds whose bytes are hashed into the observation after a call that names them. */
export const HASHED_KINDS = ['skb', 'xdp', 'frame'] as const satisfies readonly KernelKind[];
export type HashedKind = (typeof HASHED_KINDS)[number];

export function isHashed(kind: Kind): kind is HashedKind {
  return (HASHED_KINDS as readonly Kind[]).includes(kind);
}

/** The word that begins an object in an observation. */
export function objectTag(kind: KernelKind, handle: number): number {
  return (KIND_DIGITS[kind] << 16) | handle;
}
