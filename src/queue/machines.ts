import type { Redis } from 'ioredis';
import type { WorkerStatus } from '../campaign/campaign_types';
import type { MachineBeat } from './messages';

/** A machine without a beat for this time is not counted any more. */
const SILENT_MS = 10_000;

/** The machines that work for a campaign, as their beats describe them. */
export class Machines {
  private readonly heard = new Map<string, { readonly beat: number; readonly at_ms: number }>();
  private living: readonly WorkerStatus[] = [];
  /** Targets that some machine could search on. */
  readonly served = new Set<string>();

  constructor(
    private readonly redis: Redis,
    private readonly key: string,
  ) {}

  /** The workers of all live machines. */
  get statuses(): readonly WorkerStatus[] {
    return this.living;
  }

  async look(): Promise<void> {
    const now_ms = performance.now();
    const living: WorkerStatus[] = [];
    for (const [id, text] of Object.entries(await this.redis.hgetall(this.key))) {
      const { beat, targets, workers } = JSON.parse(text) as MachineBeat;
      const before = this.heard.get(id);
      if (before?.beat !== beat) this.heard.set(id, { beat, at_ms: now_ms });
      else if (now_ms - before.at_ms > SILENT_MS) {
        this.heard.delete(id);
        await this.redis.hdel(this.key, id);
        continue;
      }
      for (const target of targets) this.served.add(target);
      living.push(...workers);
    }
    this.living = living;
  }
}
