import type { Command } from 'commander';
import type { Exit } from './support/exit';
import type { CampaignOptions } from './support/campaign/run_campaign';
import { PROGRAMS_PER_LEASE, TIME_DEFAULT } from './support/campaign/campaign_defaults';

const DIRECTORY = 'campaign';
const MEMORY_MIB = '1024';

/** `skbcheck campaign`. */
export function addCampaign(program: Command, exit: Exit): void {
  program
    .command('campaign')
    .description('search for hours on every core: many scenarios and targets; findings are kept')
    .option('--scenarios <names>', 'a,b,…; default all')
    .option('--targets <targets>', 'model,linux-6.12,…; default the model and the Linux targets that are set up')
    .option('--mutant <id>', 'break one rule of the model; without --scenarios, search the scenario of the mutant')
    .option('--seed <seed>', 'a number or a git hash, at which each lane begins; drawn when absent')
    .option('--time <time>', `stop after this time: 60s, 10m, 8h (default ${TIME_DEFAULT} where --commands is absent)`)
    .option('--commands <number>', 'stop after this number of commands')
    .option('--workers <number>', 'processes to search in (default: one for each core; with --queue one, to reduce)')
    .option('--dir <dir>', 'directory of the campaign', DIRECTORY)
    .option('--known <file>', 'list of known findings (default: known.json in the directory)')
    .option('--queue <url>', 'redis://host:port: other machines search (skbcheck worker), the workers here reduce')
    .option(
      '--lease <programs>',
      `programs of each lease of a worker (default: few at first, later ${PROGRAMS_PER_LEASE})`,
    )
    .option('--memory <MiB>', 'restart a worker that grows beyond this', MEMORY_MIB)
    .option('--hang <time>', 'restart a worker that gives no sign of life for this time', '120s')
    .option('--no-branches', "do not count the model's branches: makes the first worker faster by a quarter to a half")
    .option('--json', 'print one JSON document')
    .option('--ktap', 'print KTAP, a test for each lane')
    .action(async (options: CampaignOptions) => {
      // Imported only here: the queue and the count of branches take longer to load than most commands take to run.
      const { campaign } = await import('./support/campaign/run_campaign.js');
      exit.code = await campaign(options, exit);
    });
}
