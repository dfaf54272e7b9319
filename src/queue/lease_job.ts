import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { CampaignCorpus } from '../campaign/campaign_corpus';
import type { Lease } from '../campaign/campaign_types';
import { seededShuffle } from '../campaign/seeded_shuffle';
import type { KeptProgram } from '../campaign/worker_messages';

/** Characters of packed programs in one job. Redis holds them for every lease that is out. */
const PACKED_MAX = 500_000;
/** Programs that do not fit are cut to this share of the size that would fit. */
const SPARE = 0.95;
/** Limit of unpacked data in bytes. 500 of the longest programs have 8 MB. */
const UNPACKED_MAX = 1 << 26;
/** A job of a `mutated` lease has the NEWEST programs of the corpus, which other machines do not know yet. */
const NEWEST = 64;
/** It also has DRAWN older programs, drawn at random. */
const DRAWN = 32;
/** Leases of one scenario that go out within this time have the same programs. */
const SAMPLE_MS = 500;
/** Programs are much alike. These settings of brotli pack them to an eighth in less than 0.1 s. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 22 } };

/** The data of a job. */
export interface LeaseJob {
  readonly lease: Lease;
  /** Packed kept programs that run unchanged before the lease's own. */
  readonly again?: string;
  /** Packed kept programs that the machine may not know. */
  readonly corpus?: string;
}

/** Makes jobs of leases. A job's id is the lease's id; a job that is added again may carry other programs. */
export class LeaseJobs {
  /** By scenario. A fast campaign gives out hundreds of leases a second, and the corpus changes little in that time. */
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
 * The newest entries of a corpus, and some of the others.
 * @param number - a program number, which decides the others
 */
export function sampleOf(entries: readonly KeptProgram[], number: number): KeptProgram[] {
  const older = entries.slice(0, -NEWEST);
  return [...seededShuffle(older, number).slice(0, DRAWN), ...entries.slice(-NEWEST)];
}

/** Packs entries; null when there are none. When they are too large for a job, the longest are left out. */
export function packed(entries: readonly KeptProgram[], max = PACKED_MAX): string | null {
  let left = entries;
  while (left.length > 0) {
    const plain = left.map(({ id, text, lane, features }): KeptProgram => ({ id, text, lane, features }));
    const text = brotliCompressSync(JSON.stringify(plain), BROTLI).toString('base64');
    if (text.length <= max) return text;
    left = shortest(left, (max / text.length) * SPARE);
  }
  return null;
}

/** Unpacks entries. Data that does not unpack gives none, because a lease can be searched without them. */
export function unpacked(text: string | undefined): readonly KeptProgram[] {
  if (text === undefined) return [];
  try {
    const bytes = brotliDecompressSync(Buffer.from(text, 'base64'), { maxOutputLength: UNPACKED_MAX });
    return JSON.parse(bytes.toString()) as KeptProgram[];
  } catch {
    return [];
  }
}

/** The shortest entries that together make up this share of all text, in their order. */
function shortest(entries: readonly KeptProgram[], share: number): KeptProgram[] {
  let room = entries.reduce((sum, { text }) => sum + text.length, 0) * share;
  const kept = new Set(
    [...entries].sort((a, b) => a.text.length - b.text.length).filter(({ text }) => (room -= text.length) >= 0),
  );
  return entries.filter((entry) => kept.has(entry));
}
