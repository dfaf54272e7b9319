import type { Scenario } from '../generate/scenario';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import type { Session } from '../session/session';

/** A program that an earlier search kept, and the features for which. */
export interface KeptBefore {
  readonly id: string;
  readonly program: Program;
  readonly features: readonly number[];
}

/** What a strategy is given: one trial on one mutant. */
export interface SearchTask {
  readonly scenario: Scenario;
  /** With the mutant's rules. */
  readonly profile: Profile;
  /** Executes the programs, checks, and counts the commands. */
  readonly session: Session;
  /** Number of the first program: trials are far from each other. */
  readonly first: number;
  /** Programs of the scenario and the profile that were kept when no rule was broken. */
  readonly kept?: readonly KeptBefore[];
  /** To be told of every call right after it, while the world is as it left it. */
  readonly onExecuted?: (call: Call) => void;
  /**
   * To be asked after every program, when the session has judged it: is the search over?
   * @param program - makes the program that was executed last
   */
  done(program: () => Program): boolean;
}

/** A way to search for a program that does not hold. */
export interface Strategy {
  readonly name: string;
  readonly title: string;
  /** It draws from the world as it grows: every sequential mutant must be found by it. */
  readonly stateAware: boolean;
  /** Every trial would be the same, so one is enough. */
  readonly deterministic?: boolean;
  /** Execute program after program on the session until `done`, or until there is no other. */
  search(task: SearchTask): void;
}
