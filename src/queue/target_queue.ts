import { Queue, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Lease, LeaseResult } from '../campaign/campaign_types';
import type { LocalLeases } from '../campaign/leases/lease_source';
import type { LeaseJob } from './lease_job';
import * as names from './redis_names';

type Jobs = Queue<LeaseJob, LeaseResult>;

/** The queue of one target, with its leases. */
export class TargetQueue {
  /** By id of the job: leases that are out and not recorded as done. */
  private readonly out = new Map<string, Lease>();
  readonly queue: Jobs;

  /** @param jobOf - makes the job of a lease. It is called each time, because jobs are too large to keep. */
  constructor(
    private readonly redis: Redis,
    name: string,
    private readonly source: LocalLeases,
    private readonly jobOf: (lease: Lease) => LeaseJob,
  ) {
    this.queue = queueOf(redis, name);
  }

  /** @param window - leases that are out at a time */
  async giveOut(window: number): Promise<void> {
    const leases: Lease[] = [];
    while (this.out.size < window) {
      const lease = await this.source.take();
      if (lease === null) break;
      this.out.set(names.jobId(lease.id), lease);
      leases.push(lease);
    }
    await this.add(leases);
  }

  /** Adds leases again that Redis has lost in a restart. */
  async giveOutLost(): Promise<void> {
    const out = [...this.out];
    const there = await Promise.all(out.map(([id]) => this.redis.exists(this.queue.toKey(id))));
    await this.add(
      out.filter((_, i) => there[i] === 0).map(([, lease]) => lease),
      true,
    );
  }

  /** Removes a job that has ended. If its lease is not done, it goes out again. */
  async letGo(job: Job, isDone: (lease: Lease) => boolean): Promise<void> {
    const id = job.id as string;
    await job.remove();
    const lease = this.out.get(id);
    if (lease !== undefined && !isDone(lease)) await this.add([lease], true);
    else this.out.delete(id);
  }

  private async add(leases: readonly Lease[], first = false): Promise<void> {
    if (leases.length === 0) return;
    await this.queue.addBulk(
      leases.map((lease) => ({
        name: 'lease',
        data: this.jobOf(lease),
        opts: { jobId: names.jobId(lease.id), lifo: first },
      })),
    );
  }
}

function queueOf(redis: Redis, name: string): Jobs {
  const queue: Jobs = new Queue(name, {
    connection: redis,
    prefix: names.PREFIX,
    skipVersionCheck: true,
    // The first job writes the same.
    skipMetasUpdate: true,
    defaultJobOptions: {
      attempts: names.LOSSES_MAX,
      removeOnComplete: { count: names.KEPT_MAX },
      removeOnFail: { count: names.KEPT_MAX },
    },
  });
  queue.on('error', () => undefined); // The caller of each command sees its error.
  return queue;
}

/** Removes a queue with all of its keys. */
export async function obliterate(redis: Redis, queue: Queue): Promise<void> {
  await queue.obliterate({ force: true });
  // BullMQ leaves the key that says that the queue is paused.
  await redis.del(queue.toKey('meta'));
}

/** Removes the queues of a campaign that is not continued. */
export async function obliterateNamed(redis: Redis, queues: readonly string[]): Promise<void> {
  for (const name of queues) {
    const queue = queueOf(redis, name);
    await obliterate(redis, queue);
    await queue.close();
  }
}
