import type { Scenario } from '../generate/scenario';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import type { Session } from '../session/session';
import type { StrategyName } from './strategy_names';

/** A program that an earlier search kept, with the features that it was kept for. */
export interface KeptBefore {
  readonly id: string;
  readonly program: Program;
  readonly features: readonly number[];
}

/** The task of a strategy: one trial on one mutant. */
export interface SearchTask {
  readonly scenario: Scenario;
  /** With the mutant's rules. */
  readonly profile: Profile;
  /** Executes the programs, checks, and counts the commands. */
  readonly session: Session;
  /** Number of the first program. Trials are far from each other. */
  readonly first: number;
  /** Programs of the scenario and the profile that were kept when no rule was broken. */
  readonly kept?: readonly KeptBefore[];
  /** Called right after every executed call, before the world changes again. */
  readonly onExecuted?: (call: Call) => void;
  /**
   * Called after every program that the session has judged. Returns whether the search is over.
   *
   * @param program - makes the program that was executed last
   */
  done(program: () => Program): boolean;
}

/** A way to search for a program that violates an invariant. */
export interface Strategy {
  readonly name: StrategyName;
  readonly title: string;
  /** The strategy draws from the world as it grows, and must find every sequential mutant. */
  readonly stateAware: boolean;
  /** All trials would be the same, so that one is enough. */
  readonly deterministic?: boolean;
  /** Executes programs on the session until `done` returns true or no program is left. */
  search(task: SearchTask): void;
}
