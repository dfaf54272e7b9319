import type { Program } from '../program/program';

/** Everything that a report of one finding says, as plain data. */
export interface FindingReport {
  readonly signature: string;
  /** What does not hold, with the numbers in it. */
  readonly sentence: string;
  readonly profile: string;
  readonly target: string;
  readonly mutant?: string;
  /** What the run let through beside what is legal: it must be let through again. */
  readonly abuse: boolean;
  readonly provoke: boolean;
  /** Where in `program` it shows; null when the target died without saying. */
  readonly place: { readonly call: number; readonly command: string; readonly settling: boolean } | null;
  /** The call of settle that shows it, as text. */
  readonly settleLine?: string;
  readonly program: Program;
  /** Where the program was saved, null when it was not. */
  readonly file: string | null;
  readonly commandsBefore: number;
  readonly commandsAfter: number;
  /** The world just before and just after the guilty command. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** More lines: a splat, the end of the console, the fields that differ. */
  readonly detail: readonly string[];
}
