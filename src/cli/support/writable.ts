import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { firstLine, UsageError } from '../../session/errors';

/** A file of the user could not be written although it was looked at before: exit code 5. The message is one line. */
export class UnwrittenError extends Error {
  override readonly name = 'UnwrittenError';

  constructor(file: string, error: unknown) {
    super(`${file} could not be written: ${firstLine(error)}`);
  }
}

/** @throws UnwrittenError */
export function writeUserFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UnwrittenError(file, error);
  }
}

/**
 * Checks before a search that its findings can be written, without making anything.
 *
 * @throws UsageError when the directory, or the one in which it would be made, cannot be written
 */
export function assertWritableDirectory(directory: string): void {
  const existing = nearest(path.resolve(directory));
  if (!statSync(existing).isDirectory()) throw new UsageError(`${directory} cannot be written: ${existing} is a file`);
  assertAccess(directory, existing);
}

/**
 * The same for one file, which may be there already.
 *
 * @throws UsageError when the file cannot be written
 */
export function assertWritableFile(file: string): void {
  const absolute = path.resolve(file);
  const existing = nearest(absolute);
  const isDirectory = statSync(existing).isDirectory();
  if (existing === absolute && isDirectory) throw new UsageError(`${file} cannot be written: it is a directory`);
  if (existing !== absolute && (existing !== path.dirname(absolute) || !isDirectory))
    throw new UsageError(`${file} cannot be written: there is no directory ${path.dirname(file)}`);
  assertAccess(file, existing);
}

function assertAccess(wanted: string, existing: string): void {
  try {
    accessSync(existing, constants.W_OK);
  } catch (error) {
    throw new UsageError(`${wanted} cannot be written: ${firstLine(error)}`);
  }
}

/** The path itself, or the nearest folder above it that exists. */
function nearest(absolute: string): string {
  for (let at = absolute; ; at = path.dirname(at)) {
    try {
      statSync(at);
      return at;
    } catch (error) {
      if (path.dirname(at) === at) throw error;
    }
  }
}
