import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { UsageError } from '../targets/errors';
import { exploreFile, type ExploreFileOptions } from './explore_file';
import type { Exit } from './main';

/** `skbcheck explore WHAT`: nothing is drawn, everything within a scope is tried. */
export function addExplore(program: Command, exit: Exit): void {
  program
    .command('explore')
    .description('try every schedule of the two CPUs of a short program')
    .argument('<file>', 'a program: its cpu1 lines are the second stream, in their order')
    .option('--cpu1 <lines>', 'which lines are the second stream instead, such as 7 or 7..9')
    .option('--profile <name>', 'rules to run it with; default: those of its profile line')
    .option('--mutant <id>', 'break one rule of the model')
    .option('--max <n>', 'schedules to run at most', '100000')
    .option('--json', 'print one JSON document')
    .action((what: string, options: ExploreFileOptions) => {
      if (!isFile(what)) throw new UsageError(`explore takes a program, and there is no file ${what}`);
      exit.code = exploreFile(what, options);
    });
}

/** A scenario's name has neither a dot nor a slash. */
function isFile(what: string): boolean {
  return existsSync(what) || /[./]/.test(what);
}
