import type { Setting } from '../config/settings';

export const EXIT_CLEAN = 0;

export const EXIT_FINDING = 1;

export const EXIT_USAGE = 2;

export const EXIT_TARGET = 3;

/** Too little was searched, executed or compared for the result to say anything. */
export const EXIT_TOO_LITTLE = 4;

export const EXIT_INTERRUPTED = 130;

/** Holds the exit code that a subcommand sets, and the words of the command line. */
export interface Exit {
  code: number;
  /** Behind `skbcheck`. */
  readonly argv: readonly string[];
  /** Every option that has a value, and where it comes from. */
  settings?: () => readonly Setting[];
  /** The values of files and variables that the command uses, as flags. */
  flags?: readonly string[];
}

/** What each exit code means, for every command. */
export const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  [EXIT_CLEAN]: 'clean: nothing was found, or the work is done',
  [EXIT_FINDING]: 'a finding, or a result that is not the expected one',
  [EXIT_USAGE]: 'a mistake in the command line or in a file',
  [EXIT_TARGET]: 'a target, a service or a place on the disk could not be used',
  [EXIT_TOO_LITTLE]: 'too little was searched, executed or compared for the result to say anything',
  [EXIT_INTERRUPTED]: 'interrupted by Ctrl-C or SIGTERM',
};
