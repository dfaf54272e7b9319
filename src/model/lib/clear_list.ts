/**
 * Empties a list and keeps its room: `list.length = 0` gives the room back to the engine, and the next push buys it
 * again.
 */
export function clearList(list: unknown[]): void {
  while (list.length > 0) list.pop();
}
