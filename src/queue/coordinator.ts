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

/** Leases ahead of need, for each target: at least so many, and so many for each worker. */
const WINDOW_MIN = 16;
const WINDOW_PER_WORKER = 4;
/** Leases that are out and that Redis does not have any more are added again so often. */
const AGAIN_MS = 5_000;
const OWNER_MS = 15_000;
const TROUBLE_MS = 1_000;
/** A timer that nobody waits for any more does not keep the process. */
const LET_END = { ref: false };

/**
 * Gives the leases of a campaign to workers on other machines, through BullMQ. The ledger alone says what is done: whatever Redis
 * forgets is put there again, and whatever comes in twice counts once.
 */
export class QueueCoordinator implements RemoteSearch {
  private queues: TargetQueue[] = [];
  private readonly machines: Machines;
  private readonly id: string;
  private readonly incoming: IncomingStreams;
  private againAt_ms = 0;
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

  /** @throws TargetUnavailableError where Redis cannot be used, or another campaign is at work there */
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
      // Redis may be gone: what waits for it is not waited for.
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
    // One that was killed while it ended has left its queues paused.
    await this.patiently(ended, async () => {
      for (const { queue } of this.queues) await queue.resume();
    });
    while (!events.over()) {
      await this.patiently(ended, async () => {
        await this.enter();
        await this.takeIn(broker, events);
        await this.machines.look();
        const window = Math.max(WINDOW_MIN, WINDOW_PER_WORKER * this.machines.statuses.length);
        for (const queue of this.queues) await queue.giveOut(window);
        await this.giveOutAgain();
      });
      await sleep(this.times.poll_ms);
    }
    await this.patiently(ended, () => this.endInQueue(broker, events, ended));
  }

  /** What Redis refuses is said once, and tried again; where the connection was closed by us there is nothing left to do. */
  private async patiently(ended: () => boolean, step: () => Promise<void>): Promise<void> {
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

  /** One campaign at a time; one that was killed goes on at once. */
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

  /** Leases of a campaign that has not gone on are in nobody's way. */
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

  /** Findings first: a result counts when all that it counts is stored. */
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
      // Redis was stopped, and what it heard last is gone.
      else this.say(`${lease.id}: its findings did not come in; it is searched again`);
    }
    await of.letGo(job, (one) => this.isDone(broker, one));
  }

  private isDone(broker: LeaseBroker, { lane, position }: Lease): boolean {
    return broker.ledger.has(lane.id, position);
  }

  /** As the plan has it: what Redis says of it does not count. */
  private leaseNamed(id: string | undefined): Lease | undefined {
    return id === undefined ? undefined : leaseNamed(this.plan, id);
  }

  private async giveOutAgain(): Promise<void> {
    const now_ms = performance.now();
    if (now_ms < this.againAt_ms) return;
    for (const queue of this.queues) await queue.giveOutAgain();
    this.againAt_ms = now_ms + AGAIN_MS;
  }

  /** Nobody begins a lease any more; those at hand have a while to come in. Redis keeps nothing of it. */
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

/** Of Redis or its connection; what is wrong with the directory is not to be waited for. */
function isOfRedis(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TargetUnavailableError || error instanceof TypeError) return false;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined || /^E(CONN|PIPE|TIMEDOUT|HOST|NET)/.test(code);
}
