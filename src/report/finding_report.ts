import type { Program } from '../program/program';
import type { ExplainResult } from '../reduce/explain';
import type { Why } from '../why/why';

/** The contents of a report of one finding, as plain data. */
export interface FindingReport {
  readonly signature: string;
  /** The violated statement, with its numbers. */
  readonly sentence: string;
  /** The cause, derived from the worlds of the run; absent where the verdict blames no object. */
  readonly why?: Why;
  /** The arguments that may change, and the least change that makes it clean; absent where it was not explained. */
  readonly explained?: ExplainResult;
  readonly profile: string;
  readonly target: string;
  /** The words behind `skbcheck` that compare both targets, for a difference of two targets. */
  readonly compare?: readonly string[];
  readonly mutant?: string;
  /** Options that let more than legal calls through; a reproduction needs them too. */
  readonly abuse: boolean;
  readonly provoke: boolean;
  /** The failing call of `program`; null when the target died without naming one. */
  readonly place: { readonly call: number; readonly command: string; readonly settling: boolean } | null;
  /** The failing call of settle, as text. */
  readonly settleLine?: string;
  readonly program: Program;
  /** Of a program of user space: by position, what the kernel answered, as text. */
  readonly answers?: ReadonlyMap<number, string>;
  /** File of the saved program; null when it was not saved. */
  readonly file: string | null;
  readonly commandsBefore: number;
  readonly commandsAfter: number;
  /** True when the time was over before the reducer was at its end. */
  readonly exhausted?: boolean;
  /** The world just before and just after the guilty command. Of a program of user space, which believes it: empty. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** More lines: a splat, the end of the console, the fields that differ. */
  readonly detail: readonly string[];
}
