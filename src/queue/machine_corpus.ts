import type { Redis } from 'ioredis';
import type { KeptProgram } from '../campaign/worker_messages';
import type { CorpusSharing, WorkerProcess } from '../campaign/worker/worker_process';
import { keptFields } from './messages';
import { KEPT_STREAM_MAX, KEPT_STREAM_MS } from './redis_names';

/** Programs that a machine knows: those that start a worker process again are told all of them. */
const KNOWN_MAX = 10_000;
/** What waits to be sent: when there is more, the oldest are not. */
const OUTBOX_MAX = 1_000;
/** In one go, some of which there are in a second. */
const SENT_AT_ONCE = 25;
/** A longer one is not sent. */
const BYTES_MAX = 1 << 17;

/**
 * What the workers of one machine learn from each other and from other machines. What they keep goes to the coordinator by and by:
 * it is worth something, but never worth waiting for.
 */
export class MachineCorpus {
  private readonly known = new Map<string, KeptProgram>();
  private outbox: string[][] = [];
  private sending = false;

  constructor(private readonly workers: () => readonly WorkerProcess[]) {}

  /** How a worker process of this machine learns. The model's branches are counted on the coordinator's machine alone. */
  get learning(): CorpusSharing {
    return {
      counts: false,
      entries: () => [...this.known.values()],
      onKept: (from, entry, reached) => this.kept(from, entry, reached),
      onCoverage: () => undefined,
    };
  }

  /** What came with a lease; a worker process that does not run is told when it starts. */
  learn(entries: readonly KeptProgram[]): void {
    const news = entries.filter((entry) => this.knows(entry));
    if (news.length > 0) for (const worker of this.workers()) worker.share(news);
  }

  /** Some of what waits goes to Redis: what it does not take is lost, and nobody waits for a Redis that is gone. */
  async flush(redis: Redis, key: string): Promise<void> {
    if (this.sending || this.outbox.length === 0 || redis.status !== 'ready') return;
    this.sending = true;
    try {
      const now = this.outbox.splice(0, SENT_AT_ONCE);
      await Promise.all(now.map((fields) => redis.xadd(key, 'MAXLEN', '~', KEPT_STREAM_MAX, '*', ...fields)));
      await redis.pexpire(key, KEPT_STREAM_MS);
    } catch {
      // A finding would be sent again.
    } finally {
      this.sending = false;
    }
  }

  /** Another campaign begins with its own. */
  forget(): void {
    this.known.clear();
    this.outbox = [];
  }

  /** @returns whether it is news */
  private knows(entry: KeptProgram): boolean {
    if (this.known.has(entry.id)) return false;
    this.known.set(entry.id, entry);
    const [oldest] = this.known.keys();
    if (this.known.size > KNOWN_MAX) this.known.delete(oldest);
    return true;
  }

  private kept(from: WorkerProcess, entry: KeptProgram, reached: readonly number[]): void {
    if (!this.knows(entry)) return;
    for (const worker of this.workers()) if (worker !== from) worker.share([entry]);
    const fields = keptFields(entry, reached);
    if (fields[1].length > BYTES_MAX) return;
    this.outbox.push(fields);
    if (this.outbox.length > OUTBOX_MAX) this.outbox.shift();
  }
}
