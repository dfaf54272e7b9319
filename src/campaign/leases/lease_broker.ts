import { plural } from '../../program/counts';
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

/** After HOPELESS leases in a row that were given up the campaign ends. */
const HOPELESS = 5;
const PROBLEMS_MAX = 50;

/** A lease that a worker searches, with the reports so far. */
export interface Attempt {
  readonly lease: Lease;
  readonly canary?: CanaryOfLease;
  /** The number of reports, by id of the finding. */
  readonly reports: Record<string, number>;
  /** Tokens of the canaries that were reported. */
  readonly canariesFound: Set<string>;
}

/** Gives leases to workers and takes in their results, findings and deaths. */
export class LeaseBroker {
  private readonly attempts = new Map<WorkerProcess, Attempt>();
  private readonly deaths = new Map<string, { times: number; at: string }>();
  private readonly said: string[] = [];
  private givenUpInRow = 0;
  private readonly unusable = new Set<string>();
  /** The reason to end the campaign; null while it can continue. */
  hopeless: string | null = null;

  constructor(
    private readonly plan: CampaignPlan,
    private readonly leases: LeaseSource,
    readonly ledger: Ledger,
    private readonly store: FindingsStore,
    private readonly say: (line: string) => void,
    /** Kept programs that run before a lease. */
    private readonly replayBefore: (lease: Lease) => readonly KeptProgram[] = () => [],
  ) {}

  /**
   * Has a worker search one lease.
   * @param over - called when a worker ended; true when the campaign is over and has ended it
   * @returns false when there is no lease now
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
   * Stores a finding of a worker of this machine. Resolves when it is stored.
   * @returns whether its signature is new
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

  /** Stores a finding of another machine. Resolves when it is stored, with whether its signature is new. */
  async foundElsewhere(lease: Lease, finding: FindingReported): Promise<boolean> {
    return (await this.store.report(lease.lane, finding, this.ledger.sum('commands'))).isNew;
  }

  /** Records a result of another machine. Resolves when it is recorded. */
  async doneElsewhere(result: LeaseResult): Promise<void> {
    this.givenUpInRow = 0;
    await this.leases.done(result);
  }

  /** True when all findings that a result counts are stored. */
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

  /** Counts the death of a worker. */
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

  /** Gives up a lease that ended its workers too often. */
  async givenUp(lease: Lease, why: string): Promise<void> {
    await this.giveUp(lease, why);
    if (++this.givenUpInRow < HOPELESS) return;
    this.hopeless = `${HOPELESS} leases one after the other ended their workers: ${why}`;
    this.problem(this.hopeless);
  }

  /** Stores a range that ends its workers as a finding. Its lease counts as done, or the lane would never go on. */
  private async giveUp(lease: Lease, why: string): Promise<void> {
    const kind = why.replace(/\d+/g, 'N').split(/[:,]/)[0];
    const token = formatSeed(lease.lane.scenario, lease.first);
    const comment = `# a worker that searches ${plural(lease.programs, 'program')} from ${token} on ends: ${why}`;
    const { id } = await this.store.report(
      lease.lane,
      {
        lease: lease.id,
        signature: `worker ${kind}`,
        sentence: `a worker that searches ${lease.id} ends, ${FAILURES_MAX} times of ${FAILURES_MAX}: ${why}`,
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

/**
 * The result with its canaries and reports. They are not counted by the worker itself: the hidden canaries follow from
 * the plan, the found ones from the reports.
 */
export function withReports(result: LeaseResult, { lease, canary, reports, canariesFound }: Attempt): LeaseResult {
  const hidden = canary === undefined ? [] : canaryPositions(lease, canary);
  const tokens = hidden.map((position) => formatSeed(lease.lane.scenario, numberAt(lease, position)));
  const found = tokens.filter((token) => canariesFound.has(token)).length;
  return { ...result, canaries: { hidden: hidden.length, found }, reports };
}

export function messageOf(end: { readonly kind: string; readonly message?: string }): string {
  return (end.message ?? end.kind).split('\n', 1)[0];
}
