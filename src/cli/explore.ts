import { STREAM } from '../targets/read_input';
import { didYouMean } from '../program/did_you_mean';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { findScenario, SCENARIOS } from '../generate/scenarios/registry';
import { UsageError } from '../session/errors';
import { exploreFile } from './support/explore/explore_file';
import { exploreScenarioCommand, type ExploreScenarioOptions } from './support/explore_scenario';
import { isFlag } from './config/settings';
import type { Exit } from './support/exit';

const SCHEDULES_DEFAULT = '100000';
/** Options that only one of the two kinds takes. */
const OF_FILES = ['cpu1', 'max'] as const;
const OF_SCENARIOS = ['depth', 'commands', 'fail', 'maxStates', 'time', 'scope'] as const;

interface ExploreOptions extends ExploreScenarioOptions {
  readonly cpu1?: string;
  readonly max?: string;
}

/** `skbcheck explore WHAT`: tries everything within a scope and draws nothing. */
export function addExplore(program: Command, exit: Exit): void {
  program
    .command('explore')
    .description('try all programs of a small scope, or all schedules of the two CPUs of one program')
    .argument('<what>', 'a scenario, or a file with a program: its cpu1 lines are the second stream, in their order')
    .option('--profile <name>', 'rules of the model; default of a file: those of its profile line')
    .option('--mutant <id>', 'break one rule of the model')
    .option('--depth <calls>', 'of a scenario: calls of a program before it is settled (default 3)')
    .option('--commands <names>', 'of a scenario: use only these commands: a,b,c')
    .option('--fail <n>', 'of a scenario: try each call with each of its first n allocations failing (default 1)')
    .option('--max-states <n>', 'of a scenario: stop after this number of different worlds (default 1000000)')
    .option('--time <time>', 'of a scenario: stop after this time: 60s, 10m, 8h')
    .option('--scope', 'of a scenario: print the values of each argument, and try nothing')
    .option('--cpu1 <lines>', 'of a file: lines of the second stream instead of the cpu1 lines, such as 7 or 7..9')
    .option('--max <n>', `of a file: schedules to run at most (default ${SCHEDULES_DEFAULT})`)
    .option('--json', 'print one JSON document')
    .action(async (what: string, options: ExploreOptions, command: Command) => {
      exit.code = await explore(what, options, command, exit);
    });
}

async function explore(what: string, options: ExploreOptions, command: Command, exit: Exit): Promise<number> {
  const scenario = findScenario(what);
  if (scenario !== undefined) {
    refuse(command, OF_FILES, `${what} is a scenario`);
    return exploreScenarioCommand(scenario, options, exit);
  }
  if (what === STREAM || isFile(what)) {
    refuse(command, OF_SCENARIOS, `${what} is a file`);
    return exploreFile(what, { ...options, max: options.max ?? SCHEDULES_DEFAULT }, exit);
  }
  const names = SCENARIOS.map(({ name }) => name);
  throw new UsageError(`no file and no scenario '${what}'${didYouMean(what, names)}; scenarios: ${names.join(', ')}`);
}

/** A file or a variable may have options of both kinds. */
function refuse(command: Command, names: readonly (keyof ExploreOptions)[], why: string): void {
  for (const name of names) {
    if (!isFlag(command, name)) continue;
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${option} is not for this: ${why}`);
  }
}

/** A scenario's name has neither a dot nor a slash. */
function isFile(what: string): boolean {
  return existsSync(what) || /[./]/.test(what);
}
