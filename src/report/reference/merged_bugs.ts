import { compareReleases, releaseOf } from '../../rules/history/release';
import type { ReleaseBug } from '../../rules/bugs/release_bugs';
import type { BlindScenario, BugOnRelease, BugsOnRelease } from '../../search/bugs/bug_outcome';
import type { BugsDocument } from '../documents/bugs_document';

/** Something of a search, with the seconds that each of its scenarios had. */
export type Timed<T> = T & { readonly budget: number };

/** All results of one kernel. Several searches may have looked for the same bug, for different times. */
export interface KernelResults {
  readonly release: string;
  readonly has: readonly ReleaseBug[];
  readonly scenarios: readonly Timed<BlindScenario>[];
  /** Each bug once: as the shortest search that found it says, else as the longest. */
  readonly bugs: readonly Timed<BugOnRelease>[];
  /** True: a search looked for all bugs that the release had by its histories. */
  readonly isWhole: boolean;
}

/** The best outcome first. */
const OUTCOMES: readonly BugOnRelease['outcome'][] = ['found', 'one of several', 'not found', 'not searched'];

/** The results by kernel, the oldest first. */
export function kernelResults(documents: readonly BugsDocument[]): KernelResults[] {
  const byRelease = new Map<string, BugsDocument[]>();
  for (const document of documents)
    for (const result of document.releases) {
      const one = { ...document, releases: [result] };
      byRelease.set(result.release, [...(byRelease.get(result.release) ?? []), one]);
    }
  return [...byRelease]
    .sort(([a], [b]) => compareReleases(releaseOf(a), releaseOf(b)))
    .map(([release, own]) => mergedResults(release, own));
}

function mergedResults(release: string, documents: readonly BugsDocument[]): KernelResults {
  const timed = [...documents]
    .sort((a, b) => a.seconds - b.seconds)
    .flatMap(({ seconds, releases }) => releases.map((result) => ({ budget: seconds, result })));
  const has = new Map(timed.flatMap(({ result }) => result.has.map((bug) => [bug.id, bug] as const)));
  const bugs = timed.flatMap(({ budget, result }) =>
    result.bugs.map((bug) => ({ ...bug, budget: timeFor(bug, result, budget) })),
  );
  return {
    release,
    has: [...has.values()],
    scenarios: timed.flatMap(({ budget, result }) => result.scenarios.map((one) => ({ ...one, budget }))),
    bugs: [...has.keys()].flatMap((id) => best(bugs.filter(({ bug }) => bug === id)) ?? []),
    isWhole: documents.some(({ asked, scenarios }) => asked === null && scenarios === null),
  };
}

/** @param bugs - the results for one bug, the shortest search first */
function best(bugs: readonly Timed<BugOnRelease>[]): Timed<BugOnRelease> | undefined {
  for (const outcome of OUTCOMES) {
    const of = bugs.filter((bug) => bug.outcome === outcome);
    if (of.length > 0) return outcome === 'found' ? of[0] : of[of.length - 1];
  }
  return undefined;
}

/** A search that ended early says of a miss only what it had time for. */
function timeFor({ bug, outcome }: BugOnRelease, { has, scenarios }: BugsOnRelease, budget: number): number {
  const own = has.find(({ id }) => id === bug)?.scenario;
  const search = scenarios.find(({ scenario }) => scenario === own);
  const isCut = outcome === 'not found' && search?.ended !== undefined;
  return isCut ? Math.min(budget, Math.round(search.seconds)) : budget;
}
