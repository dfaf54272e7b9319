import { pasteable } from './invocation';

/** Prints one JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLine(line: string): void {
  process.stdout.write(`${pasteable(line)}\n`);
}

/** Prints a line for people on stderr, so that stdout holds only the result. */
export function note(line: string): void {
  process.stderr.write(`${pasteable(line)}\n`);
}
