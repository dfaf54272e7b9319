import type { Random } from '../generate/random';
import { parseProgram } from '../program/parse';
import type { Program } from '../program/program';
import { FEATURES_MAX } from './features';
import { coverOf } from './set_cover';

/** Programs of one scenario that a corpus keeps at most. */
export const ENTRIES_MAX = 10_000;
/** Share of the entries that stays when a full corpus is cut down. It leaves room, so that this is rare. */
const LEFT_WHEN_FULL = 0.5;
/** Eighths of the picks that take one of the RECENT newest entries. */
const RECENT_EIGHTHS = 2;
const RECENT = 32;
/** The other picks draw TOURNAMENT entries and take the one whose features are rarest. */
const TOURNAMENT = 4;

const MET_MAX = 0xffff;
/** Programs in the moving average of the share of programs that reach something first. */
const LAST = 256;
/** Below this share a corpus is ripe. */
const RIPE = 0.25;

/** A kept program with its features. */
export interface CorpusEntry {
  readonly id: string;
  readonly program: Program;
  /** A measure of its length. */
  readonly size: number;
  /** Features that no earlier program had. */
  readonly fresh: readonly number[];
  /** All of its features, as far as this process knows them. */
  features: readonly number[];
  /** The number of times that it was picked for mutation. */
  picked: number;
}

/** An entry that is parsed when it is picked. Most entries are dropped before they are picked. */
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

  /** A text that does not parse gives a program without calls. The campaign reports it where it stores the entry. */
  get program(): Program {
    try {
      this.parsed ??= parseProgram(this.text, `${this.id}.skb`);
    } catch {
      this.parsed = { profile: '', calls: [], names: [] };
    }
    return this.parsed;
  }
}

/** The kept programs of one scenario, with the number of programs that had each feature. */
export class Corpus {
  entries: CorpusEntry[] = [];
  /** By feature and by circumstance: the number of programs that had it, MET_MAX at most. */
  readonly met = new Uint16Array(FEATURES_MAX);
  /** The number of different features met. */
  features = 0;
  /** The share of the last programs that reached something first. */
  private fresh = 1;

  constructor(private readonly max = ENTRIES_MAX) {}

  /** Counts the features and circumstances of a program. Returns the features that no earlier program had. */
  count(features: readonly number[], circumstances: readonly number[]): number[] {
    const fresh: number[] = [];
    for (let i = 0; i < features.length; i++) if (this.meet(features[i]) === 0) fresh.push(features[i]);
    for (let i = 0; i < circumstances.length; i++) this.meet(circumstances[i]);
    this.features += fresh.length;
    return fresh;
  }

  /** Returns the number of programs that had it before. */
  private meet(feature: number): number {
    const before = this.met[feature];
    if (before < MET_MAX) this.met[feature] = before + 1;
    return before;
  }

  /** Counts a program that was executed for the first time. */
  countProgram(isFresh: boolean): void {
    this.fresh += ((isFresh ? 1 : 0) - this.fresh) / LAST;
  }

  /**
   * True when few programs reach anything first. Generation has then reached what it reaches easily, and mutation pays.
   */
  get ripe(): boolean {
    return this.fresh < RIPE;
  }

  /** Adds a program of another worker or of an earlier campaign. Its features are not new any more. */
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

  /**
   * Picks an entry to mutate. Recent entries and entries with rare features are picked more often. There must be one
   * entry.
   */
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

  /** Grows with the number of programs that had the rarest of its fresh features, and with the picks of the entry. */
  private commonness({ fresh, picked }: CorpusEntry): number {
    let rarest = Infinity;
    for (const feature of fresh) if (this.met[feature] < rarest) rarest = this.met[feature];
    return rarest * (1 + picked);
  }

  /** Drops entries whose features other entries have too, then those that add least to the others. */
  private makeRoom(): void {
    const items = this.entries.map((entry) => ({ id: entry.id, features: entry.features, size: entry.size, entry }));
    const kept = new Set(coverOf(items, this.max * LEFT_WHEN_FULL).map(({ entry }) => entry));
    this.entries = this.entries.filter((entry) => kept.has(entry));
  }
}
