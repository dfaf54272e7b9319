import { statSync } from 'node:fs';
import { firstLine, UsageError } from '../../session/errors';
import { readInput, STREAM } from '../../targets/read_input';
import { note } from './output';
import { assertWritableFile, writeUserFile } from './writable';

/**
 * Reads a file, or stdin for `-`.
 *
 * @param max_bytes - of a file
 * @throws UsageError when it cannot be read, or is longer
 */
export function readNamed(file: string, max_bytes = Infinity): Buffer {
  try {
    if (file !== STREAM && statSync(file).size > max_bytes) throw tooLong(file, statSync(file).size, max_bytes);
    const content = readInput(file);
    if (content.length > max_bytes) throw tooLong(file, content.length, max_bytes);
    return content;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${file}: ${firstLine(error)}`);
  }
}

function tooLong(file: string, size: number, max_bytes: number): UsageError {
  return new UsageError(`${file} has ${size} bytes, a program has at most ${max_bytes}`);
}

/**
 * Checks before the work that its result can be written.
 *
 * @param json - a JSON document goes to stdout
 * @throws UsageError when it cannot
 */
export function assertOutput(file: string, json: boolean): void {
  if (file !== STREAM) assertWritableFile(file);
  else if (json) throw new UsageError('-o - and --json both write to stdout: choose one');
}

/**
 * Writes a file, and says so; `-` is stdout.
 *
 * @throws UnwrittenError
 */
export function writeOutput(file: string, text: string): void {
  if (file === STREAM) process.stdout.write(text);
  else {
    writeUserFile(file, text);
    note(`written: ${file}`);
  }
}
