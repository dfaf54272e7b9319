import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from 'bullmq';
import type { Lease, LeaseResult, WorkerStatus } from '../campaign/campaign_types';
import type { LeaseBroker } from '../campaign/leases/lease_broker';
import { LocalLeases } from '../campaign/leases/lease_source';
import { kindAt, leaseNamed, type CampaignPlan } from '../campaign/plan';
import type { RemoteEvents, RemoteSearch } from '../campaign/remote_search';
import { firstLine, TargetUnavailableError } from '../session/errors';
import { IncomingStreams } from './incoming_streams';
import { LeaseJobs, type LeaseJob } from './lease_job';
import { Machines } from './machines';
import * as names from './redis_names';
import { RedisLink } from './redis_link';
import { obliterate, obliterateNamed, TargetQueue } from './target_queue';

/** Leases that are out for each target: WINDOW_PER_WORKER for each worker, at least WINDOW_MIN. */
const WINDOW_MIN = 16;
const WINDOW_PER_WORKER = 4;
/** Time between two checks for leases that are out but no longer in Redis. They are added again. */
const LOST_EVERY_MS = 5_000;
const OWNER_MS = 15_000;
const TROUBLE_MS = 1_000;
/** Such a timer does not keep the process alive. */
const LET_END = { ref: false };

/**
 * Gives the leases of a campaign to workers on other machines, through BullMQ. The ledger alone decides which leases
 * are done. Leases that Redis forgets are added again, and results that come in twice count once.
 */
export class QueueCoordinator implements RemoteSearch {
  private queues: TargetQueue[] = [];
  private readonly machines: Machines;
  private readonly id: string;
  private readonly incoming: IncomingStreams;
  private lostAt_ms = 0;
  private said = '';

  private constructor(
    private readonly link: RedisLink,
    private readonly plan: CampaignPlan,
    private readonly say: (line: string) => void,
    private readonly times: names.QueueTimes,
  ) {
    this.id = names.planId(plan);
    this.incoming = new IncomingStreams(link.redis, plan);
    this.machines = new Machines(link.redis, names.workersKey(this.id));
  }

  /** @throws TargetUnavailableError when Redis cannot be used, or another campaign uses it */
  static async open(
    url: string,
    plan: CampaignPlan,
    say: (line: string) => void,
    times = names.USUAL_TIMES,
  ): Promise<QueueCoordinator> {
    const link = await RedisLink.open(url, say);
    const coordinator = new QueueCoordinator(link, plan, say, times);
    try {
      await coordinator.enter();
      return coordinator;
    } catch (error) {
      link.close();
      throw error;
    }
  }

  statuses(): readonly WorkerStatus[] {
    return this.machines.statuses;
  }

  async run(broker: LeaseBroker, events: RemoteEvents): Promise<void> {
    this.queues = this.queuesFor(broker, events);
    let ended = false;
    const work = this.work(broker, events, () => ended);
    try {
      while (!events.over()) await Promise.race([sleep(this.times.poll_ms), work]);
      // Redis may be unreachable, so waiting for `work` has a limit.
      await Promise.race([work, sleep(this.times.grace_ms + TROUBLE_MS, null, LET_END)]);
    } finally {
      ended = true;
      this.link.close();
    }
    await work;
    for (const target of names.targetsOf(this.plan))
      if (!this.machines.served.has(target)) broker.problem(`${target}: no worker could search on it`);
  }

  private async work(broker: LeaseBroker, events: RemoteEvents, ended: () => boolean): Promise<void> {
    // A coordinator that was killed while it ended has left its queues paused.
    await this.trying(ended, async () => {
      for (const { queue } of this.queues) await queue.resume();
    });
    while (!events.over()) {
      await this.trying(ended, async () => {
        await this.enter();
        await this.takeIn(broker, events);
        await this.machines.look();
        const window = Math.max(WINDOW_MIN, WINDOW_PER_WORKER * this.machines.statuses.length);
        for (const queue of this.queues) await queue.giveOut(window);
        await this.giveOutLost();
      });
      await sleep(this.times.poll_ms);
    }
    await this.trying(ended, () => this.endInQueue(broker, events, ended));
  }

  /** Does a step that needs Redis. An error of Redis is printed once, and the caller's loop tries again. */
  private async trying(ended: () => boolean, step: () => Promise<void>): Promise<void> {
    try {
      await step();
      this.said = '';
    } catch (error) {
      if (ended()) return;
      if (!isOfRedis(error)) throw error;
      const why = firstLine(error);
      if (why !== this.said) this.say(`Redis: ${why}; trying again`);
      this.said = why;
      await sleep(TROUBLE_MS);
    }
  }

  /** Takes Redis for this campaign. A campaign that was killed may continue at once. */
  private async enter(): Promise<void> {
    const { redis } = this.link;
    const owner = `${this.id} ${hostname()} ${process.pid}`;
    const there = await redis.get(names.COORDINATOR_KEY);
    if (there !== null && there.split(' ')[0] !== this.id) {
      const [, host, pid] = there.split(' ');
      throw new TargetUnavailableError(`another campaign is at work in this Redis: process ${pid} of ${host}`);
    }
    await redis.set(names.COORDINATOR_KEY, owner, 'PX', OWNER_MS);
    const order = JSON.stringify(this.order(false));
    const before = await redis.get(names.ORDER_KEY);
    if (before === order) return;
    if (before !== null) await this.forget(before);
    await redis.set(names.ORDER_KEY, order);
  }

  /** Removes the leases of an earlier campaign that was not continued. */
  private async forget(text: string): Promise<void> {
    const { plan } = JSON.parse(text) as names.Order;
    const id = names.planId(plan);
    if (id === this.id) return;
    const queues = names.targetsOf(plan).map((target) => names.queueName(id, target));
    await obliterateNamed(this.link.redis, queues);
    await this.link.redis.del(names.findingsKey(id), names.keptKey(id), names.workersKey(id));
  }

  private order(over: boolean): names.Order {
    return { format: names.QUEUE_FORMAT, version: this.plan.version, over, plan: this.plan };
  }

  private queuesFor(broker: LeaseBroker, { corpus }: RemoteEvents): TargetQueue[] {
    const { plan, id, link } = this;
    const jobs = new LeaseJobs(corpus);
    return names.targetsOf(plan).map((target) => {
      const lanes = plan.lanes.filter((lane) => lane.target === target);
      const source = new LocalLeases({ ...plan, lanes }, broker.ledger, kindAt);
      return new TargetQueue(link.redis, names.queueName(id, target), source, (lease) => jobs.of(lease));
    });
  }

  /** Takes in findings and results. Findings come first, because a result counts only when its findings are stored. */
  private async takeIn(broker: LeaseBroker, events: RemoteEvents): Promise<void> {
    const ends: { readonly of: TargetQueue; readonly done: Job[]; readonly failed: Job[] }[] = [];
    for (const of of this.queues)
      ends.push({ of, done: await of.queue.getCompleted(), failed: await of.queue.getFailed() });
    await this.incoming.takeFindings(broker, events);
    for (const { of, done, failed } of ends) {
      for (const job of done) await this.take(broker, of, job);
      for (const job of failed) {
        const lease = this.leaseNamed((job.data as LeaseJob | undefined)?.lease?.id);
        if (lease !== undefined && !this.isDone(broker, lease)) await broker.givenUp(lease, whyFailed(job));
        await of.letGo(job, (lease) => this.isDone(broker, lease));
      }
    }
    await this.incoming.takeKept(events);
  }

  private async take(broker: LeaseBroker, of: TargetQueue, job: Job): Promise<void> {
    const result = job.returnvalue as LeaseResult | null;
    const lease = this.leaseNamed(result?.lease);
    if (result !== null && lease !== undefined && !this.isDone(broker, lease)) {
      if (broker.hasFindingsOf(result)) await broker.doneElsewhere(result);
      // Redis was stopped, and has lost the last writes.
      else this.say(`${lease.id}: its findings did not come in; it is searched again`);
    }
    await of.letGo(job, (one) => this.isDone(broker, one));
  }

  private isDone(broker: LeaseBroker, { lane, position }: Lease): boolean {
    return broker.ledger.has(lane.id, position);
  }

  /** The lease of an id as the plan has it. Its data in Redis does not count. */
  private leaseNamed(id: string | undefined): Lease | undefined {
    return id === undefined ? undefined : leaseNamed(this.plan, id);
  }

  private async giveOutLost(): Promise<void> {
    const now_ms = performance.now();
    if (now_ms < this.lostAt_ms) return;
    for (const queue of this.queues) await queue.giveOutLost();
    this.lostAt_ms = now_ms + LOST_EVERY_MS;
  }

  /**
   * Ends the campaign in Redis: no lease begins any more, running leases may still come in, then its keys are removed.
   */
  private async endInQueue(broker: LeaseBroker, events: RemoteEvents, ended: () => boolean): Promise<void> {
    const { redis } = this.link;
    await redis.set(names.ORDER_KEY, JSON.stringify(this.order(true)));
    for (const { queue } of this.queues) await queue.drain();
    const end_ms = performance.now() + this.times.grace_ms;
    for (;;) {
      await this.takeIn(broker, events);
      await this.machines.look();
      const active = await Promise.all(this.queues.map(({ queue }) => queue.getActiveCount()));
      if (ended() || active.every((count) => count === 0) || performance.now() > end_ms) break;
      await sleep(this.times.poll_ms);
    }
    await this.takeIn(broker, events);
    for (const { queue } of this.queues) await obliterate(redis, queue);
    await redis.del(names.findingsKey(this.id), names.keptKey(this.id), names.workersKey(this.id));
    await redis.del(names.COORDINATOR_KEY);
  }
}

function whyFailed({ failedReason }: Job): string {
  return /stalled/.test(failedReason) ? 'the worker was lost' : failedReason;
}

/**
 * True for an error of Redis or its connection, after which it is tried again. Errors of the directory end the
 * campaign.
 */
function isOfRedis(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TargetUnavailableError || error instanceof TypeError) return false;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined || /^E(CONN|PIPE|TIMEDOUT|HOST|NET)/.test(code);
}
