/** Two of a kind: of the first target, and of the second. */
export type Pair<T> = readonly [T, T];

/** Names that tell the two targets apart, even where both are the same kernel. */
export function sideNames([a, b]: Pair<string>): Pair<string> {
  return a === b ? [`${a} (the first)`, `${b} (the second)`] : [a, b];
}
