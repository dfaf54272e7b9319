import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { WorkerStatus } from '../../../campaign/campaign_types';
import { QueueWorker } from '../../../queue/queue_worker';
import { checkQueueUrl } from '../../../queue/redis_link';
import { workersText } from '../../../report/campaign_report/campaign_text';
import { plural } from '../../../report/figures';
import { availableTargets } from '../../../targets/linux';
import { Interrupt } from '../interrupt';
import { parseCount, parseDuration } from '../options';
import { note, printDocument } from '../output';
import { StatusLine } from '../status_line';
import { ownVersion } from '../version';
import { EXIT_CLEAN, EXIT_INTERRUPTED } from '../exit';

const WORKERS_MAX = 1024;
const MEMORY_MIN = 32;
const MEMORY_MAX = 1 << 20;

export interface WorkerCommandOptions {
  readonly queue: string;
  readonly workers?: string;
  readonly memory: string;
  readonly hang: string;
  readonly json?: boolean;
}

export async function work(options: WorkerCommandOptions): Promise<number> {
  const settings = {
    url: checkQueueUrl(options.queue),
    workers:
      options.workers === undefined ? availableParallelism() : parseCount('--workers', options.workers, 1, WORKERS_MAX),
    workerFile: join(__dirname, 'campaign_worker.js'),
    memoryMiB: parseCount('--memory', options.memory, MEMORY_MIN, MEMORY_MAX),
    hang_ms: parseDuration('--hang', options.hang),
    version: ownVersion(),
  };
  const interrupt = new Interrupt();
  const status = new StatusLine();
  let executed = 0;
  const say = (line: string): void => {
    status.clear();
    note(line);
  };
  const isUsable = (target: string): boolean => {
    if (target === 'model' || availableTargets().includes(target)) return true;
    say(`${target} is not set up here, its leases are left to other machines`);
    return false;
  };
  try {
    const worker = await QueueWorker.open(
      { ...settings, isUsable },
      {
        say,
        onStatus: (workers) => {
          executed = commandsOf(workers);
          status.update(() => statusText(workers));
        },
        interrupted: () => interrupt.interrupted,
      },
    );
    await worker.run();
    const { interrupted } = interrupt;
    if (options.json === true) printDocument('worker', { interrupted, executed });
    return interrupted ? EXIT_INTERRUPTED : EXIT_CLEAN;
  } finally {
    status.clear();
    interrupt.dispose();
    // After the loss of Redis, waiting timers of BullMQ must not keep the process alive.
    setTimeout(() => process.exit(), 500).unref();
  }
}

function commandsOf(workers: readonly WorkerStatus[]): number {
  return workers.reduce((sum, worker) => sum + worker.commands, 0);
}

function statusText(workers: readonly WorkerStatus[]): string {
  return `${plural(commandsOf(workers), 'command')}, ${workersText(workers)}`;
}
