import { join } from 'node:path';
import { AppendFile, readLines } from './append_file';
import type { LeaseResult } from '../campaign_types';
import { LaneTotals, type LaneSum } from './lane_totals';
import type { DiskFullRetry } from './disk_full_retry';
import { partsOf } from '../plan';
import { writeAtomicallyIfRoom } from './atomic_write';

/** Growth after which the lines are summed up. */
const SUM_UP_BYTES = 8 << 20;

/** A line of ledger.jsonl: a done lease, or the sum of all leases of a lane that were done before. */
type Line = LeaseResult | { readonly sum: LaneSum };

/**
 * The done leases with their results. A lease counts if and only if it has a line here, and it counts once. To stay
 * small, the file is sometimes replaced by one with a single line for each lane.
 */
export class Ledger {
  /** By id of the lane. */
  readonly lanes = new Map<string, LaneTotals>();
  private sumUpAt = 0;
  /**
   * The last record. Records come one after the other, because a line that arrives while the file is replaced would be
   * lost.
   */
  private last: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: AppendFile,
    private readonly sumUpBytes: number,
  ) {}

  static async open(directory: string, retry: DiskFullRetry, sumUpBytes = SUM_UP_BYTES): Promise<Ledger> {
    const path = join(directory, 'ledger.jsonl');
    const ledger = new Ledger(await AppendFile.open(path, retry), sumUpBytes);
    for (const line of readLines(path)) ledger.count(line as Line);
    ledger.sumUpAt = sumUpBytes;
    return ledger;
  }

  has(lane: string, position: number): boolean {
    return this.lanes.get(lane)?.done.has(position) === true;
  }

  /** The smallest position of a lane that is not done. */
  firstUndone(lane: string): number {
    return this.lanes.get(lane)?.done.firstMissing ?? 0;
  }

  /** Records a result. Resolves when it is on the disk. A lease that is done already is not counted again. */
  done(result: LeaseResult): Promise<void> {
    const recorded = this.last.then(() => this.record(result));
    this.last = recorded.catch(() => undefined);
    return recorded;
  }

  private async record(result: LeaseResult): Promise<void> {
    const { lane, position } = partsOf(result.lease);
    if (this.has(lane, position)) return;
    await this.file.append(result, true);
    this.count(result);
    if (this.file.bytes > this.sumUpAt) await this.sumUp();
  }

  sum(of: 'programs' | 'commands' | 'leases' | 'cpuSeconds'): number {
    return [...this.lanes.values()].reduce((sum, lane) => sum + lane[of], 0);
  }

  async close(): Promise<void> {
    await this.last;
    await this.file.close();
  }

  private count(line: Line): void {
    if ('sum' in line) {
      this.totalsOf(line.sum.lane).addSum(line.sum);
      return;
    }
    const { lane, position } = partsOf(line.lease);
    this.totalsOf(lane).add(position, line);
  }

  private totalsOf(lane: string): LaneTotals {
    let totals = this.lanes.get(lane);
    if (totals === undefined) this.lanes.set(lane, (totals = new LaneTotals(lane)));
    return totals;
  }

  /** Replaces the file. A process killed here leaves the old file or the new one, and both say the same. */
  private async sumUp(): Promise<void> {
    const lines = [...this.lanes.values()].map((lane) => JSON.stringify({ sum: lane.toSum() }));
    await writeAtomicallyIfRoom(this.file.path, `${lines.join('\n')}\n`);
    await this.file.reopen();
    this.sumUpAt = this.file.bytes + this.sumUpBytes;
  }
}
