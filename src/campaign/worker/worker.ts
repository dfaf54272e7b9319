import { TargetUnavailableError } from '../../session/errors';
import type { Session } from '../../session/session';
import { CorpusReplay } from './corpus_replay';
import type { Lease, LeaseResult } from '../campaign_types';
import { commandCountsOf } from '../../search/command_counts';
import { ModelCoverage } from '../../corpus/coverage';
import { partsOfLane } from './lane_session';
import { WorkerCorpus } from './worker_corpus';
import type { RawFinding } from '../../search/raw_findings';
import type { FindingToReduce, FromWorker, KeptProgram, ToWorker } from '../worker_messages';
import { sumOfMet } from '../store/sum_of_met';
import { reduceReported, type DescribeFinding } from './worker_reduce';
import { Canaries, reportOf, searchOf, type LeaseSearch } from './worker_search';
import { WorkerTarget, type OpenOutsideTarget, type OpenTarget } from './worker_target';

/** Commands between two reads of messages. */
const SLICE_COMMANDS = 10_000;
const BEAT_MS = 1000;
/** Time between two messages with the model's branch counts, which are large. */
const COVERAGE_MS = 20_000;

type LeaseTask = Extract<ToWorker, { kind: 'lease' }>;

/** The parts that a worker is started with. */
interface WorkerParts {
  readonly open: OpenTarget;
  readonly openOutside: OpenOutsideTarget;
  readonly describe: DescribeFinding;
  readonly say: (message: FromWorker) => void;
  /** True when the process that gives out tasks has ended. */
  readonly orphaned: () => boolean;
  /** Ends this process. */
  readonly end: () => void;
}

/** Runs in a worker process: one task after the other, with messages in and out. */
export class CampaignWorker {
  private readonly target: WorkerTarget;
  private readonly acknowledged = new Map<number, () => void>();
  private reports = 0;
  private searching: LeaseSearch | null = null;
  private lastBeat_ms = 0;
  private lastCoverage_ms = 0;
  private readonly workerCorpus: WorkerCorpus;
  private stopping = false;
  private idle = true;

  constructor(private readonly parts: WorkerParts) {
    this.target = new WorkerTarget(parts.open, parts.openOutside, () => this.beat());
    this.workerCorpus = new WorkerCorpus((entry, reached) => parts.say({ kind: 'kept', entry, reached }));
    parts.say({ kind: 'ready' });
  }

  take(message: ToWorker): void {
    switch (message.kind) {
      case 'acknowledge':
        this.acknowledged.get(message.number)?.();
        this.acknowledged.delete(message.number);
        return;
      case 'stop':
        this.stopping = true;
        if (this.idle) void this.stop();
        return;
      case 'corpus':
        this.workerCorpus.learn(message.entries);
        return;
      case 'lease':
        return void this.task(() => this.search(message));
      case 'reduce':
        return void this.task(() => this.reduce(message.finding));
    }
  }

  private async task(work: () => Promise<FromWorker>): Promise<void> {
    this.idle = false;
    let end: FromWorker;
    try {
      end = await work();
    } catch (error) {
      const unusable = error instanceof TargetUnavailableError;
      const message = error instanceof Error && !unusable ? (error.stack ?? error.message) : (error as Error).message;
      end = { kind: 'failed', message, unusable };
    }
    this.searching = null;
    this.idle = true;
    if (!this.stopping) this.parts.say(end);
    else await this.stop();
  }

  private async stop(): Promise<void> {
    await this.target.close();
    this.parts.end();
  }

  private async search({ lease, canary, replay = [] }: LeaseTask): Promise<FromWorker> {
    const pending = new Set<Promise<void>>();
    const report = (raw: RawFinding, isCanary: boolean): Promise<void> => {
      const stored = this.report(lease, raw, isCanary).then(() => void pending.delete(stored));
      pending.add(stored);
      return stored;
    };
    const cpu = process.cpuUsage();
    this.searching = await searchOf(lease, this.target, this.workerCorpus, {
      onFinding: (raw) => report(raw, false),
      stop: () => {
        this.beat();
        return this.stopping;
      },
    });
    const { search, session, invariants, met } = this.searching;
    const before = replay.length === 0 ? null : this.replayOf(lease, session, replay, (raw) => void report(raw, false));
    const canaries = canary === undefined ? null : new Canaries(lease, canary, (raw) => report(raw, true));
    const breathe = async (): Promise<void> => {
      this.beat();
      await Promise.all(pending);
      await new Promise((resolve) => setImmediate(resolve));
    };
    while (!this.stopping && before?.slice(SLICE_COMMANDS) === true) await breathe();
    for (let more = true; more;) {
      more = await search.slice(SLICE_COMMANDS);
      canaries?.upTo(search.programs);
      await breathe();
    }
    this.sendCoverage();
    const { user, system } = process.cpuUsage(cpu);
    const result: LeaseResult = {
      lease: lease.id,
      programs: search.programs + (before?.programs ?? 0),
      // Counted by the session, so the commands of `before` are included.
      commands: search.commands,
      cpuSeconds: (user + system) / 1e6,
      commandCounts: commandCountsOf(session),
      invariants: invariants(),
      // The giver of the lease fills these in: see withReports.
      canaries: { hidden: 0, found: 0 },
      met: sumOfMet([before?.met ?? [], met()]),
    };
    return { kind: 'done', result };
  }

  private replayOf(
    { lane }: Lease,
    session: Session,
    kept: readonly KeptProgram[],
    onFinding: (raw: RawFinding) => void,
  ): CorpusReplay {
    const corpus = this.workerCorpus.corpusOf(lane.scenario);
    return new CorpusReplay(partsOfLane(lane), session, corpus, this.workerCorpus.entriesOf(kept), onFinding);
  }

  private reduce(finding: FindingToReduce): Promise<FromWorker> {
    return reduceReported(finding, this.target, this.parts.describe, () => this.beat());
  }

  /** Reports a finding. Resolves when it is stored. */
  private report(lease: Lease, raw: RawFinding, canary: boolean): Promise<void> {
    const number = this.reports++;
    const stored = new Promise<void>((resolve) => this.acknowledged.set(number, resolve));
    this.parts.say({ kind: 'finding', number, ...reportOf(lease, raw, canary) });
    return stored;
  }

  private sendCoverage(): void {
    const coverage = ModelCoverage.ofThisProcess();
    const now_ms = performance.now();
    if (coverage === null || (this.lastCoverage_ms > 0 && now_ms - this.lastCoverage_ms < COVERAGE_MS)) return;
    this.lastCoverage_ms = now_ms;
    this.parts.say({ kind: 'coverage', map: coverage.map() });
  }

  private beat(): void {
    const now_ms = performance.now();
    if (now_ms - this.lastBeat_ms < BEAT_MS) return;
    this.lastBeat_ms = now_ms;
    if (this.parts.orphaned()) this.parts.end();
    const { programs, commands } = this.searching?.search ?? { programs: 0, commands: 0 };
    this.parts.say({ kind: 'progress', programs, commands, rssBytes: process.memoryUsage.rss() });
  }
}
