import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../session/errors';

/**
 * The files that are named, and in the place of each directory the programs below it (`*.skb`), sorted.
 *
 * @throws UsageError when a directory has no program
 */
export function programFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => (isDirectory(path) ? programsIn(path) : [path]));
}

function programsIn(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.skb'));
  if (names.length === 0) throw new UsageError(`${directory} has no program: no file below it ends with .skb`);
  return names.sort().map((name) => join(directory, name));
}

/** A path that cannot be looked at is left to the reader, which says why. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
