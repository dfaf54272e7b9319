import type { Counter, Reference } from './references/reference';
import type { Snapshot } from './snapshot';

/** The change of an object's holders by one call. */
export interface HolderChange {
  readonly gained: readonly Reference[];
  readonly lost: readonly Reference[];
  /** Those that hold it after the call. */
  readonly holders: readonly Reference[];
}

/** The holders of an object that are in some of its counts; all counts where none is named. */
export function holdersOf({ references }: Snapshot, key: string, ...counters: readonly Counter[]): Reference[] {
  return references.filter(({ of, counter }) => of === key && (counters.length === 0 || counters.includes(counter)));
}

/** A frag that moves to another index is the same holder. */
const sameHolder = (a: Reference, b: Reference): boolean =>
  a.by === b.by && a.counter === b.counter && (a.byName === true ? a.place === b.place : b.byName !== true);

export function changeOf(was: Snapshot, is: Snapshot, key: string, ...counters: readonly Counter[]): HolderChange {
  const holders = holdersOf(is, key, ...counters);
  const lost = holdersOf(was, key, ...counters);
  const gained: Reference[] = [];
  for (const holder of holders) {
    const same = lost.findIndex((one) => sameHolder(one, holder));
    if (same < 0) gained.push(holder);
    else lost.splice(same, 1);
  }
  return { gained, lost, holders };
}

/** References, with a bias at its whole number. */
export function sum(references: readonly Reference[]): number {
  return references.reduce((total, { count }) => total + count, 0);
}
