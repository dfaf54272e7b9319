/** The class of an error. Each class has one exit code. */
export type ErrorCode =
  /** The command line makes no sense as typed: exit code 2. */
  | 'usage'
  /** A file is no program: exit code 2. */
  | 'program'
  /** A program outgrows the model: exit code 2. */
  | 'limit'
  /** A target or a service cannot be used: exit code 3. */
  | 'target'
  /** The machine refused: a file (exit code 2), a process or a connection (3), a write (5). */
  | 'system'
  /** A signal ended the command before there was a result: exit code 130, after SIGTERM 143. */
  | 'interrupted'
  /** A fault of skbcheck itself. */
  | 'fault';

/** A command without a result prints this in its place with `--json`. */
export interface ErrorDocument {
  readonly code: ErrorCode;
  readonly exitCode: number;
  /** One line: what was wrong, where, what was expected. */
  readonly message: string;
  /** The next step of the user, where the message names one. */
  readonly hint?: string;
  /** Of a file that is no program. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}

/** The part of a message that says what to do next: a near name, all behind the first `; `, or a command to paste. */
export function hintIn(message: string): string | undefined {
  const hint = /, (did you mean '[^']*'\?)/.exec(message) ?? /; (.+)$/.exec(message) ?? /: (npx .+)$/.exec(message);
  return hint?.[1];
}
