import { join } from 'node:path';
import type { StatsLine, WorkerStatus } from './campaign_types';
import type { CampaignCorpus } from './campaign_corpus';
import type { FindingsStore } from './store/findings_store';
import type { Ledger } from './store/ledger';
import { metricsText } from './store/metrics';
import type { StatsSeries } from './store/stats_series';
import { writeAtomicallyIfRoom } from './store/atomic_write';

/** The time span of the rate that is shown. */
const RATE_MS = 10_000;

/** The figures of a campaign, now and over time. */
export class CampaignStats {
  private readonly startedAt_ms = performance.now();
  /** Seconds of earlier processes of this campaign. */
  private readonly before: number;
  private newAtSeconds: number;
  private readonly recent: { readonly at_ms: number; readonly commands: number }[] = [];
  private writing: Promise<void> | null = null;

  constructor(
    private readonly directory: string,
    private readonly ledger: Ledger,
    private readonly store: FindingsStore,
    private readonly series: StatsSeries,
    private readonly corpus: CampaignCorpus,
    private readonly statuses: () => readonly WorkerStatus[],
  ) {
    const { last } = series;
    this.before = last?.seconds ?? 0;
    this.newAtSeconds = this.before - (last?.sinceNewSeconds ?? 0);
  }

  get seconds(): number {
    return this.before + (performance.now() - this.startedAt_ms) / 1000;
  }

  somethingNew(): void {
    this.newAtSeconds = this.seconds;
  }

  line(): StatsLine {
    const { ledger, seconds } = this;
    return {
      at: Date.now(),
      seconds,
      programs: ledger.sum('programs'),
      commands: ledger.sum('commands'),
      commandsPerSecond: this.rate(),
      ...this.corpus.counts,
      findings: this.store.count(),
      sinceNewSeconds: seconds - this.newAtSeconds,
      workers: this.statuses(),
    };
  }

  points(): Omit<StatsLine, 'workers'>[] {
    return this.series.points();
  }

  /** Writes a line when one is due. Only at the end does it wait for a line that is being written. */
  async write(atEnd = false): Promise<void> {
    if (atEnd) await this.writing;
    if (this.writing !== null || !(atEnd || this.series.isDue(Date.now()))) return;
    const line = this.line();
    this.writing = this.series
      .add(line)
      .then(async () => writeAtomicallyIfRoom(join(this.directory, 'metrics.prom'), await metricsText(line)))
      .finally(() => (this.writing = null));
    await this.writing;
  }

  close(): Promise<void> {
    return this.series.close();
  }

  /** Commands per second over the last RATE_MS, running leases included. */
  private rate(): number {
    const now = {
      at_ms: performance.now(),
      commands: this.statuses().reduce((sum, { commands }) => sum + commands, 0),
    };
    this.recent.push(now);
    while (this.recent.length > 2 && now.at_ms - this.recent[0].at_ms > RATE_MS) this.recent.shift();
    const [first] = this.recent;
    const elapsed_ms = now.at_ms - first.at_ms;
    return elapsed_ms === 0 ? 0 : Math.max(0, ((now.commands - first.commands) * 1000) / elapsed_ms);
  }
}
