import type { Why } from '../why/why';
import { sumOfCounts, type Counts } from './documents/counts';
import type { MetFinding } from '../search/met_finding';
import type { CommandCounts } from '../search/command_counts';
import type { Unexercised } from '../search/unexercised';
import type { CoverResult } from './covers';

/** One search, as plain data for `fuzz --json`. */
export interface FuzzRun extends Counts, Unexercised {
  readonly scenario: string;
  readonly target: string;
  readonly profile: string;
  readonly mutant?: string;
  /** As `--seed` takes it: a number, or the token of the first program. */
  readonly seed: number | string;
  readonly programs: number;
  /** Of searching, without reducing. */
  readonly seconds: number;
  readonly reducingSeconds: number;
  /** Of a target: commands that were sent but not answered in time. */
  readonly unanswered?: number;
  /** The reason that it ended before its limits, as half a line. */
  readonly cutShort?: string;
  readonly findings: readonly FuzzFinding[];
  /** Known bugs of the kernel that programs met: no findings, and no reason for exit code 1. */
  readonly known: readonly MetFinding[];
  /** By invariant: evaluations on worlds in which it could fail. */
  readonly invariants: Readonly<Record<string, number>>;
  readonly commandCounts: Readonly<Record<string, CommandCounts>>;
  /** Of programs of user space: by command, outcomes that it documents and that no call had. */
  readonly neverSeen?: Readonly<Record<string, readonly string[]>>;
  /** The shares that `--cover` demands. */
  readonly covers: readonly CoverResult[];
}

/** The searches of `fuzz --all-targets`. */
export interface FuzzAll extends Counts {
  readonly runs: readonly FuzzRun[];
  /** Targets that were not searched, because they are not set up or the search was interrupted before. */
  readonly notSearchedTargets: readonly string[];
}

export interface FuzzFinding {
  readonly signature: string;
  /** The violated statement, with its numbers. */
  readonly sentence: string;
  readonly invariant?: string;
  readonly divergence?: string;
  readonly splat?: string;
  readonly death?: string;
  readonly why?: Why;
  /** Calls with the arguments that may vary: `alloc_skb(size: any)`. */
  readonly mayVary?: readonly string[];
  /** The nearest program that does not fail. */
  readonly nearestClean?: { readonly difference: string; readonly program: string };
  readonly file: string;
  /** The text of the file. */
  readonly program: string;
  readonly commandsBefore: number;
  readonly commandsAfter: number;
  /** Commands that the search had executed when it found the program. */
  readonly foundAfter: number;
  /** Programs that the reducer executed. */
  readonly reducerExecutions: number;
  /** True when the time was over before the reducer was at its end. */
  readonly exhausted: boolean;
}

/** @param notSearchedTargets - targets of which no search began */
export function fuzzAll(runs: readonly FuzzRun[], notSearchedTargets: readonly string[]): FuzzAll {
  const counts = sumOfCounts(runs);
  return { ...counts, notSearched: counts.notSearched + notSearchedTargets.length, runs, notSearchedTargets };
}
