import { printProgram } from '../../program/print';
import { formatSeed } from '../../generate/seed';
import type { Lease, LeaseResult } from '../campaign_types';
import { canaryOf, canaryPositions, numberAt, type CanaryOfLease } from '../canary';
import type { FindingsStore } from '../store/findings_store';
import { FAILURES_MAX, type LeaseSource } from './lease_source';
import type { Ledger } from '../store/ledger';
import type { CampaignPlan } from '../plan';
import type { FindingReported, KeptProgram } from '../worker_messages';
import type { WorkerProcess } from '../worker/worker_process';

/** Leases given up one after the other, with none done in between: there is no point in going on. */
const HOPELESS = 5;
const PROBLEMS_MAX = 50;

/** A lease at a worker, and what was reported of it. */
export interface Attempt {
  readonly lease: Lease;
  readonly canary?: CanaryOfLease;
  /** By id of the finding. */
  readonly reports: Record<string, number>;
  /** Tokens of the canaries that were reported. */
  readonly canariesFound: Set<string>;
}

/** Gives leases to workers and takes back what comes of them: results, findings, deaths. */
export class LeaseBroker {
  private readonly attempts = new Map<WorkerProcess, Attempt>();
  private readonly deaths = new Map<string, { times: number; at: string }>();
  private readonly said: string[] = [];
  private givenUpInRow = 0;
  private readonly unusable = new Set<string>();
  /** Why there is no point in going on. */
  hopeless: string | null = null;

  constructor(
    private readonly plan: CampaignPlan,
    private readonly leases: LeaseSource,
    readonly ledger: Ledger,
    private readonly store: FindingsStore,
    private readonly say: (line: string) => void,
    /** Kept programs that are executed once more before a lease. */
    private readonly replayBefore: (lease: Lease) => readonly KeptProgram[] = () => [],
  ) {}

  /**
   * One lease, by one worker.
   * @param over - asked when a worker ended: has the campaign ended it?
   * @returns false when there is nothing to do now
   */
  async search(worker: WorkerProcess, over: () => boolean): Promise<boolean> {
    const lease = await this.leases.take();
    if (lease === null) return false;
    const canary = canaryOf(this.plan.canary, this.plan.seed, lease);
    const attempt: Attempt = { lease, canary, reports: {}, canariesFound: new Set() };
    this.attempts.set(worker, attempt);
    const replay = this.replayBefore(lease);
    const end = await worker.do({ kind: 'lease', lease, canary, replay }, lease.id);
    this.attempts.delete(worker);
    if (end.kind === 'done') {
      this.givenUpInRow = 0;
      await this.leases.done(withReports(end.result, attempt));
    } else if (over()) await this.leases.back(lease);
    else if (end.kind === 'failed' && end.unusable) this.leaveOut(lease, end.message);
    else await this.failed(worker, lease, end.kind === 'died' ? end.why : messageOf(end));
    return true;
  }

  /**
   * Resolves when it is stored.
   * @returns whether nothing like it was reported before
   */
  async found(worker: WorkerProcess, finding: FindingReported): Promise<boolean> {
    const attempt = this.attempts.get(worker);
    if (attempt === undefined || attempt.lease.id !== finding.lease) return false;
    if (finding.canary) {
      if (finding.token !== undefined) attempt.canariesFound.add(finding.token);
      return false;
    }
    const { id, isNew } = await this.store.report(attempt.lease.lane, finding, this.ledger.sum('commands'));
    attempt.reports[id] = (attempt.reports[id] ?? 0) + 1;
    return isNew;
  }

  /** What another machine found. Resolves when it is stored, with whether nothing like it was reported before. */
  async foundElsewhere(lease: Lease, finding: FindingReported): Promise<boolean> {
    return (await this.store.report(lease.lane, finding, this.ledger.sum('commands'))).isNew;
  }

  /** What another machine has done; resolves when it is recorded. */
  async doneElsewhere(result: LeaseResult): Promise<void> {
    this.givenUpInRow = 0;
    await this.leases.done(result);
  }

  /** Whether all that a result counts is stored. */
  hasFindingsOf({ reports = {} }: LeaseResult): boolean {
    return Object.keys(reports).every((id) => this.store.has(id));
  }

  problem(line: string): void {
    if (this.said.length < PROBLEMS_MAX) this.said.push(line);
  }

  problems(): string[] {
    const deaths = [...this.deaths].map(
      ([why, { times, at }]) => `a worker ended ${times === 1 ? 'once' : `${times} times`}: ${why}, last at ${at}`,
    );
    return [...this.said, ...deaths];
  }

  /** A worker that ended is a result, whatever it was at. */
  died(why: string, at: string): void {
    const { times } = this.deaths.get(why) ?? { times: 0 };
    if (times > 0 || this.deaths.size < PROBLEMS_MAX) this.deaths.set(why, { times: times + 1, at });
  }

  private async failed(worker: WorkerProcess, lease: Lease, why: string): Promise<void> {
    this.died(why, lease.id);
    const next = await this.leases.failed(lease, why);
    this.say(`${worker.id} at ${lease.id}: ${why}; the lease is ${next === 'again' ? 'searched again' : 'given up'}`);
    if (next === 'given up') await this.givenUp(lease, why);
  }

  /** A lease that ended its workers as often as it may. */
  async givenUp(lease: Lease, why: string): Promise<void> {
    await this.giveUp(lease, why);
    if (++this.givenUpInRow < HOPELESS) return;
    this.hopeless = `${HOPELESS} leases one after the other ended their workers: ${why}`;
    this.problem(this.hopeless);
  }

  /** A range that ends its workers is a finding. It counts as done, or nothing else would ever be. */
  private async giveUp(lease: Lease, why: string): Promise<void> {
    const kind = why.replace(/\d+/g, 'N').split(/[:,]/)[0];
    const token = formatSeed(lease.lane.scenario, lease.first);
    const comment = `# ${lease.programs} programs from ${token} on end the worker that searches them: ${why}`;
    const { id } = await this.store.report(
      lease.lane,
      {
        lease: lease.id,
        signature: `worker ${kind}`,
        sentence: `whoever searches ${lease.id} ends, ${FAILURES_MAX} times of ${FAILURES_MAX}: ${why}`,
        program: printProgram({
          profile: lease.lane.profile,
          calls: [],
          names: [],
          comments: new Map([[0, comment.split('\n')]]),
        }),
        token,
        canary: false,
      },
      this.ledger.sum('commands'),
      'worker',
    );
    await this.leases.done({ ...EMPTY, lease: lease.id, reports: { [id]: 1 } });
  }

  private leaveOut(lease: Lease, why: string): void {
    const { target } = lease.lane;
    if (this.unusable.has(target)) return;
    this.unusable.add(target);
    this.say(`${target} cannot be used, its lanes are left out: ${why}`);
    this.problem(`${target} could not be used: ${why}`);
    for (const lane of this.plan.lanes) if (lane.target === target) this.leases.leaveOut(lane.id);
    if (this.plan.lanes.every((lane) => this.unusable.has(lane.target))) this.hopeless = `${target} could not be used`;
  }
}

const EMPTY: Omit<LeaseResult, 'lease'> = {
  programs: 0,
  commands: 0,
  cpuSeconds: 0,
  commandCounts: {},
  invariants: {},
  canaries: { hidden: 0, found: 0 },
};

/** The worker does not judge itself: which programs had a canary follows from the plan, and what was found from what was reported. */
export function withReports(result: LeaseResult, { lease, canary, reports, canariesFound }: Attempt): LeaseResult {
  const hidden = canary === undefined ? [] : canaryPositions(lease, canary);
  const tokens = hidden.map((position) => formatSeed(lease.lane.scenario, numberAt(lease, position)));
  const found = tokens.filter((token) => canariesFound.has(token)).length;
  return { ...result, canaries: { hidden: hidden.length, found }, reports };
}

export function messageOf(end: { readonly kind: string; readonly message?: string }): string {
  return (end.message ?? end.kind).split('\n', 1)[0];
}
