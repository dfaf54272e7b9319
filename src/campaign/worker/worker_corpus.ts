import type { Lane, Lease } from '../campaign_types';
import { Corpus, TextEntry, type CorpusEntry } from '../../corpus/corpus';
import type { Kept } from '../../corpus/corpus_run';
import { scenarioOfLane } from '../../corpus/corpus_files';
import type { KeptProgram } from '../worker_messages';

/** Programs of one scenario that a worker has at hand: those of all scenarios fit into its memory. */
const AT_HAND_MAX = 250;

/**
 * What is kept of a scenario is told on at once until there are so many, and then at most one for so many programs: each is a file, and
 * is told to all others. Whoever gives out leases would have no time for anything else.
 */
const TOLD_AT_ONCE = 500;
const PROGRAMS_FOR_ONE = 50;

/** More than a corpus of all scenarios has. */
const KNOWN_MAX = 100_000;

/** The corpora of a worker, one for each scenario: what it kept itself, and what it was told that others kept. */
export class WorkerCorpus {
  private readonly corpora = new Map<string, Corpus>();
  /** Ids of all that it was told, and of all that it kept. */
  private readonly known = new Set<string>();

  /** By scenario: how many more may be told. */
  private readonly mayTell = new Map<string, number>();

  /** @param onKept - told of what this worker keeps, and of all that it reaches */
  constructor(private readonly onKept: (entry: KeptProgram, reached: readonly number[]) => void) {}

  corpusOf(scenario: string): Corpus {
    let corpus = this.corpora.get(scenario);
    if (corpus === undefined) {
      corpus = new Corpus(AT_HAND_MAX);
      this.corpora.set(scenario, corpus);
    }
    return corpus;
  }

  /** Whoever is told of a program again, or of its own, knows it once. */
  learn(entries: readonly KeptProgram[]): void {
    for (const { id, text, lane, features } of entries) {
      if (this.known.has(id)) continue;
      this.know(id);
      this.corpusOf(scenarioOfLane(lane)).learn(id, text, features);
    }
  }

  /** These as entries: those that are at hand, and others of which only their text is known. */
  entriesOf(kept: readonly KeptProgram[]): CorpusEntry[] {
    return kept.map(({ id, text, lane, features }) => {
      const atHand = this.corpusOf(scenarioOfLane(lane)).entries.find((entry) => entry.id === id);
      return atHand ?? new TextEntry(id, text, features, features);
    });
  }

  /** The oldest are forgotten: to learn one of them again would do no harm. */
  private know(id: string): void {
    const [oldest] = this.known;
    if (this.known.add(id).size > KNOWN_MAX) this.known.delete(oldest);
  }

  /** So many programs of a scenario will be made of what was kept. */
  begins({ lane: { scenario }, programs }: Lease): void {
    this.mayTell.set(scenario, (this.mayTell.get(scenario) ?? TOLD_AT_ONCE) + programs / PROGRAMS_FOR_ONE);
  }

  kept(lane: Lane, { id, text, features, reached }: Kept): void {
    this.know(id);
    const left = this.mayTell.get(lane.scenario) ?? TOLD_AT_ONCE;
    if (left < 1) return;
    this.mayTell.set(lane.scenario, left - 1);
    this.onKept({ id, text, lane: lane.id, features }, reached);
  }
}
