import type { ReleaseBug } from '../../rules/bugs/release_bugs';

/**
 * Whether a bug that a release has was found there. One of several: a difference was found that it explains alone, but
 * so do others of its bugs.
 */
export type BugOutcome = 'found' | 'one of several' | 'not found' | 'not searched';

/** A bug on one kernel that has it by its history. */
export interface BugOnRelease {
  readonly bug: string;
  readonly outcome: BugOutcome;
  /** The scenario that found it; null: none did. */
  readonly scenario: string | null;
  /** Seconds of the scenario's search until then, without boots and looks at differences. */
  readonly afterSeconds: number | null;
  /** Bugs that are needed with it to explain the difference; of several: the others. */
  readonly with: readonly string[];
  /** Bugs of which the model had the kernel's values by then, because they were found before. */
  readonly after: readonly string[];
  /** The difference in one line; null: not found. */
  readonly sentence: string | null;
  /** The reduced program; null: not found. */
  readonly program: string | null;
  /** Why it was not found, or not searched; null: it was found. */
  readonly cause: string | null;
}

/** A difference that no bug of the release explains. */
export interface Unattributed {
  readonly signature: string;
  readonly sentence: string;
  readonly program: string;
  /** Why its bugs were not all asked for; absent: they were. */
  readonly cut?: string;
  /** Whether the model with all values of the release agrees with the kernel: then a rule that is no bug is behind. */
  readonly releaseExplains: boolean;
}

/** The blind search of one scenario on one kernel. */
export interface BlindScenario {
  readonly scenario: string;
  /** Of searching alone, but where `bootSeconds` is null. */
  readonly seconds: number;
  /** Of the boots after deaths; null: results of a version that counted them among the seconds. */
  readonly bootSeconds: number | null;
  /** Of confirming, reducing and attributing differences; null: results of a version that did not count them. */
  readonly lookSeconds: number | null;
  readonly programs: number;
  readonly executed: number;
  readonly compared: number;
  readonly unattributed: readonly Unattributed[];
  /** The reason that it ended before its time; absent: it did not. */
  readonly ended?: string;
}

/** One kernel: the bugs that it has by their histories, and those that were found. */
export interface BugsOnRelease {
  readonly target: string;
  readonly release: string;
  /** The bugs that the release has, with the releases that mend them. */
  readonly has: readonly ReleaseBug[];
  readonly scenarios: readonly BlindScenario[];
  readonly bugs: readonly BugOnRelease[];
}
