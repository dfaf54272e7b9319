import type { Command } from 'commander';
import type { Exit } from './support/exit';
import type { WorkerCommandOptions } from './support/campaign/run_worker';

const MEMORY_MIB = '1024';

/** `skbcheck worker`. */
export function addWorker(program: Command, exit: Exit): void {
  program
    .command('worker')
    .description('search for a campaign of another machine')
    .requiredOption('--queue <url>', 'redis://host:port of the campaign')
    .option('--workers <number>', 'processes to search in (default: one for each core)')
    .option('--memory <MiB>', 'restart a process that grows beyond this', MEMORY_MIB)
    .option('--hang <time>', 'restart a process that gives no sign of life for this time', '120s')
    .option('--json', 'print one JSON document at the end')
    .action(async (options: WorkerCommandOptions) => {
      // Imported only here: the queue takes longer to load than most commands take to run.
      const { work } = await import('./support/campaign/run_worker.js');
      exit.code = await work(options);
    });
}
