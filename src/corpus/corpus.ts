import type { Random } from '../generate/random';
import { parseProgram } from '../program/parse';
import type { Program } from '../program/program';
import { FEATURES_MAX } from './features';
import { coverOf } from './set_cover';

/** Programs of a scenario that are kept at most. */
export const ENTRIES_MAX = 10_000;
/** What is left when the corpus is full and is cut down: room, so that this is not done for each new entry. */
const LEFT_WHEN_FULL = 0.5;
/** Of the picks, the eighths that take one of the newest. */
const RECENT_EIGHTHS = 2;
const RECENT = 32;
/** The others take of so many the one whose features are rarest. */
const TOURNAMENT = 4;

const MET_MAX = 0xffff;
/** How many programs back the share of those that reach something first is looked at, and below which a corpus is ripe. */
const LAST = 256;
const RIPE = 0.25;

/** A program that was kept, and why. */
export interface CorpusEntry {
  readonly id: string;
  readonly program: Program;
  /** How long it is, to be compared with others. */
  readonly size: number;
  /** Features that it brought first. */
  readonly fresh: readonly number[];
  /** All that it has, as far as they are known here. */
  features: readonly number[];
  /** How often it was picked to be changed. */
  picked: number;
}

/** Of which only the text is known until somebody picks it: most have to make room before. */
export class TextEntry implements CorpusEntry {
  picked = 0;
  readonly size: number;
  private parsed: Program | null = null;

  constructor(
    readonly id: string,
    private readonly text: string,
    readonly fresh: readonly number[],
    public features: readonly number[],
  ) {
    let lines = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
    this.size = lines;
  }

  /** What does not parse is a program without calls: the campaign says so where it is stored. */
  get program(): Program {
    try {
      this.parsed ??= parseProgram(this.text, `${this.id}.skb`);
    } catch {
      this.parsed = { profile: '', calls: [], names: [] };
    }
    return this.parsed;
  }
}

/** The kept programs of one scenario, and how often each feature was met. */
export class Corpus {
  entries: CorpusEntry[] = [];
  /** By feature and by circumstance: programs that had it, MET_MAX for more. */
  readonly met = new Uint16Array(FEATURES_MAX);
  /** Different features that were met. */
  features = 0;
  /** Of the last programs, the share that reached something first. */
  private fresh = 1;

  constructor(private readonly max = ENTRIES_MAX) {}

  /** A program had these. @returns those that none had before */
  count(features: readonly number[], circumstances: readonly number[]): number[] {
    const fresh: number[] = [];
    for (let i = 0; i < features.length; i++) if (this.meet(features[i]) === 0) fresh.push(features[i]);
    for (let i = 0; i < circumstances.length; i++) this.meet(circumstances[i]);
    this.features += fresh.length;
    return fresh;
  }

  /** @returns how often it was met before */
  private meet(feature: number): number {
    const before = this.met[feature];
    if (before < MET_MAX) this.met[feature] = before + 1;
    return before;
  }

  /** A program was executed for the first time. */
  noticed(isFresh: boolean): void {
    this.fresh += ((isFresh ? 1 : 0) - this.fresh) / LAST;
  }

  /** Hardly a program reaches anything first: what generation comes to easily is there. From then on changing kept ones pays. */
  get ripe(): boolean {
    return this.fresh < RIPE;
  }

  /** A program of another worker, or of an earlier campaign: what it brought is not new any more. */
  learn(id: string, text: string, features: readonly number[]): void {
    this.push(new TextEntry(id, text, this.count(features, []), features));
  }

  add(id: string, program: Program, fresh: readonly number[], features: readonly number[]): void {
    this.push({ id, program, size: program.calls.length, fresh, features: [...features], picked: 0 });
  }

  private push(entry: CorpusEntry): void {
    if (this.entries.length >= this.max) this.makeRoom();
    this.entries.push(entry);
  }

  /** One to be changed: recent ones, and those that brought what is still seldom met, more often. There must be one. */
  pick(random: Random): CorpusEntry {
    const { entries } = this;
    let best: CorpusEntry;
    if (random.below(8) < RECENT_EIGHTHS)
      best = entries[entries.length - 1 - random.below(Math.min(RECENT, entries.length))];
    else {
      best = entries[random.below(entries.length)];
      for (let i = 1; i < TOURNAMENT; i++) {
        const entry = entries[random.below(entries.length)];
        if (this.commonness(entry) < this.commonness(best)) best = entry;
      }
    }
    best.picked++;
    return best;
  }

  /** How often the rarest of what it brought was met, and how often the entry was tried. */
  private commonness({ fresh, picked }: CorpusEntry): number {
    let rarest = Infinity;
    for (const feature of fresh) if (this.met[feature] < rarest) rarest = this.met[feature];
    return rarest * (1 + picked);
  }

  /** Those whose features others have too go first; then those that bring least beside the others. */
  private makeRoom(): void {
    const items = this.entries.map((entry) => ({ id: entry.id, features: entry.features, size: entry.size, entry }));
    const kept = new Set(coverOf(items, this.max * LEFT_WHEN_FULL).map(({ entry }) => entry));
    this.entries = this.entries.filter((entry) => kept.has(entry));
  }
}
