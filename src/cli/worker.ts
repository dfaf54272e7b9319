import type { Command } from 'commander';
import type { Exit } from './support/exit';
import type { WorkerCommandOptions } from './support/run_worker';

const MEMORY_MIB = '1024';

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
    .option('--json', 'print one JSON document at the end')
    .addHelpText('after', EXAMPLES)
    .action(async (options: WorkerCommandOptions) => {
      // Imported only here: the queue takes longer to load than most commands take to run.
      const { work } = await import('./support/run_worker.js');
      exit.code = await work(options);
    });
}
