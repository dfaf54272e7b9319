import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerProcess } from '../campaign/worker/worker_process';
import type { WorkerStatus } from '../campaign/campaign_types';
import { plural } from '../program/counts';
import { TargetUnavailableError } from '../session/errors';
import { MachineCorpus } from './machine_corpus';
import type { MachineBeat } from './messages';
import * as names from './redis_names';
import { RedisLink } from './redis_link';
import { LeaseConsumer } from './lease_consumer';
import { WorkerPool } from './worker_pool';

interface QueueWorkerSettings {
  readonly url: string;
  /** Processes to search in. */
  readonly workers: number;
  /** The file that each runs. */
  readonly workerFile: string;
  readonly memoryMiB: number;
  readonly hang_ms: number;
  /** skbcheck's own version. All machines of a campaign must have the same. */
  readonly version: string;
  /** Returns whether a target can be searched on here. Prints the reason when not. */
  readonly isUsable: (target: string) => boolean;
  readonly times?: names.QueueTimes;
}

interface QueueWorkerEvents {
  readonly say: (line: string) => void;
  readonly onStatus: (workers: readonly WorkerStatus[]) => void;
  readonly interrupted: () => boolean;
}

const TICK_MS = 250;
/** A tick later than LATE_MS means that this process was stopped, not the workers. */
const LATE_MS = 5_000;
const LOOK_MS = 1_000;
const WORKER_END_MS = 3_000;

/** One machine that searches for the campaign in Redis, and then for the next, until it is interrupted. */
export class QueueWorker {
  private readonly workers: readonly WorkerProcess[];
  private readonly pool: WorkerPool;
  private readonly corpus = new MachineCorpus(() => this.workers);
  private readonly times: names.QueueTimes;
  private readonly name = `${hostname()}:${process.pid}`;
  private consumer: LeaseConsumer | null = null;
  private whyWaits = 'waiting for a campaign';
  private servedTargets: readonly string[] = [];
  private error: Error | null = null;
  private beat = 0;
  private lastTick_ms = performance.now();

  private constructor(
    private readonly settings: QueueWorkerSettings,
    private readonly events: QueueWorkerEvents,
    private readonly link: RedisLink,
  ) {
    this.times = settings.times ?? names.USUAL_TIMES;
    const { workerFile: file, memoryMiB, hang_ms } = settings;
    const onFinding: ConstructorParameters<typeof WorkerProcess>[1]['onFinding'] = async (worker, finding) => {
      await this.consumer?.found(worker, finding);
    };
    const options = { file, memoryMiB, hang_ms, onFinding, sharing: this.corpus.sharing };
    this.workers = Array.from(
      { length: settings.workers },
      (_, i) => new WorkerProcess(`${this.name}/w${i + 1}`, options),
    );
    this.pool = new WorkerPool(this.workers);
  }

  static async open(settings: QueueWorkerSettings, events: QueueWorkerEvents): Promise<QueueWorker> {
    return new QueueWorker(settings, events, await RedisLink.open(settings.url, events.say));
  }

  /** @throws TargetUnavailableError when the campaign is of another version */
  async run(): Promise<void> {
    const timer = setInterval(() => this.tick(), TICK_MS);
    const work = this.work();
    try {
      while (!this.isOver) await sleep(TICK_MS);
      await this.consumer?.close(this.times.grace_ms);
    } finally {
      clearInterval(timer);
      await this.endProcesses();
      this.link.close();
      await work;
    }
    if (this.error !== null) throw this.error;
  }

  private async endProcesses(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.end(WORKER_END_MS)));
  }

  private get isOver(): boolean {
    return this.events.interrupted() || this.error !== null;
  }

  /** Follows the campaign in Redis. Waits while Redis is unreachable. */
  private async work(): Promise<void> {
    let waits = false;
    while (!this.isOver) {
      try {
        const order = await this.order();
        if (order === null && this.consumer === null && !waits) this.events.say(this.whyWaits);
        waits = order === null;
        await this.serve(order);
        await this.sendState();
      } catch (error) {
        if (this.isOver) return;
        // All other errors are errors of Redis, and the next try may succeed.
        if (error instanceof TargetUnavailableError) this.error = error;
      }
      await sleep(Math.min(LOOK_MS, this.times.poll_ms * 4));
    }
  }

  private async order(): Promise<names.Order | null> {
    const text = await this.link.redis.get(names.ORDER_KEY);
    if (text === null) return null;
    const order = JSON.parse(text) as names.Order;
    if (order.over)
      this.whyWaits = 'the campaign in Redis is over: nothing of it is searched; waiting for the next one';
    if (order.over) return null;
    const { version } = this.settings;
    if (order.format === names.QUEUE_FORMAT && order.version === version) return order;
    throw new TargetUnavailableError(
      order.version === version
        ? `the campaign in Redis has format ${order.format}, this skbcheck knows ${names.QUEUE_FORMAT}`
        : `the campaign in Redis is one of skbcheck ${order.version}, and this is ${version}: ` +
            'a campaign needs one version on all machines',
    );
  }

  private async serve(order: names.Order | null): Promise<void> {
    const id = order === null ? null : names.planId(order.plan);
    if (this.consumer !== null && this.consumer.id !== id) {
      // A Redis that has lost everything gets the same campaign again in a moment.
      if (order === null && !(await this.isReallyOver())) return;
      await this.consumer.close(this.times.grace_ms);
      this.consumer = null;
      // The processes hold programs of that campaign. The next campaign gets new processes.
      await this.endProcesses();
      this.corpus.forget();
      this.events.say('the campaign is over');
    }
    if (order === null || this.consumer !== null || this.isOver) return;
    const { plan } = order;
    const { settings, workers, pool, corpus, times } = this;
    this.servedTargets = names.targetsOf(plan).filter((target) => settings.isUsable(target));
    const parts = { redis: this.link.redis, plan, targets: this.servedTargets, workers, pool, corpus, times };
    this.consumer = new LeaseConsumer({ ...parts, say: this.events.say });
    this.events.say(`searches for the campaign of seed ${plan.seed}: ${plural(plan.lanes.length, 'lane')}`);
  }

  private async isReallyOver(): Promise<boolean> {
    return (await this.link.redis.get(names.ORDER_KEY)) !== null;
  }

  private async sendState(): Promise<void> {
    if (this.consumer === null) return;
    const beat: MachineBeat = { beat: ++this.beat, targets: this.servedTargets, workers: this.statuses() };
    await this.link.redis.hset(names.workersKey(this.consumer.id), this.name, JSON.stringify(beat));
  }

  /** Statuses without process ids, which mean nothing on other machines. */
  private statuses(): WorkerStatus[] {
    return this.workers.map(({ status: { pid: _, ...status } }) => status);
  }

  private tick(): void {
    const now_ms = performance.now();
    if (now_ms - this.lastTick_ms > LATE_MS) for (const worker of this.workers) worker.restartSilence();
    this.lastTick_ms = now_ms;
    for (const worker of this.workers) worker.checkHealth();
    if (this.consumer !== null) void this.corpus.flush(this.link.redis, names.keptKey(this.consumer.id));
    this.events.onStatus(this.statuses());
  }
}
