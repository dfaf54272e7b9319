import type { Command } from 'commander';
import { STRATEGY_NAMES, USUAL_STRATEGIES } from '../benchmark/strategy_names';
import type { Exit } from './support/exit';
import type { MutantsOptions } from './support/run_mutants';

/** Differs from the seeds with which scenarios and weights are tuned. */
const SEED_DEFAULT = '1001';
const COMMANDS_DEFAULT = '1000000';
const CATCHERS_COMMANDS_DEFAULT = '100000';

/** `skbcheck mutants`. */
export function addMutants(program: Command, exit: Exit): void {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  program
    .command('mutants')
    .description('search every mutant with several strategies, and print how soon each was found')
    .option('--id <id>', 'a mutant; may be repeated; all when absent', collect)
    .option(
      '--strategy <name>',
      `${STRATEGY_NAMES.join(', ')}; may be repeated; default ${USUAL_STRATEGIES.join(', ')}`,
      collect,
    )
    .option('--trials <number>', 'searches of each strategy on each mutant', '10')
    .option(
      '--commands <number>',
      'end a search after this number of commands ' +
        `(default ${COMMANDS_DEFAULT}; with --invariants ${CATCHERS_COMMANDS_DEFAULT})`,
    )
    .option('--time <time>', 'also end a search after this time: 10s, 2m')
    .option('--give-up <number>', 'end the trials of a strategy on a mutant when this number of them found nothing')
    .option(
      '--reduce <number>',
      'reduce only the findings of the first trials of a strategy on a mutant (default: of all)',
    )
    .option('--corpus <dir>', 'corpus of earlier campaigns, with which the strategy corpus begins')
    .option('--seed <seed>', 'a number or a git hash, seed of the first trial; the others follow', SEED_DEFAULT)
    .option('--workers <number>', 'processes to search in (default: one for each core); affects only times')
    .option('--invariants', 'print instead which mutants each invariant catches alone, and which only it catches')
    .option('--json', 'print one JSON document')
    .option('--html <file>', 'also write one self-contained page')
    .action(async (options: MutantsOptions) => {
      // Imported only here: the strategies take longer to load than most commands take to run.
      const { mutants } = await import('./support/run_mutants.js');
      exit.code = await mutants(options, exit);
    });
}
