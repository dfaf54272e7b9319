import type { ListedSetting } from '../../report/documents/list_document';

// docs/reference/exit_codes.md says what each code means for each command.

export const EXIT_CLEAN = 0;

export const EXIT_FINDING = 1;

export const EXIT_USAGE = 2;

export const EXIT_TARGET = 3;

/** Too little was searched, executed or compared for the result to say anything. */
export const EXIT_TOO_LITTLE = 4;

/** Stdout or a file of the user could not be written. */
export const EXIT_OUTPUT = 5;

/** After Ctrl-C; after SIGTERM it is 143. */
export const EXIT_INTERRUPTED = 130;

/** The reader of stdout has ended, as `head` does: the code of a program that SIGPIPE ended. */
export const EXIT_NO_READER = 141;

/** From the one that a user must see first to the one that says least; signals come before all. */
const BY_WEIGHT = [EXIT_OUTPUT, EXIT_USAGE, EXIT_FINDING, EXIT_TARGET, EXIT_TOO_LITTLE, EXIT_CLEAN];

/** The exit code of two commands that ran as one. */
export function worseOf(one: number, other: number): number {
  const signal = [one, other].find((code) => code >= EXIT_INTERRUPTED);
  return signal ?? BY_WEIGHT.find((code) => code === one || code === other) ?? EXIT_CLEAN;
}

/** Holds the exit code that a subcommand sets, and the words of the command line. */
export interface Exit {
  code: number;
  /** Behind `skbcheck`. */
  readonly argv: readonly string[];
  /** Every option that has a value, and where it comes from. */
  settings?: () => readonly ListedSetting[];
  /** The values of files and variables that the command uses, as flags. */
  flags?: readonly string[];
}

/** The meaning of each exit code, for every command. */
export const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  [EXIT_CLEAN]: 'clean: nothing was found, or the work is done',
  [EXIT_FINDING]: 'a finding, or a result that is not the expected one',
  [EXIT_USAGE]: 'a mistake in the command line or in a file',
  [EXIT_TARGET]: 'a target or a service could not be used',
  [EXIT_TOO_LITTLE]: 'too little was searched, executed or compared for the result to say anything',
  [EXIT_OUTPUT]: 'stdout or a file of the user could not be written',
  [EXIT_INTERRUPTED]: 'interrupted by Ctrl-C; after SIGTERM it is 143',
  [EXIT_NO_READER]: 'the reader of stdout has ended, as `head` does',
};
