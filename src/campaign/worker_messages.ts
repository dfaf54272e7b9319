import type { CoverageMapData } from 'istanbul-lib-coverage';
import type { CanaryOfLease } from './canary';
import type { Lane, Lease, LeaseResult } from './campaign_types';

/** A finding that is to be reduced. */
export interface FindingToReduce {
  readonly id: string;
  readonly lane: Lane;
  readonly signature: string;
  /** Text of a program. */
  readonly program: string;
  /** Where the reduced program will be: the report names it. */
  readonly file: string;
}

/** A program that reached something first, as workers tell each other of it. */
export interface KeptProgram {
  /** 12 hex digits of the SHA-256 of the text. */
  readonly id: string;
  readonly text: string;
  /** `core/linux-6.12/model`. */
  readonly lane: string;
  /** What it reached first. */
  readonly features: readonly number[];
}

/** What a worker reports of a program that does not hold, as soon as it has seen it. */
export interface FindingReported {
  readonly lease: string;
  readonly signature: string;
  readonly sentence: string;
  readonly invariant?: string;
  readonly program: string;
  /** Token of the program; absent when it was mutated from the corpus. */
  readonly token?: string;
  /** A rule was broken on purpose to see whether it is noticed. */
  readonly canary: boolean;
}

export type ToWorker =
  | {
      readonly kind: 'lease';
      readonly lease: Lease;
      readonly canary?: CanaryOfLease;
      /** Kept programs that are executed as they are before the lease's own. */
      readonly replay?: readonly KeptProgram[];
    }
  | { readonly kind: 'reduce'; readonly finding: FindingToReduce }
  /** What others kept: it is not new any more. */
  | { readonly kind: 'corpus'; readonly entries: readonly KeptProgram[] }
  | { readonly kind: 'acknowledge'; readonly number: number }
  | { readonly kind: 'stop' };

/** What came of a reduction. */
export interface Reduced {
  readonly kind: 'reduced';
  readonly id: string;
  readonly program: string;
  readonly executions: number;
  /** Of 10 runs of the reduced program, those that showed the signature. */
  readonly shownOf10: number;
  /** Of the reduced program, with its own numbers in it. */
  readonly sentence: string;
  /** What `skbcheck run` prints of it. */
  readonly report: string;
}

/** The end of a task: it is done, or it cannot be done. */
export type TaskEnd =
  | { readonly kind: 'done'; readonly result: LeaseResult }
  | Reduced
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** Nothing is wrong with the task: its target cannot be used. */
      readonly unusable: boolean;
    };

export type FromWorker =
  | TaskEnd
  | { readonly kind: 'ready' }
  /** A sign of life, about every second while something goes on. */
  | { readonly kind: 'progress'; readonly programs: number; readonly commands: number; readonly rssBytes: number }
  /** `reached`: all that it reaches. */
  | { readonly kind: 'kept'; readonly entry: KeptProgram; readonly reached: readonly number[] }
  /** All that this process has counted so far, where it counts the model's branches. */
  | { readonly kind: 'coverage'; readonly map: CoverageMapData }
  /** The worker waits for the acknowledge of this number before it goes on. */
  | ({ readonly kind: 'finding'; readonly number: number } & FindingReported);
