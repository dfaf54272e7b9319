import { documentText, type DocumentKind, type Documents } from '../../report/documents/documents';

/** Prints one JSON document of a kind on stdout. */
export function printDocument<K extends DocumentKind>(kind: K, fields: Documents[K]): void {
  process.stdout.write(documentText(kind, fields));
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a line for people on stderr, so that stdout holds only the result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints a document on stderr, where stdout has something else. */
export function noteDocument<K extends DocumentKind>(kind: K, fields: Documents[K]): void {
  process.stderr.write(documentText(kind, fields));
}
