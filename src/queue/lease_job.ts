import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { CampaignCorpus } from '../campaign/campaign_corpus';
import type { Lease } from '../campaign/campaign_types';
import { seededShuffle } from '../campaign/seeded_shuffle';
import type { KeptProgram } from '../campaign/worker_messages';

/** Of what a job carries beside its lease, in Redis: every lease that is out is held there. */
const PACKED_MAX = 500_000;
/** Where that is too much, it is cut to this share of what would fit. */
const SPARE = 0.95;
/** Nothing that is unpacked is larger: 500 of the longest programs have 8 MB. */
const UNPACKED_MAX = 1 << 26;
/** Of a corpus a job of a `mutated` lease has the newest, which other machines do not know yet, and some of the others. */
const NEWEST = 64;
const DRAWN = 32;
/** Leases of one scenario that go out within this time have the same. */
const SAMPLE_MS = 500;
/** Programs are much alike: these levels of brotli take them to an eighth, in less than a tenth of a second. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 22 } };

/** What a job carries. */
export interface LeaseJob {
  readonly lease: Lease;
  /** Packed: kept programs that are executed as they are before the lease's own. */
  readonly again?: string;
  /** Packed: kept programs that the machine may not know. */
  readonly corpus?: string;
}

/** Makes jobs of leases. Put into Redis again a job may have other programs: its id is the lease's. */
export class LeaseJobs {
  /** By scenario: a fast campaign gives out hundreds of leases in a second, and what is new in a second is little. */
  private readonly samples = new Map<string, { readonly at_ms: number; readonly text: string | null }>();

  constructor(private readonly corpus: CampaignCorpus) {}

  of(lease: Lease): LeaseJob {
    const replay = packed(this.corpus.replayBefore(lease));
    const corpus = lease.kind === 'mutated' ? this.sampleFor(lease) : null;
    return { lease, ...(replay === null ? {} : { again: replay }), ...(corpus === null ? {} : { corpus }) };
  }

  private sampleFor({ lane: { scenario }, first }: Lease): string | null {
    const at_ms = performance.now();
    const before = this.samples.get(scenario);
    if (before !== undefined && at_ms - before.at_ms < SAMPLE_MS) return before.text;
    const text = packed(sampleOf(this.corpus.ofScenario(scenario), first));
    this.samples.set(scenario, { at_ms, text });
    return text;
  }
}

/**
 * The newest of a corpus, and some of the others.
 * @param number - of a program: it decides which
 */
export function sampleOf(entries: readonly KeptProgram[], number: number): KeptProgram[] {
  const older = entries.slice(0, -NEWEST);
  return [...seededShuffle(older, number).slice(0, DRAWN), ...entries.slice(-NEWEST)];
}

/** Null: there are none. Where all of them are too much for a job, the longest are left out. */
export function packed(entries: readonly KeptProgram[], max = PACKED_MAX): string | null {
  let left = entries;
  while (left.length > 0) {
    const told = left.map(({ id, text, lane, features }): KeptProgram => ({ id, text, lane, features }));
    const text = brotliCompressSync(JSON.stringify(told), BROTLI).toString('base64');
    if (text.length <= max) return text;
    left = shortest(left, (max / text.length) * SPARE);
  }
  return null;
}

/** What does not unpack is nothing: a lease can be searched without it. */
export function unpacked(text: string | undefined): readonly KeptProgram[] {
  if (text === undefined) return [];
  try {
    const bytes = brotliDecompressSync(Buffer.from(text, 'base64'), { maxOutputLength: UNPACKED_MAX });
    return JSON.parse(bytes.toString()) as KeptProgram[];
  } catch {
    return [];
  }
}

/** In their order: as many of the shorter ones as make up this share of all text. */
function shortest(entries: readonly KeptProgram[], share: number): KeptProgram[] {
  let room = entries.reduce((sum, { text }) => sum + text.length, 0) * share;
  const kept = new Set(
    [...entries].sort((a, b) => a.text.length - b.text.length).filter(({ text }) => (room -= text.length) >= 0),
  );
  return entries.filter((entry) => kept.has(entry));
}
