/** One JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line for people while something runs: stderr, so that stdout stays the result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
