import type { ScenarioTotals, ShortestResult } from '../../explore/explore_scenario';
import type { CommandDomain } from '../../generate/small_scope';
import type { Verdict } from '../../session/verdict';
import type { Counts } from './counts';

/** `explore SCENARIO`. */
export interface ExploreDocument extends Counts {
  readonly scenario: string;
  readonly profile: string;
  readonly mutant?: string;
  /** Absent: all commands of the scenario. */
  readonly commands?: readonly string[];
  readonly depth: number;
  readonly seconds: number;
  readonly found: FoundInScope;
}

interface FoundInScope extends ScenarioTotals {
  /** Sequences of calls that were covered; as text, because it may exceed the numbers of JSON. */
  readonly programs: string;
  readonly findings: readonly ShortestInScope[];
}

interface ShortestInScope extends ShortestResult {
  readonly program: string;
}

/** `explore SCENARIO --scope`. */
export interface ScopeDocument {
  readonly scenario: string;
  readonly profile: string;
  readonly commands: readonly CommandDomain[];
}

/** `explore FILE`: every schedule of a program. */
export interface SchedulesDocument extends Counts {
  readonly file: string;
  readonly profile: string;
  readonly mutant?: string;
  /** Calls of the first CPU, and of the second. */
  readonly commands: readonly number[];
  readonly schedules: number;
  readonly failed: number;
  /** More schedules were left when `--max` ended it. */
  readonly exhausted: boolean;
  readonly findings: readonly {
    readonly signature: string;
    readonly schedules: number;
    readonly verdict: Verdict;
    readonly program: string;
  }[];
}
