import type { Redis } from 'ioredis';
import { UnrecoverableError, WaitingError, Worker, type Job } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease, LeaseResult } from '../campaign/campaign_types';
import { canaryOf } from '../campaign/canary';
import { EXAMPLES_MAX, findingId } from '../campaign/store/findings_store';
import { messageOf, withReports, type Attempt } from '../campaign/leases/lease_broker';
import type { CampaignPlan } from '../campaign/plan';
import type { FindingReported, KeptProgram } from '../campaign/worker_messages';
import type { WorkerProcess } from '../campaign/worker/worker_process';
import { firstLine } from '../session/errors';
import { unpacked, type LeaseJob } from './lease_job';
import type { MachineCorpus } from './machine_corpus';
import { findingFields } from './messages';
import * as names from './redis_names';
import type { WorkerPool } from './worker_pool';

/** Such a timer does not keep the process alive. */
const LET_END = { ref: false };

type Jobs = Worker<LeaseJob, LeaseResult>;

/** The parts of a machine that work for a campaign. */
interface ConsumerParts {
  readonly redis: Redis;
  readonly plan: CampaignPlan;
  /** Targets of the plan that can be searched on here. */
  readonly targets: readonly string[];
  readonly workers: readonly WorkerProcess[];
  readonly pool: WorkerPool;
  readonly corpus: MachineCorpus;
  readonly times: names.QueueTimes;
  readonly say: (line: string) => void;
}

/** The job of a lease. */
interface JobOfLease {
  /** Kept programs that run before the lease's own. */
  readonly replay: readonly KeptProgram[];
  /** Gives the lease back to the queue. */
  readonly back: () => Promise<never>;
  /** True when the lease is given up if it fails once more. */
  readonly isLast: boolean;
}

/**
 * The part of one machine in one campaign. It takes leases from the queues of its targets, and its worker processes
 * search them.
 */
export class LeaseConsumer {
  readonly id: string;
  private readonly jobs: Map<string, Jobs>;
  private readonly attempts = new Map<WorkerProcess, Attempt>();
  private readonly findings: string;
  private closing: Promise<void> | null = null;

  constructor(private readonly parts: ConsumerParts) {
    this.id = names.planId(parts.plan);
    this.findings = names.findingsKey(this.id);
    this.jobs = new Map(parts.targets.map((target) => [target, this.jobsOf(target)]));
  }

  /**
   * Sends a finding. Resolves when it is in Redis. The coordinator takes it from there before it takes the lease's
   * result.
   */
  async found(worker: WorkerProcess, finding: FindingReported): Promise<void> {
    const attempt = this.attempts.get(worker);
    if (attempt === undefined || attempt.lease.id !== finding.lease) return;
    if (finding.canary) {
      if (finding.token !== undefined) attempt.canariesFound.add(finding.token);
      return;
    }
    const id = findingId(attempt.lease.lane, finding.signature);
    const reports = (attempt.reports[id] ?? 0) + 1;
    attempt.reports[id] = reports;
    // No store keeps more programs of one finding.
    if (reports > EXAMPLES_MAX) return;
    await this.send(findingFields(finding));
  }

  /**
   * Adds an entry to the stream of findings. While Redis refuses, for lack of disk or memory, the worker waits with its
   * lease.
   */
  private async send(fields: readonly string[]): Promise<void> {
    for (;;) {
      try {
        await this.parts.redis.xadd(this.findings, '*', ...fields);
        return;
      } catch (error) {
        // The coordinator refuses a result whose findings did not come in.
        if (this.closing !== null) return;
        this.parts.say(`Redis does not take a finding: ${firstLine(error)}; trying again`);
        await sleep(names.REFUSED_MS);
      }
    }
  }

  /** Ends the work here. Running leases have `grace_ms` to end, then they go back to the queue. */
  close(grace_ms: number): Promise<void> {
    this.closing ??= this.letGo(grace_ms);
    return this.closing;
  }

  private async letGo(grace_ms: number): Promise<void> {
    const closed = Promise.all([...this.jobs.values()].map((jobs) => jobs.close()));
    const soon = sleep(grace_ms, null, LET_END).then(() => {
      for (const worker of this.attempts.keys()) worker.kill('the search here ends');
    });
    await Promise.race([closed, soon.then(() => sleep(names.KILLED_MS, null, LET_END))]);
    // Redis may be unreachable, so this has a time limit.
    await Promise.race([
      Promise.all([...this.jobs.values()].map((jobs) => jobs.close(true))).then(() => this.tidy()),
      sleep(names.KILLED_MS, null, LET_END),
    ]);
  }

  /**
   * Removes keys that were written after the coordinator had removed all: by a check for lost leases, or for a kept
   * program. A coordinator that is still at work will remove them itself.
   */
  private async tidy(): Promise<void> {
    const { redis } = this.parts;
    const owner = await redis.get(names.COORDINATOR_KEY);
    if (owner?.split(' ')[0] === this.id) return;
    const written = [...this.jobs.values()].flatMap((jobs) => [jobs.toKey('meta'), jobs.toKey('stalled-check')]);
    await redis.del(names.keptKey(this.id), ...written);
  }

  private jobsOf(target: string): Jobs {
    const { redis, times, workers } = this.parts;
    const jobs = new Worker<LeaseJob, LeaseResult>(
      names.queueName(this.id, target),
      (job, token) => this.process(job, token as string),
      {
        connection: redis,
        prefix: names.PREFIX,
        skipVersionCheck: true,
        concurrency: workers.length,
        lockDuration: times.lock_ms,
        stalledInterval: times.stalled_ms,
        maxStalledCount: names.LOSSES_MAX - 1,
        runRetryDelay: names.RETRY_MS,
        drainDelay: 2,
        removeOnComplete: { count: names.KEPT_MAX },
        removeOnFail: { count: names.KEPT_MAX },
      },
    );
    jobs.on('error', (error) => this.trouble(error));
    return jobs;
  }

  /** Processes a job. This process never searches itself, so that it always has time to renew the locks of its jobs. */
  private async process(job: Job<LeaseJob, LeaseResult>, token: string): Promise<LeaseResult> {
    const { lease, corpus } = job.data;
    const losses = job.stalledCounter + job.attemptsMade;
    if (losses >= names.LOSSES_MAX) throw new UnrecoverableError('the worker was lost');
    const worker = await this.parts.pool.take();
    try {
      if (this.closing !== null) return await this.back(job, token);
      const replay = unpacked(job.data.again);
      this.parts.corpus.learn([...replay, ...unpacked(corpus)]);
      return await this.search(worker, lease, {
        replay,
        back: () => this.back(job, token),
        isLast: losses + 1 >= names.LOSSES_MAX,
      });
    } finally {
      this.attempts.delete(worker);
      this.parts.pool.giveBack(worker);
    }
  }

  private async search(
    worker: WorkerProcess,
    lease: Lease,
    { replay, back, isLast }: JobOfLease,
  ): Promise<LeaseResult> {
    const { plan } = this.parts;
    const canary = canaryOf(plan.canary, plan.seed, lease);
    const attempt: Attempt = { lease, canary, reports: {}, canariesFound: new Set() };
    this.attempts.set(worker, attempt);
    const end = await worker.do({ kind: 'lease', lease, canary, replay }, lease.id);
    if (end.kind === 'done') return withReports(end.result, attempt);
    if (this.closing !== null) return back();
    if (end.kind === 'failed' && end.unusable) {
      this.leaveOut(lease.lane.target, end.message);
      return back();
    }
    const why = end.kind === 'died' ? end.why : messageOf(end);
    this.parts.say(`${worker.id} at ${lease.id}: ${why}; the lease is ${isLast ? 'given up' : 'searched again'}`);
    throw isLast ? new UnrecoverableError(why) : new Error(why);
  }

  /** Gives a lease back to the queue without counting a failure, for another machine. */
  private async back(job: Job, token: string): Promise<never> {
    await job.moveToWait(token);
    throw new WaitingError();
  }

  private leaveOut(target: string, why: string): void {
    const jobs = this.jobs.get(target);
    if (jobs === undefined || jobs.isPaused()) return;
    this.parts.say(`${target} cannot be used here, its leases are left to other machines: ${firstLine(why)}`);
    void jobs.pause(true);
  }

  private trouble(error: Error): void {
    // This machine was away for too long, and another has the lease now. Its findings count, its result does not.
    const [, lease] = /(?:lock|key|mismatch) for job (\S+?)\.? /i.exec(`${error.message} `) ?? [];
    if (lease !== undefined && !/renew/.test(error.message))
      this.parts.say(`${lease}: this machine was away for too long, the lease is another's now`);
  }
}
