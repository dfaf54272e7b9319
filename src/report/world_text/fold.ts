/** Fewer lines are shown one by one. */
const FOLD_MIN = 3;
const KEY_AT_START = /^(\s*[a-z_]+#\d+)/;

/**
 * Lines that differ only in the object at their start become one: `page#2 … page#64: refcount 1 (63 alike)`. Only
 * neighbours are folded, so the order of the others stays.
 */
export function foldAlike(lines: readonly string[]): string[] {
  const folded: string[] = [];
  for (let i = 0; i < lines.length;) {
    const rest = restOf(lines[i]);
    let end = i + 1;
    while (rest !== null && end < lines.length && restOf(lines[end]) === rest) end++;
    if (rest === null || end - i < FOLD_MIN) folded.push(...lines.slice(i, end));
    else folded.push(`${keyOf(lines[i])} … ${keyOf(lines[end - 1]).trimStart()}${rest} (${end - i} alike)`);
    i = end;
  }
  return folded;
}

function keyOf(line: string): string {
  return KEY_AT_START.exec(line)?.[1] ?? '';
}

function restOf(line: string): string | null {
  const key = keyOf(line);
  return key === '' ? null : line.slice(key.length);
}
