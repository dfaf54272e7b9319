import type { Program } from '../../program/program';

/** The facts of a finding of a hunt, without its program. */
export interface HuntedFacts {
  readonly signature: string;
  /** The verdict as one line. */
  readonly sentence: string;
  /** Of the program as it was found: `v1:outside-unix:16777888`. */
  readonly seed: string;
  /** Seconds of searching until it was found; boots and reductions are not in them. */
  readonly afterSeconds: number;
  /** Programs that the search had run by then. */
  readonly programs: number;
  /** Calls before it was reduced. */
  readonly foundCalls: number;
  /** Runs of the reduced program that show it, of so many. */
  readonly shown: number;
  readonly runs: number;
}

/** A finding of a hunt, reduced. */
export interface HuntedFinding extends HuntedFacts {
  readonly program: Program;
}

/** The figures of the search of one scenario on one kernel. */
export interface HuntedFigures {
  readonly scenario: string;
  readonly seconds: number;
  readonly programs: number;
  /** Answers of the kernel that were judged. */
  readonly compared: number;
  /** Why it ended early, as half a line. */
  readonly ended?: string;
}

/** The search of one scenario on one kernel. */
export interface HuntedScenario extends HuntedFigures {
  readonly findings: readonly HuntedFinding[];
}
