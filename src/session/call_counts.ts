import type { Step } from './run_model';

/** The calls of a program that a run executed, and those that it skipped; settle counts for neither. */
export interface CallCounts {
  readonly executed: number;
  readonly skipped: number;
}

export function callCounts(steps: readonly Step[]): CallCounts {
  const own = steps.filter(({ settling }) => !settling);
  const executed = own.filter(({ outcome }) => outcome >= 0).length;
  return { executed, skipped: own.length - executed };
}
