import type { Lane, Lease } from '../campaign_types';
import { Corpus, TextEntry, type CorpusEntry } from '../../corpus/corpus';
import type { Kept } from '../../corpus/corpus_run';
import { scenarioOfLane } from '../../corpus/corpus_files';
import type { KeptProgram } from '../worker_messages';

/** Programs of one scenario that a worker holds. Those of all scenarios fit into its memory. */
const AT_HAND_MAX = 250;

/**
 * Kept programs are broadcast immediately until a scenario has BROADCAST_AT_ONCE of them. After that, at most one per
 * PROGRAMS_PER_BROADCAST programs is broadcast. Each broadcast writes a file and goes to all other workers, so the
 * campaign's process would have no time for anything else.
 */
const BROADCAST_AT_ONCE = 500;
const PROGRAMS_PER_BROADCAST = 50;

/** More ids than the corpus of all scenarios has. */
const KNOWN_MAX = 100_000;

/** The corpora of a worker, one for each scenario: programs that it kept itself, and programs that others kept. */
export class WorkerCorpus {
  private readonly corpora = new Map<string, Corpus>();
  /** Ids of all programs that it received or kept. */
  private readonly known = new Set<string>();

  /** By scenario: the number of further broadcasts, which grows with the number of programs. */
  private readonly broadcastsLeft = new Map<string, number>();

  /** @param onKept - called for each kept program that is broadcast, with all of its features */
  constructor(private readonly onKept: (entry: KeptProgram, reached: readonly number[]) => void) {}

  corpusOf(scenario: string): Corpus {
    let corpus = this.corpora.get(scenario);
    if (corpus === undefined) {
      corpus = new Corpus(AT_HAND_MAX);
      this.corpora.set(scenario, corpus);
    }
    return corpus;
  }

  /** Adds programs that others kept. A program that it knows already is skipped. */
  learn(entries: readonly KeptProgram[]): void {
    for (const { id, text, lane, features } of entries) {
      if (this.known.has(id)) continue;
      this.know(id);
      this.corpusOf(scenarioOfLane(lane)).learn(id, text, features);
    }
  }

  /** Entries for these programs. A program that is not in a corpus becomes a TextEntry. */
  entriesOf(kept: readonly KeptProgram[]): CorpusEntry[] {
    return kept.map(({ id, text, lane, features }) => {
      const atHand = this.corpusOf(scenarioOfLane(lane)).entries.find((entry) => entry.id === id);
      return atHand ?? new TextEntry(id, text, features, features);
    });
  }

  /** Remembers an id, and forgets the oldest. Learning a forgotten program again does no harm. */
  private know(id: string): void {
    const [oldest] = this.known;
    if (this.known.add(id).size > KNOWN_MAX) this.known.delete(oldest);
  }

  /** A `mutated` lease begins. */
  beginLease({ lane: { scenario }, programs }: Lease): void {
    this.broadcastsLeft.set(
      scenario,
      (this.broadcastsLeft.get(scenario) ?? BROADCAST_AT_ONCE) + programs / PROGRAMS_PER_BROADCAST,
    );
  }

  keep(lane: Lane, { id, text, features, reached }: Kept): void {
    this.know(id);
    const left = this.broadcastsLeft.get(lane.scenario) ?? BROADCAST_AT_ONCE;
    if (left < 1) return;
    this.broadcastsLeft.set(lane.scenario, left - 1);
    this.onKept({ id, text, lane: lane.id, features }, reached);
  }
}
