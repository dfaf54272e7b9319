import type { Redis } from 'ioredis';
import type { KeptProgram } from '../campaign/worker_messages';
import type { CorpusSharing, WorkerProcess } from '../campaign/worker/worker_process';
import { keptFields } from './messages';
import { KEPT_STREAM_MAX, KEPT_STREAM_MS } from './redis_names';

/** Programs that a machine remembers. A worker process that starts receives all of them. */
const KNOWN_MAX = 10_000;
/** Programs that wait to be sent. Beyond OUTBOX_MAX the oldest are dropped. */
const OUTBOX_MAX = 1_000;
/** Programs sent in one flush, of which there are a few in a second. */
const SENT_AT_ONCE = 25;
/** Longer programs are not sent. */
const BYTES_MAX = 1 << 17;

/**
 * The programs that the workers of one machine share with each other and with other machines. Programs that they keep
 * go to the coordinator later, because they are useful but never worth waiting for.
 */
export class MachineCorpus {
  private readonly known = new Map<string, KeptProgram>();
  private outbox: string[][] = [];
  private sending = false;

  constructor(private readonly workers: () => readonly WorkerProcess[]) {}

  /** Sharing for a worker process of this machine. Only the coordinator's machine counts the model's branches. */
  get sharing(): CorpusSharing {
    return {
      counts: false,
      entries: () => [...this.known.values()],
      onKept: (from, entry, reached) => this.kept(from, entry, reached),
      onCoverage: () => undefined,
    };
  }

  /** Takes in the programs of a job. A worker process that does not run receives them when it starts. */
  learn(entries: readonly KeptProgram[]): void {
    const news = entries.filter((entry) => this.remember(entry));
    if (news.length > 0) for (const worker of this.workers()) worker.share(news);
  }

  /** Sends some of the waiting programs to Redis. Programs that it does not take are lost. */
  async flush(redis: Redis, key: string): Promise<void> {
    if (this.sending || this.outbox.length === 0 || redis.status !== 'ready') return;
    this.sending = true;
    try {
      const now = this.outbox.splice(0, SENT_AT_ONCE);
      await Promise.all(now.map((fields) => redis.xadd(key, 'MAXLEN', '~', KEPT_STREAM_MAX, '*', ...fields)));
      await redis.pexpire(key, KEPT_STREAM_MS);
    } catch {
      // Unlike a finding, a kept program is not sent again.
    } finally {
      this.sending = false;
    }
  }

  /** Forgets all programs, when the campaign ends. */
  forget(): void {
    this.known.clear();
    this.outbox = [];
  }

  /** Remembers an entry. Returns whether it is new. */
  private remember(entry: KeptProgram): boolean {
    if (this.known.has(entry.id)) return false;
    this.known.set(entry.id, entry);
    const [oldest] = this.known.keys();
    if (this.known.size > KNOWN_MAX) this.known.delete(oldest);
    return true;
  }

  private kept(from: WorkerProcess, entry: KeptProgram, reached: readonly number[]): void {
    if (!this.remember(entry)) return;
    for (const worker of this.workers()) if (worker !== from) worker.share([entry]);
    const fields = keptFields(entry, reached);
    if (fields[1].length > BYTES_MAX) return;
    this.outbox.push(fields);
    if (this.outbox.length > OUTBOX_MAX) this.outbox.shift();
  }
}
