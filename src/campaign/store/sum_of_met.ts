import type { MetFinding } from '../../search/met_finding';

/** The known bugs of several searches, each once, with the programs of all of them; by id. */
export function sumOfMet(searches: Iterable<readonly MetFinding[]>): MetFinding[] {
  const sums = new Map<string, MetFinding>();
  for (const met of searches)
    for (const one of met) {
      const before = sums.get(one.id)?.programs ?? 0;
      sums.set(one.id, { ...one, programs: before + one.programs });
    }
  return [...sums.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
