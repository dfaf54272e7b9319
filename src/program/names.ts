import type { Kind } from '../model/world';

/** What the generator and the reducer call the n-th object of a kind: page1, skb2, pool1. */
export function generatedName(kind: Kind, count: number): string {
  return `${kind}${count}`;
}
