import { ENTRIES_MAX } from './corpus';
import { scenarioOfLane, type StoredEntry } from './corpus_files';
import type { Reached } from './measure_features';
import { coverOf } from './set_cover';

/** Measures the features of programs, one result for each entry. */
export type Measure = (entries: readonly StoredEntry[]) => Promise<readonly Reached[]>;

/** The new corpus. */
export interface CorpusEdit {
  readonly entries: readonly StoredEntry[];
  /** Programs that were left out because they do not run clean any more, one line each. */
  readonly problems: readonly string[];
}

interface Item {
  readonly id: string;
  readonly features: readonly number[];
  readonly size: number;
  readonly entry: StoredEntry;
}

/**
 * All programs of several corpora, each once, with the features that each brings first. They are in the order of their
 * ids, so the order of the directories does not matter. Of more than ENTRIES_MAX programs of a scenario those that
 * cover most stay.
 */
export async function mergedCorpus(all: readonly StoredEntry[], measure: Measure): Promise<CorpusEdit> {
  return edited(all, measure, (items) =>
    items.length <= ENTRIES_MAX ? items : coverOf(items, ENTRIES_MAX).sort(byId),
  );
}

/** A small set of programs, found greedily, that together reach all that the corpus reaches. */
export async function minimizedCorpus(all: readonly StoredEntry[], measure: Measure): Promise<CorpusEdit> {
  return edited(all, measure, (items) => coverOf(items).sort(byId));
}

async function edited(
  all: readonly StoredEntry[],
  measure: Measure,
  choose: (items: Item[]) => Item[],
): Promise<CorpusEdit> {
  const distinct = [...new Map([...all].sort(byId).map((entry) => [entry.id, entry])).values()];
  const reached = await measure(distinct);
  const problems: string[] = [];
  const byScenario = new Map<string, Item[]>();
  distinct.forEach((entry, i) => {
    const features = reached[i];
    if (features === null) {
      problems.push(`${entry.id}.skb: it does not hold on ${entry.program.profile} any more, left out`);
      return;
    }
    const scenario = scenarioOfLane(entry.lane);
    const item = { id: entry.id, features, size: entry.program.calls.length, entry };
    byScenario.set(scenario, [...(byScenario.get(scenario) ?? []), item]);
  });
  const scenarios = [...byScenario.keys()].sort();
  return { entries: scenarios.flatMap((scenario) => firsts(choose(byScenario.get(scenario) as Item[]))), problems };
}

/** The entries with the features that each brings first in this order. */
function firsts(items: readonly Item[]): StoredEntry[] {
  const seen = new Set<number>();
  return items.map(({ entry, features }) => {
    const fresh = features.filter((feature) => !seen.has(feature));
    for (const feature of fresh) seen.add(feature);
    return { ...entry, features: fresh };
  });
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
