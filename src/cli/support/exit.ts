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
}
