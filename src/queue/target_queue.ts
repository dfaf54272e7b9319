import { Queue, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Lease, LeaseResult } from '../campaign/campaign_types';
import type { LocalLeases } from '../campaign/leases/lease_source';
import type { LeaseJob } from './lease_job';
import * as names from './redis_names';

type Jobs = Queue<LeaseJob, LeaseResult>;

/** The leases of one target that are in its queue. */
export class TargetQueue {
  /** By id of the job: given out, and not recorded as done. */
  private readonly out = new Map<string, Lease>();
  readonly queue: Jobs;

  /** @param jobOf - what goes out for a lease: asked each time, for it may be more than is well kept */
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

  /** A Redis that was started anew without what it held has them again. */
  async giveOutAgain(): Promise<void> {
    const out = [...this.out];
    const there = await Promise.all(out.map(([id]) => this.redis.exists(this.queue.toKey(id))));
    await this.add(
      out.filter((_, i) => there[i] === 0).map(([, lease]) => lease),
      true,
    );
  }

  /** Its job has come to an end; where the lease has not, it goes out again. */
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
    // What it would write there once more is written with the first job.
    skipMetasUpdate: true,
    defaultJobOptions: {
      attempts: names.LOSSES_MAX,
      removeOnComplete: { count: names.KEPT_MAX },
      removeOnFail: { count: names.KEPT_MAX },
    },
  });
  queue.on('error', () => undefined); // Whoever waits for a command is told.
  return queue;
}

/** Everything of a queue, its name included. */
export async function obliterate(redis: Redis, queue: Queue): Promise<void> {
  await queue.obliterate({ force: true });
  // That it was paused for that would stay.
  await redis.del(queue.toKey('meta'));
}

/** The queues of a campaign that nobody goes on with. */
export async function obliterateNamed(redis: Redis, queues: readonly string[]): Promise<void> {
  for (const name of queues) {
    const queue = queueOf(redis, name);
    await obliterate(redis, queue);
    await queue.close();
  }
}
