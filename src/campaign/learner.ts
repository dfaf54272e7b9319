import { parseProgram } from '../program/parse';
import type { Program } from '../program/program';
import type { Lane } from './campaign_types';
import { Corpus, type CorpusEntry } from './corpus';
import type { Kept } from './corpus_run';
import { scenarioOfLane } from './corpus_files';
import type { KeptProgram } from './worker_messages';

/** Programs of one scenario that a worker has at hand: those of all scenarios fit into its memory. */
const AT_HAND_MAX = 400;

/** The corpora of a worker, one for each scenario: what it kept itself, and what it was told that others kept. */
export class Learner {
  private readonly corpora = new Map<string, Corpus>();
  /** Ids of all that it was told, and of all that it kept. */
  private readonly known = new Set<string>();

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
      this.known.add(id);
      const program = parsed(text, id);
      if (program !== null) this.corpusOf(scenarioOfLane(lane)).learn(id, program, features);
    }
  }

  /** These as entries: those that are at hand, and others of which only their text is known. */
  entriesOf(kept: readonly KeptProgram[]): CorpusEntry[] {
    return kept.map(({ id, text, lane, features }) => {
      const atHand = this.corpusOf(scenarioOfLane(lane)).entries.find((entry) => entry.id === id);
      return atHand ?? { id, program: parseProgram(text, `${id}.skb`), fresh: features, features, picked: 0 };
    });
  }

  kept(lane: Lane, { id, text, features, reached }: Kept): void {
    this.known.add(id);
    this.onKept({ id, text, lane: lane.id, features }, reached);
  }
}

/** What another worker kept and does not parse is left out: the campaign says so where it is stored. */
function parsed(text: string, id: string): Program | null {
  try {
    return parseProgram(text, `${id}.skb`);
  } catch {
    return null;
  }
}
