import type { Kind } from '../model/world/world';
import type { Call } from './program';

/** What the generator and the reducer call the n-th object of a kind: page1, skb2, pool1. */
export function generatedName(kind: Kind, count: number): string {
  return `${kind}${count}`;
}

/** Names of what calls make, whose handles are numbered in the order of definition. */
export function namesOf(calls: readonly Call[]): string[] {
  const counts = new Map<Kind, number>();
  return calls.flatMap(({ command, result }) => {
    if (result < 0) return [];
    const kind = command.result as Kind;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return [generatedName(kind, count)];
  });
}
