import type { Kind } from '../model/world/world';
import type { Call } from './program';

/** The name that generator and reducer give to the n-th object of a kind: page1, skb2, pool1. */
export function generatedName(kind: Kind, count: number): string {
  return `${kind}${count}`;
}

/** The names of the objects that calls make. Their handles must be numbered in the order of definition. */
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
