/** The class of an error. Each class has one exit code. */
export type ErrorCode =
  /** The command line makes no sense as typed: exit code 2. */
  | 'usage'
  /** A file is no program: exit code 2. */
  | 'program'
  /** A program outgrows the model: exit code 2. */
  | 'limit'
  /** A target or service cannot be used: exit code 3. */
  | 'target'
  /** The machine refused: a file, a disk, a process: exit code 3. */
  | 'system'
  /** The command was ended by a signal before there was a result: exit code 130. */
  | 'interrupted'
  /** A fault of skbcheck itself. */
  | 'fault';

/** What a command prints with `--json` in the place of its result when it cannot have one. */
export interface ErrorDocument {
  readonly code: ErrorCode;
  readonly exitCode: number;
  /** One line: what was wrong, where, what was expected. */
  readonly message: string;
  /** What to do next, where the message says it. */
  readonly hint?: string;
  /** Of a file that is no program. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}

/** The part of a message that says what to do next: a near name, or all behind the first `; `, or a command to paste. */
export function hintIn(message: string): string | undefined {
  const hint = /, (did you mean '[^']*'\?)/.exec(message) ?? /; (.+)$/.exec(message) ?? /: (npx .+)$/.exec(message);
  return hint?.[1];
}
