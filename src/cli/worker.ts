import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { WorkerStatus } from '../campaign/campaign_types';
import { QueueWorker } from '../queue/queue_worker';
import { checkQueueUrl } from '../queue/redis_link';
import { availableTargets } from '../targets/linux';
import { Interrupt } from './support/interrupt';
import { parseCount, parseDuration } from './support/options';
import { note } from './support/output';
import { StatusLine } from './support/status_line';
import { ownVersion } from './support/version';
import { EXIT_CLEAN, EXIT_INTERRUPTED, type Exit } from './support/exit';

const WORKERS_MAX = 1024;
const MEMORY_MIB = '1024';
const MEMORY_MIN = 32;
const MEMORY_MAX = 1 << 20;

interface WorkerCommandOptions {
  readonly queue: string;
  readonly workers?: string;
  readonly memory: string;
  readonly hang: string;
}

const EXAMPLES = `
It searches the campaign in that Redis on those of its targets that are set up here, then waits for the next campaign.
Ctrl-C ends it: current leases have ten seconds, then other machines take them. Nothing is kept on this machine.

Examples:
  $ npx skbcheck campaign --queue redis://10.0.0.1:6379      on one machine, which keeps everything
  $ npx skbcheck worker --queue redis://10.0.0.1:6379        on each machine

Exit codes: 2 usage, 3 Redis cannot be used or its campaign is of another version, 130 interrupted.
See docs/how-to/many_machines.md.`;

/** `skbcheck worker`. */
export function addWorker(program: Command, exit: Exit): void {
  program
    .command('worker')
    .description('search for a campaign of another machine')
    .requiredOption('--queue <url>', 'redis://host:port of the campaign')
    .option('--workers <number>', 'processes to search in (default: one for each core)')
    .option('--memory <MiB>', 'restart a process that grows beyond this', MEMORY_MIB)
    .option('--hang <time>', 'restart a process that gives no sign of life for this time', '120s')
    .addHelpText('after', EXAMPLES)
    .action(async (options: WorkerCommandOptions) => {
      exit.code = await work(options);
    });
}

async function work(options: WorkerCommandOptions): Promise<number> {
  const settings = {
    url: checkQueueUrl(options.queue),
    workers:
      options.workers === undefined ? availableParallelism() : parseCount('--workers', options.workers, 1, WORKERS_MAX),
    workerFile: join(__dirname, 'support', 'campaign_worker.js'),
    memoryMiB: parseCount('--memory', options.memory, MEMORY_MIN, MEMORY_MAX),
    hang_ms: parseDuration('--hang', options.hang),
    version: ownVersion(),
  };
  const interrupt = new Interrupt();
  const status = new StatusLine();
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
        onStatus: (workers) => status.update(() => statusText(workers)),
        interrupted: () => interrupt.interrupted,
      },
    );
    await worker.run();
    return interrupt.interrupted ? EXIT_INTERRUPTED : EXIT_CLEAN;
  } finally {
    status.clear();
    interrupt.dispose();
    // After the loss of Redis, waiting timers of BullMQ must not keep the process alive.
    setTimeout(() => process.exit(), 500).unref();
  }
}

function statusText(workers: readonly WorkerStatus[]): string {
  const commands = workers.reduce((sum, worker) => sum + worker.commands, 0);
  const states = workers.map(({ state, lease }) => lease ?? state).join(' ');
  return `${commands.toLocaleString('en-US')} commands, workers ${states}`;
}
