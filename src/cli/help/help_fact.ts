import {
  EXIT_CLEAN as CLEAN,
  EXIT_FINDING as FINDING,
  EXIT_TARGET as TARGET,
  EXIT_TOO_LITTLE as TOO_LITTLE,
  EXIT_USAGE as USAGE,
} from '../support/exit';

/** The part of a help, and of a man page, that commander does not know. */
export interface HelpFacts {
  /** Sentences behind the options. */
  readonly notes?: readonly string[];
  /** Command lines behind `npx skbcheck`, with the reason of each. */
  readonly examples: readonly (readonly [line: string, why: string])[];
  /** Exit codes of its own, beside those of every command; the meaning of exit.ts, unless one is given here. */
  readonly exits: readonly (number | readonly [code: number, meaning: string])[];
  /** The page of docs/ that explains the command. */
  readonly page?: string;
}

export const SEARCH = [CLEAN, FINDING, USAGE, TARGET, TOO_LITTLE] as const;
export const DONE = [CLEAN, USAGE] as const;
export const NO_TARGET = [TOO_LITTLE, 'no Linux target is set up'] as const;
export const NO_PROGRAM = [TOO_LITTLE, 'the corpus has no program'] as const;
