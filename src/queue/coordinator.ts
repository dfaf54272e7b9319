import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, type Job } from 'bullmq';
import type { Lease, LeaseResult, WorkerStatus } from '../campaign/campaign_types';
import type { LeaseDesk } from '../campaign/lease_desk';
import { LocalLeases } from '../campaign/lease_source';
import { leaseAt, partsOf, type CampaignPlan } from '../campaign/plan';
import type { RemoteEvents, RemoteSearch } from '../campaign/remote';
import { firstLine, TargetUnavailableError } from '../targets/errors';
import { findingOf, type LeaseJob } from './messages';
import { Machines } from './machines';
import * as names from './names';
import { RedisLink } from './redis_link';

/** Leases ahead of need, for each target: at least so many, and so many for each worker. */
const WINDOW_MIN = 16;
const WINDOW_PER_WORKER = 4;
/** Leases that are out are added again so often, which does nothing where they are still there. */
const AGAIN_MS = 5_000;
const OWNER_MS = 15_000;
const FINDINGS_AT_ONCE = 200;
const TROUBLE_MS = 1_000;
/** A timer that nobody waits for any more does not keep the process. */
const LET_END = { ref: false };

/** The leases of one target that are in the queue. */
interface TargetQueue {
  readonly target: string;
  readonly queue: Queue<LeaseJob, LeaseResult>;
  readonly source: LocalLeases;
  /** By id of the job: given out, and not recorded as done. */
  readonly out: Map<string, Lease>;
}

/**
 * Gives the leases of a campaign to workers on other machines, through BullMQ. The ledger alone says what is done: whatever Redis
 * forgets is put there again, and whatever comes in twice counts once.
 */
export class QueueCoordinator implements RemoteSearch {
  private queues: TargetQueue[] = [];
  private readonly machines: Machines;
  private readonly id: string;
  private readonly lanes: ReadonlyMap<string, CampaignPlan['lanes'][number]>;
  private againAt_ms = 0;
  private said = '';

  private constructor(
    private readonly link: RedisLink,
    private readonly plan: CampaignPlan,
    private readonly say: (line: string) => void,
    private readonly times: names.QueueTimes,
  ) {
    this.id = names.planId(plan);
    this.lanes = new Map(plan.lanes.map((lane) => [lane.id, lane]));
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

  async run(desk: LeaseDesk, events: RemoteEvents): Promise<void> {
    this.queues = this.queuesFor(desk);
    let ended = false;
    const work = this.work(desk, events, () => ended);
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
      if (!this.machines.served.has(target)) desk.problem(`${target}: no worker could search on it`);
  }

  private async work(desk: LeaseDesk, events: RemoteEvents, ended: () => boolean): Promise<void> {
    // One that was killed while it ended has left its queues paused.
    await this.patiently(ended, async () => {
      for (const { queue } of this.queues) await queue.resume();
    });
    while (!events.over()) {
      await this.patiently(ended, async () => {
        await this.enter();
        await this.takeIn(desk, events);
        await this.machines.look();
        for (const queue of this.queues) await this.giveOut(queue);
        await this.giveOutAgain();
      });
      await sleep(this.times.poll_ms);
    }
    await this.patiently(ended, () => this.endInQueue(desk, events, ended));
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
    for (const target of names.targetsOf(plan)) {
      const queue = this.queueOf(names.queueName(id, target));
      await this.obliterate(queue);
      await queue.close();
    }
    await this.link.redis.del(names.findingsKey(id), names.workersKey(id));
  }

  private order(over: boolean): names.Order {
    return { format: names.QUEUE_FORMAT, version: this.plan.version, over, plan: this.plan };
  }

  private async obliterate(queue: Queue): Promise<void> {
    await queue.obliterate({ force: true });
    // That it was paused for that would stay.
    await this.link.redis.del(`${names.PREFIX}:${queue.name}:meta`);
  }

  private queuesFor(desk: LeaseDesk): TargetQueue[] {
    return names.targetsOf(this.plan).map((target) => {
      const lanes = this.plan.lanes.filter((lane) => lane.target === target);
      // Where the corpus travels as well, every second lease may be `mutated`: LocalLeases takes that as its third argument.
      const source = new LocalLeases({ ...this.plan, lanes }, desk.ledger);
      return { target, source, out: new Map(), queue: this.queueOf(names.queueName(this.id, target)) };
    });
  }

  private queueOf(name: string): Queue<LeaseJob, LeaseResult> {
    const queue = new Queue<LeaseJob, LeaseResult>(name, {
      connection: this.link.redis,
      prefix: names.PREFIX,
      skipVersionCheck: true,
      defaultJobOptions: {
        attempts: names.LOSSES_MAX,
        removeOnComplete: { count: names.KEPT_MAX },
        removeOnFail: { count: names.KEPT_MAX },
      },
    });
    queue.on('error', () => undefined); // Whoever waits for a command is told.
    return queue;
  }

  /** Findings first: a result counts when all that it counts is stored. */
  private async takeIn(desk: LeaseDesk, events: RemoteEvents): Promise<void> {
    const ends: { readonly of: TargetQueue; readonly done: Job[]; readonly failed: Job[] }[] = [];
    for (const of of this.queues)
      ends.push({ of, done: await of.queue.getCompleted(), failed: await of.queue.getFailed() });
    await this.takeFindings(desk, events);
    for (const { of, done, failed } of ends) {
      for (const job of done) await this.take(desk, of, job);
      for (const job of failed) {
        const lease = this.leaseNamed((job.data as LeaseJob | undefined)?.lease?.id);
        if (lease !== undefined && !this.isDone(desk, lease)) await desk.givenUp(lease, whyFailed(job));
        await this.letGo(desk, of, job);
      }
    }
  }

  private async take(desk: LeaseDesk, of: TargetQueue, job: Job): Promise<void> {
    const result = job.returnvalue as LeaseResult | null;
    const lease = this.leaseNamed(result?.lease);
    if (result !== null && lease !== undefined && !this.isDone(desk, lease)) {
      if (desk.hasFindingsOf(result)) await desk.doneElsewhere(result);
      // Redis was stopped, and what it heard last is gone.
      else this.say(`${lease.id}: its findings did not come in; it is searched again`);
    }
    await this.letGo(desk, of, job);
  }

  private async letGo(desk: LeaseDesk, of: TargetQueue, job: Job): Promise<void> {
    const id = job.id as string;
    await job.remove();
    const lease = of.out.get(id);
    if (lease !== undefined && !this.isDone(desk, lease)) await this.add(of, [lease], true);
    else of.out.delete(id);
  }

  private async takeFindings(desk: LeaseDesk, events: RemoteEvents): Promise<void> {
    const { redis } = this.link;
    const key = names.findingsKey(this.id);
    for (;;) {
      const entries = await redis.xrange(key, '-', '+', 'COUNT', FINDINGS_AT_ONCE);
      if (entries.length === 0) return;
      await Promise.all(
        entries.map(async ([, fields]) => {
          const finding = findingOf(fields);
          const lease = this.leaseNamed(finding?.lease);
          if (finding !== undefined && lease !== undefined && (await desk.foundElsewhere(lease, finding)))
            events.somethingNew();
        }),
      );
      await redis.xdel(key, ...entries.map(([id]) => id));
    }
  }

  private isDone(desk: LeaseDesk, { lane, position }: Lease): boolean {
    return desk.ledger.has(lane.id, position);
  }

  /** As the plan has it: what Redis says of it does not count. */
  private leaseNamed(id: string | undefined): Lease | undefined {
    if (id === undefined) return undefined;
    const { lane: laneId, position } = partsOf(id);
    const lane = this.lanes.get(laneId);
    return lane === undefined || !Number.isSafeInteger(position) ? undefined : leaseAt(this.plan, lane, position);
  }

  private async giveOut(of: TargetQueue): Promise<void> {
    const window = Math.max(WINDOW_MIN, WINDOW_PER_WORKER * this.machines.statuses.length);
    const leases: Lease[] = [];
    while (of.out.size < window) {
      const lease = await of.source.take();
      if (lease === null) break;
      of.out.set(names.jobId(lease.id), lease);
      leases.push(lease);
    }
    if (leases.length > 0) await this.add(of, leases);
  }

  /** A Redis that was started anew without what it held has them again; where a job is there, nothing happens. */
  private async giveOutAgain(): Promise<void> {
    const now_ms = performance.now();
    if (now_ms < this.againAt_ms) return;
    for (const of of this.queues) await this.add(of, [...of.out.values()], true);
    this.againAt_ms = now_ms + AGAIN_MS;
  }

  private async add({ queue }: TargetQueue, leases: readonly Lease[], first = false): Promise<void> {
    if (leases.length === 0) return;
    await queue.addBulk(
      leases.map((lease) => ({ name: 'lease', data: { lease }, opts: { jobId: names.jobId(lease.id), lifo: first } })),
    );
  }

  /** Nobody begins a lease any more; those at hand have a while to come in. Redis keeps nothing of it. */
  private async endInQueue(desk: LeaseDesk, events: RemoteEvents, ended: () => boolean): Promise<void> {
    const { redis } = this.link;
    await redis.set(names.ORDER_KEY, JSON.stringify(this.order(true)));
    for (const { queue } of this.queues) await queue.drain();
    const end_ms = performance.now() + this.times.grace_ms;
    for (;;) {
      await this.takeIn(desk, events);
      await this.machines.look();
      const active = await Promise.all(this.queues.map(({ queue }) => queue.getActiveCount()));
      if (ended() || active.every((count) => count === 0) || performance.now() > end_ms) break;
      await sleep(this.times.poll_ms);
    }
    await this.takeIn(desk, events);
    for (const { queue } of this.queues) await this.obliterate(queue);
    await redis.del(names.findingsKey(this.id), names.workersKey(this.id), names.COORDINATOR_KEY);
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
