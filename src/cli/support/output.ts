import { documentText, type DocumentKind, type Documents } from '../../report/documents/documents';
import { firstLine } from '../../session/errors';
import { EXIT_NO_READER, EXIT_OUTPUT } from './exit';
import { pasteable } from './invocation';

let isGuarded = false;

/**
 * From now on a stdout that cannot be written ends the process: quietly if its reader has ended, as Unix tools do, and
 * with one line on stderr if it is full. A stderr that cannot be written changes nothing.
 */
export function guardOutput(): void {
  if (isGuarded) return;
  isGuarded = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_NO_READER);
    note(`skbcheck: error: the output could not be written: ${firstLine(error)}`);
    process.exit(EXIT_OUTPUT);
  });
  process.stderr.on('error', () => undefined);
}

/** Prints one JSON document of a kind on stdout. */
export function printDocument<K extends DocumentKind>(kind: K, fields: Documents[K]): void {
  process.stdout.write(documentText(kind, fields));
}

export function printLine(line: string): void {
  process.stdout.write(`${pasteable(line)}\n`);
}

/** Prints a line for people on stderr, so that stdout holds only the result. */
export function note(line: string): void {
  process.stderr.write(`${pasteable(line)}\n`);
}

/** Prints a document on stderr, where stdout has something else. */
export function noteDocument<K extends DocumentKind>(kind: K, fields: Documents[K]): void {
  process.stderr.write(documentText(kind, fields));
}
