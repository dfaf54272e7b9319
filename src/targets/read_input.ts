import { readFileSync } from 'node:fs';

/** In the place of a file: stdin, or stdout. */
export const STREAM = '-';

let stdin: Buffer | undefined;

/**
 * Reads a file that the user named, or stdin for `-`. Stdin is read once, and is the same wherever it is named.
 *
 * @throws the error of the system
 */
export function readInput(file: string): Buffer {
  if (file !== STREAM) return readFileSync(file);
  return (stdin ??= readFileSync(process.stdin.fd));
}
