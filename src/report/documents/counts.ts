import { count } from '../figures';

/** The work of a command line: it tells a green that says something from one that says nothing. */
export interface Counts {
  /** Calls that were executed. */
  readonly executed: number;
  /** Calls that were not executed, because they were not legal or their object was released. */
  readonly skipped: number;
  /** Evaluations of invariants on worlds in which they could fail. */
  readonly evaluated: number;
  /** Observations of targets that were compared with the model's; 0 where only the model executed. */
  readonly compared: number;
  /** Programs, profiles, targets or lanes that were asked for, and of which nothing was executed. */
  readonly notSearched: number;
}

export const NO_COUNTS: Counts = { executed: 0, skipped: 0, evaluated: 0, compared: 0, notSearched: 0 };

export function sumOfCounts(all: readonly Counts[]): Counts {
  const sum = (of: (counts: Counts) => number): number => all.reduce((total, counts) => total + of(counts), 0);
  return {
    executed: sum(({ executed }) => executed),
    skipped: sum(({ skipped }) => skipped),
    evaluated: sum(({ evaluated }) => evaluated),
    compared: sum(({ compared }) => compared),
    notSearched: sum(({ notSearched }) => notSearched),
  };
}

/** The evaluations of all invariants together. */
export function evaluationsIn(invariants: Readonly<Record<string, number>>): number {
  return Object.values(invariants).reduce((total, evaluations) => total + evaluations, 0);
}

/**
 * Why a result says nothing, in half a line; undefined: it says something.
 *
 * @param comparesTarget - a target was to be compared with the model
 */
export function whySaysNothing({ executed, evaluated, compared }: Counts, comparesTarget: boolean): string | undefined {
  if (executed === 0) return 'nothing was executed';
  if (comparesTarget) return compared === 0 ? 'nothing was compared with the target' : undefined;
  return evaluated === 0 ? 'no invariant was evaluated' : undefined;
}

/**
 * The counts for people. Zeros that matter are shown, because a result without them would look better than it is.
 *
 * @param comparesTarget - a target was to be compared with the model
 */
export function countsText(counts: Counts, comparesTarget: boolean): string {
  const { executed, skipped, evaluated, compared, notSearched } = counts;
  return [
    `${count(executed)} executed`,
    ...(skipped === 0 ? [] : [`${count(skipped)} skipped`]),
    `${count(evaluated)} evaluated`,
    ...(comparesTarget ? [`${count(compared)} compared`] : []),
    ...(notSearched === 0 ? [] : [`${count(notSearched)} not searched`]),
  ].join(', ');
}
