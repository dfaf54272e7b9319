import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppendFile, readLines } from './append_file';
import { knownAs, today, type KnownFinding } from './known_findings';
import type { DiskFullRetry } from './disk_full_retry';
import { writeAtomicallyRetrying } from './atomic_write';
import type { FindingReported, FindingToReduce, Reduced } from '../worker_messages';
import { type CampaignFinding, type FindingCause, type FindingState, type Lane, STABLE_RUNS } from '../campaign_types';

/** Programs that are kept for one finding: the first as program.skb, later ones in examples/. */
export const EXAMPLES_MAX = 8;

/** A line of findings.jsonl. */
interface Report extends Omit<FindingReported, 'canary'> {
  readonly id: string;
  readonly at: string;
  readonly cause: FindingCause;
  readonly lane: Lane;
  readonly version: string;
  readonly afterCommands: number;
}

interface Kept {
  finding: CampaignFinding;
  /** SHA-256 of each stored program. */
  readonly examples: Set<string>;
  /** Resolves when its first report is on the disk. */
  readonly stored: Promise<void>;
  reduction: 'due' | 'given out' | 'over';
}

/** Settings of a store. */
interface StoreOptions {
  readonly directory: string;
  readonly version: string;
  readonly known: readonly KnownFinding[];
  readonly retry: DiskFullRetry;
}

/** The id of a finding. Findings of different profiles, targets or mutants have different ids. */
export function findingId({ profile, target, mutant }: Lane, signature: string): string {
  const text = [profile, target, mutant ?? '', signature].join('\n');
  return hashOf(text).slice(0, 12);
}

/**
 * The findings of a campaign. Each report is in findings.jsonl before it is acknowledged. The folders are made from
 * these lines and from reductions, and missing folders are made again.
 */
export class FindingsStore {
  private readonly kept = new Map<string, Kept>();
  /** Folders are written one after the other. */
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: StoreOptions,
    private readonly file: AppendFile,
  ) {}

  static async open(options: StoreOptions): Promise<FindingsStore> {
    const path = join(options.directory, 'findings.jsonl');
    const store = new FindingsStore(options, await AppendFile.open(path, options.retry));
    for (const line of readLines(path)) store.restore(line as Report);
    await store.writing;
    return store;
  }

  /**
   * Stores a report. Resolves when it is stored.
   * @returns its id, and whether its signature is new
   */
  async report(
    lane: Lane,
    { lease, signature, sentence, invariant, program, token }: FindingReported,
    afterCommands: number,
    cause: FindingCause = 'program',
  ): Promise<{ readonly id: string; readonly isNew: boolean }> {
    const id = findingId(lane, signature);
    const { version } = this.options;
    const at = new Date().toISOString();
    const reported = { lease, signature, sentence, invariant, program, token };
    const line: Report = { id, at, cause, lane, ...reported, version, afterCommands };
    const before = this.kept.get(id);
    const hash = hashOf(program);
    if (before === undefined) {
      const stored = this.file.append(line, true);
      this.add(line, stored, cause === 'program' ? 'due' : 'over');
      await stored;
      this.write(id);
    } else if (before.examples.size < EXAMPLES_MAX && !before.examples.has(hash)) {
      before.examples.add(hash);
      await this.file.append(line, true);
      this.writeExample(id, before.examples.size, program);
    }
    // The first report of this finding may still be on its way to the disk.
    await this.kept.get(id)?.stored;
    return { id, isNew: before === undefined };
  }

  has(id: string): boolean {
    return this.kept.has(id);
  }

  /** The next finding to reduce; null when there is none. It is given out once, unless `putBack` is called. */
  toReduce(): FindingToReduce | null {
    for (const [id, kept] of this.kept) {
      if (kept.reduction !== 'due') continue;
      kept.reduction = 'given out';
      const { lane, signature, program } = kept.finding;
      return { id, lane, signature, program, file: this.pathOf(id, 'reduced.skb') };
    }
    return null;
  }

  putBack(id: string): void {
    const kept = this.kept.get(id);
    if (kept !== undefined) kept.reduction = 'due';
  }

  /** Leaves a finding unreduced. */
  notReduced(id: string): void {
    const kept = this.kept.get(id);
    if (kept !== undefined) kept.reduction = 'over';
  }

  get reductionsDue(): number {
    return [...this.kept.values()].filter(({ reduction }) => reduction === 'due').length;
  }

  async reduced({ id, program, shownOf10, sentence, report }: Reduced): Promise<CampaignFinding> {
    const kept = this.kept.get(id) as Kept;
    kept.reduction = 'over';
    kept.finding = this.judged({ ...kept.finding, reduced: program, shownOf10, sentence, report });
    this.write(id);
    await this.writing;
    return kept.finding;
  }

  /** @param reportsOf - the number of reports by done leases, by id of the finding */
  findings(reportsOf: (id: string) => number): CampaignFinding[] {
    return [...this.kept].map(([id, { finding }]) => ({ ...finding, reports: Math.max(1, reportsOf(id)) }));
  }

  count(): Record<FindingState, number> {
    const counts = { new: 0, known: 0, flaky: 0 };
    for (const { finding } of this.kept.values()) counts[finding.state]++;
    return counts;
  }

  /** Writes the last figures of each finding, and closes. */
  async close(reportsOf: (id: string) => number): Promise<void> {
    for (const [id, kept] of this.kept) {
      const reports = Math.max(1, reportsOf(id));
      if (reports === kept.finding.reports) continue;
      kept.finding = { ...kept.finding, reports };
      this.write(id);
    }
    await this.writing;
    await this.file.close();
  }

  private add(line: Report, stored: Promise<void>, reduction: Kept['reduction']): Kept {
    const { at, ...rest } = line;
    const kept: Kept = {
      finding: this.judged({ ...rest, firstSeenAt: at, reports: 1, state: 'new' }),
      examples: new Set([hashOf(line.program)]),
      stored,
      reduction,
    };
    this.kept.set(line.id, kept);
    return kept;
  }

  /** Takes in a report that an earlier process stored. */
  private restore(line: Report): void {
    const before = this.kept.get(line.id);
    if (before !== undefined) {
      const hash = hashOf(line.program);
      if (before.examples.has(hash)) return;
      before.examples.add(hash);
      const position = before.examples.size;
      if (!existsSync(this.examplePath(line.id, position))) this.writeExample(line.id, position, line.program);
      return;
    }
    const kept = this.add(line, Promise.resolve(), line.cause === 'program' ? 'due' : 'over');
    const saved = this.saved(line.id);
    if (saved?.reduced !== undefined) {
      const { reduced, shownOf10, sentence, report } = saved;
      kept.finding = this.judged({ ...kept.finding, reduced, shownOf10, sentence, report });
      kept.reduction = 'over';
    }
    if (saved === undefined || saved.state !== kept.finding.state) this.write(line.id);
  }

  private saved(id: string): CampaignFinding | undefined {
    try {
      return JSON.parse(readFileSync(this.pathOf(id, 'finding.json'), 'utf8')) as CampaignFinding;
    } catch {
      return undefined; // The file is written again.
    }
  }

  /** The finding with its state as of today. */
  private judged({ why: _, ...finding }: CampaignFinding): CampaignFinding {
    const known = knownAs(this.options.known, finding, today());
    if (known !== undefined) return { ...finding, state: 'known', why: known.why };
    const isFlaky = finding.shownOf10 !== undefined && finding.shownOf10 < STABLE_RUNS;
    return { ...finding, state: isFlaky ? 'flaky' : 'new' };
  }

  /** Writes the folder of a finding. finding.json comes last, so that its presence means a complete folder. */
  private write(id: string): void {
    const { program, reduced, report } = (this.kept.get(id) as Kept).finding;
    this.put(this.pathOf(id, 'program.skb'), () => program);
    if (reduced !== undefined) this.put(this.pathOf(id, 'reduced.skb'), () => reduced);
    if (report !== undefined) this.put(this.pathOf(id, 'report.txt'), () => report);
    const json = (): string => `${JSON.stringify((this.kept.get(id) as Kept).finding, null, 2)}\n`;
    this.put(this.pathOf(id, 'finding.json'), json);
  }

  private writeExample(id: string, position: number, program: string): void {
    this.put(this.examplePath(id, position), () => program);
  }

  private put(path: string, text: () => string): void {
    this.writing = this.writing.then(() => writeAtomicallyRetrying(path, text(), this.options.retry));
    // A failure reaches all that await `writing`. Without this line the failure would end the process when nothing
    // awaits it.
    this.writing.catch(() => undefined);
  }

  private examplePath(id: string, position: number): string {
    return this.pathOf(id, join('examples', `${position}.skb`));
  }

  private pathOf(id: string, name: string): string {
    return join(this.options.directory, 'findings', id, name);
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
