import { setTimeout as sleep } from 'node:timers/promises';
import { campaignReport } from './campaign_report';
import type { CampaignFinding, CampaignLimits, CampaignReport, Lease, StatsLine, WorkerStatus } from './campaign_types';
import { CampaignCorpus } from './campaign_corpus';
import { CampaignStats } from './campaign_stats';
import { FindingsStore } from './store/findings_store';
import { LeaseBroker } from './leases/lease_broker';
import { LocalLeases } from './leases/lease_source';
import { Ledger } from './store/ledger';
import type { KnownFinding } from './store/known_findings';
import { DiskFullRetry } from './store/disk_full_retry';
import type { RemoteSearch } from './remote_search';
import { kindAt, type CampaignPlan } from './plan';
import { StatsSeries } from './store/stats_series';
import { WorkerProcess, type CorpusSharing } from './worker/worker_process';
import type { FindingToReduce, KeptProgram } from './worker_messages';

export interface CampaignSettings {
  readonly directory: string;
  readonly plan: CampaignPlan;
  /** The file that each worker process runs. */
  readonly workerFile: string;
  readonly workers: number;
  readonly memoryMiB: number;
  readonly hang_ms: number;
  /** True when the first worker counts the model's branches, which makes it slower. */
  readonly countsBranches: boolean;
  readonly limits: CampaignLimits;
  readonly known: readonly KnownFinding[];
  /** The search on other machines. With it, the workers here only reduce. */
  readonly remote?: RemoteSearch;
}

interface CampaignEvents {
  /** Prints a line for people. */
  readonly say: (line: string) => void;
  /** Called a few times a second. */
  readonly onStatus: (line: () => StatsLine) => void;
  readonly onReduced: (finding: CampaignFinding) => void;
  readonly interrupted: () => boolean;
}

const TICK_MS = 250;
/** A tick later than LATE_MS means that this process was stopped, not the workers. */
const LATE_MS = 5_000;
/** Time that running leases have after the end of the campaign. */
const LEASES_MS = 30_000;
/** Time that running reductions have after the end of the campaign. */
const REDUCTIONS_MS = 60_000;
/** Time that both have after an interrupt. */
const INTERRUPTED_MS = 10_000;
const NOTHING_TO_DO_MS = 200;
const REDUCTION_TRIES = 3;
/** Time that a worker has to close its target before it is killed. */
const WORKER_END_MS = 3_000;

/** A search over all lanes of a plan, in worker processes. This process alone writes the results to the directory. */
export class Campaign {
  private readonly workers: readonly WorkerProcess[];
  private readonly stats: CampaignStats;
  private readonly broker: LeaseBroker;
  private readonly reductionTries = new Map<string, number>();
  private reducing = 0;
  private reducesAtEnd = true;
  private end: CampaignReport['end'] | null = null;
  private endedAt_ms = Infinity;
  private error: Error | null = null;
  private lastTick_ms = performance.now();
  /** True when earlier processes have used up the campaign's time or commands, so that this one searches nothing. */
  private readonly overBefore: boolean;

  private constructor(
    private readonly settings: CampaignSettings,
    private readonly events: CampaignEvents,
    private readonly ledger: Ledger,
    private readonly store: FindingsStore,
    series: StatsSeries,
    private readonly corpus: CampaignCorpus,
  ) {
    const { plan, workerFile: file, memoryMiB, hang_ms, countsBranches } = settings;
    const leases = new LocalLeases(plan, ledger, kindAt);
    const replayBefore = (lease: Lease): readonly KeptProgram[] => corpus.replayBefore(lease);
    this.broker = new LeaseBroker(plan, leases, ledger, store, (line) => events.say(line), replayBefore);
    const onFinding: ConstructorParameters<typeof WorkerProcess>[1]['onFinding'] = async (worker, finding) => {
      try {
        if (await this.broker.found(worker, finding)) this.stats.somethingNew();
      } catch (error) {
        this.fail(error);
        // Never resolves, so that the worker does not go on as if the finding were stored.
        await new Promise(() => undefined);
      }
    };
    this.workers = Array.from(
      { length: settings.workers },
      (_, i) =>
        new WorkerProcess(`w${i + 1}`, {
          file,
          memoryMiB,
          hang_ms,
          onFinding,
          sharing: this.sharingOf(i === 0 && countsBranches),
        }),
    );
    this.stats = new CampaignStats(settings.directory, ledger, store, series, corpus, () => this.statuses());
    this.overBefore = this.limitReached() !== null;
  }

  static async open(settings: CampaignSettings, events: CampaignEvents): Promise<Campaign> {
    const { directory, plan, known } = settings;
    const retry = new DiskFullRetry((line) => events.say(line));
    const ledger = await Ledger.open(directory, retry);
    const store = await FindingsStore.open({ directory, version: plan.version, known, retry });
    const series = await StatsSeries.open(directory, retry);
    const corpus = new CampaignCorpus(directory, (line) => events.say(line));
    return new Campaign(settings, events, ledger, store, series, corpus);
  }

  async run(): Promise<CampaignReport> {
    this.tick();
    const timer = setInterval(() => this.tick(), TICK_MS);
    try {
      await Promise.all([...this.workers.map((worker) => this.serve(worker)), this.searchElsewhere()]);
    } finally {
      clearInterval(timer);
      await Promise.all(this.workers.map((worker) => worker.end(WORKER_END_MS)));
    }
    if (this.error !== null) throw this.error;
    return this.finish();
  }

  /** Gives a worker one task after the other, until the campaign is over and nothing is left to reduce. */
  private async serve(worker: WorkerProcess): Promise<void> {
    try {
      while (this.end === null) {
        const finding = this.mayReduce ? this.store.toReduce() : null;
        if (finding !== null) await this.reduce(worker, finding);
        else if (!(await this.search(worker))) await sleep(NOTHING_TO_DO_MS);
        if (this.broker.hopeless !== null) this.over('failed');
        this.checkWhetherOver();
      }
      while (this.reducesAtEnd && this.timeToReduce_ms > 0) {
        const finding = this.store.toReduce();
        if (finding === null) break;
        await this.reduce(worker, finding);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  private async search(worker: WorkerProcess): Promise<boolean> {
    return this.settings.remote === undefined && (await this.broker.search(worker, () => this.end !== null));
  }

  private async searchElsewhere(): Promise<void> {
    const somethingNew = (): void => this.stats.somethingNew();
    const events = { over: () => this.end !== null, somethingNew, corpus: this.corpus };
    await this.settings.remote?.run(this.broker, events).catch((error: unknown) => this.fail(error));
  }

  /**
   * @param counts - whether this worker counts the model's branches. One worker is enough to see which are never taken.
   */
  private sharingOf(counts: boolean): CorpusSharing {
    const { corpus } = this;
    return {
      counts,
      entries: () => corpus.entries,
      onKept: (from, entry, reached) => {
        if (!corpus.add(entry, reached)) return;
        this.stats.somethingNew();
        for (const worker of this.workers) if (worker !== from) worker.share([entry]);
      },
      onCoverage: (pid, map) => corpus.covered(pid, map),
    };
  }

  private statuses(): WorkerStatus[] {
    return [...this.workers.map(({ status }) => status), ...(this.settings.remote?.statuses() ?? [])];
  }

  private get mayReduce(): boolean {
    return this.reducing < Math.max(1, Math.floor(this.workers.length / 2));
  }

  private get timeToReduce_ms(): number {
    if (this.error !== null || this.end === 'failed') return 0;
    const time_ms = this.end === 'interrupted' ? INTERRUPTED_MS : REDUCTIONS_MS;
    return this.endedAt_ms + time_ms - performance.now();
  }

  private async reduce(worker: WorkerProcess, finding: FindingToReduce): Promise<void> {
    this.reducing++;
    const end = await worker.do({ kind: 'reduce', finding }, finding.id);
    this.reducing--;
    if (end.kind === 'reduced') {
      this.events.onReduced(await this.store.reduced(end));
      return;
    }
    if (end.kind === 'died' && this.end === null) {
      this.broker.died(end.why, `the reduction of ${finding.id}`);
      this.events.say(`${worker.id} at the reduction of ${finding.id}: ${end.why}`);
    }
    const tries = (this.reductionTries.get(finding.id) ?? 0) + 1;
    this.reductionTries.set(finding.id, tries);
    if (this.end !== null || tries < REDUCTION_TRIES) this.store.putBack(finding.id);
    else {
      this.store.notReduced(finding.id);
      const why = end.kind === 'died' ? end.why : end.kind === 'failed' ? end.message.split('\n', 1)[0] : end.kind;
      this.broker.problem(`finding ${finding.id} could not be reduced: ${why}`);
    }
    // A finding that fails to reduce at the end is reduced when the campaign is continued.
    if (this.end !== null) this.reducesAtEnd = false;
  }

  private tick(): void {
    const now_ms = performance.now();
    if (now_ms - this.lastTick_ms > LATE_MS) for (const worker of this.workers) worker.restartSilence();
    this.lastTick_ms = now_ms;
    for (const worker of this.workers) worker.checkHealth();
    this.checkWhetherOver();
    const forLeases_ms = this.end === 'interrupted' ? INTERRUPTED_MS : LEASES_MS;
    if (now_ms > this.endedAt_ms + forLeases_ms) this.killThose('searches');
    if (this.end !== null && this.timeToReduce_ms <= 0) this.killThose('reduces');
    this.stats.write().catch((error: unknown) => this.fail(error));
    this.events.onStatus(() => this.stats.line());
  }

  private checkWhetherOver(): void {
    const end = this.events.interrupted() ? 'interrupted' : this.limitReached();
    if (end !== null) this.over(end);
  }

  private limitReached(): 'time' | 'commands' | null {
    const { time_ms, commands } = this.settings.limits;
    if (time_ms !== null && this.stats.seconds * 1000 >= time_ms) return 'time';
    return commands !== null && this.ledger.sum('commands') >= commands ? 'commands' : null;
  }

  private over(end: CampaignReport['end']): void {
    // An interrupt while the campaign ends shortens the time that is left.
    if (this.end !== null && !(end === 'interrupted' && this.end !== 'failed')) return;
    if (this.end === null) this.endedAt_ms = performance.now();
    this.end = end;
  }

  private fail(error: unknown): void {
    this.error ??= error instanceof Error ? error : new Error(String(error));
    this.end = 'failed';
    for (const worker of this.workers) worker.kill('the campaign failed');
  }

  private killThose(state: 'searches' | 'reduces'): void {
    for (const worker of this.workers) if (worker.status.state === state) worker.kill('the campaign is over');
  }

  private async finish(): Promise<CampaignReport> {
    const { plan } = this.settings;
    const reportsOf = (id: string): number =>
      [...this.ledger.lanes.values()].reduce((sum, lane) => sum + (lane.reports[id] ?? 0), 0);
    await this.stats.write(true);
    const report = campaignReport({
      plan,
      endedAt: new Date().toISOString(),
      end: this.end ?? 'failed',
      limits: this.settings.limits,
      overBefore: this.overBefore,
      problems: this.broker.problems(),
      lanes: this.ledger.lanes,
      last: this.stats.line(),
      series: this.stats.points(),
      findings: this.store.findings(reportsOf),
    });
    await this.store.close(reportsOf);
    await this.ledger.close();
    await this.stats.close();
    await this.corpus.close();
    return report;
  }
}
