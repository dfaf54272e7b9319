import type { CoverageMapData } from 'istanbul-lib-coverage';
import type { CanaryOfLease } from './canary';
import type { Lane, Lease, LeaseResult } from './campaign_types';

/** A finding for a worker to reduce. */
export interface FindingToReduce {
  readonly id: string;
  readonly lane: Lane;
  readonly signature: string;
  /** Text of a program. */
  readonly program: string;
  /** Path of the reduced program, which the report names. */
  readonly file: string;
}

/** A program that reached something first, as workers send it to each other. */
export interface KeptProgram {
  /** 12 hex digits of the SHA-256 of the text. */
  readonly id: string;
  readonly text: string;
  /** `core/linux-6.12/model`. */
  readonly lane: string;
  /** Features that it reached first. */
  readonly features: readonly number[];
}

/** A worker's report of a failing program. It is sent at once. */
export interface FindingReported {
  readonly lease: string;
  readonly signature: string;
  readonly sentence: string;
  readonly invariant?: string;
  readonly program: string;
  /** Token of the program; absent when it was mutated from the corpus. */
  readonly token?: string;
  /** True for a canary: a program with a rule broken on purpose. */
  readonly canary: boolean;
}

export type ToWorker =
  | {
      readonly kind: 'lease';
      readonly lease: Lease;
      readonly canary?: CanaryOfLease;
      /** Kept programs that run unchanged before the lease's own. */
      readonly replay?: readonly KeptProgram[];
    }
  | { readonly kind: 'reduce'; readonly finding: FindingToReduce }
  /** Programs that others kept. Their features are not new any more. */
  | { readonly kind: 'corpus'; readonly entries: readonly KeptProgram[] }
  | { readonly kind: 'acknowledge'; readonly number: number }
  | { readonly kind: 'stop' };

/** The result of a reduction. */
export interface Reduced {
  readonly kind: 'reduced';
  readonly id: string;
  readonly program: string;
  readonly executions: number;
  /** The number of STABLE_RUNS runs of the reduced program that showed the signature. */
  readonly shownOf10: number;
  /** The verdict of the reduced program, with its own numbers. */
  readonly sentence: string;
  /** The output of `skbcheck run` for it. */
  readonly report: string;
}

/** The end of a task: it is done, or it failed. */
export type TaskEnd =
  | { readonly kind: 'done'; readonly result: LeaseResult }
  | Reduced
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** True when the target cannot be used, so that nothing is wrong with the task itself. */
      readonly unusable: boolean;
    };

export type FromWorker =
  | TaskEnd
  | { readonly kind: 'ready' }
  /** A sign of life, about every second during a task. */
  | { readonly kind: 'progress'; readonly programs: number; readonly commands: number; readonly rssBytes: number }
  /** A program that the worker kept. `reached`: all of its features. */
  | { readonly kind: 'kept'; readonly entry: KeptProgram; readonly reached: readonly number[] }
  /** The branch counts of this process since its start, where it counts the model's branches. */
  | { readonly kind: 'coverage'; readonly map: CoverageMapData }
  /** A finding. The worker waits for the acknowledge of its number before it goes on. */
  | ({ readonly kind: 'finding'; readonly number: number } & FindingReported);
