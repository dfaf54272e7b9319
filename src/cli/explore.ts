import type { Command } from 'commander';
import { findScenario, SCENARIOS } from '../generate/scenarios/registry';
import { UsageError } from '../targets/errors';
import { exploreScenarioCommand, type ExploreScenarioOptions } from './explore_scenario';
import type { Exit } from './main';
import { didYouMean } from './options';

/** `skbcheck explore WHAT`: nothing is drawn, everything within a scope is tried. */
export function addExplore(program: Command, exit: Exit): void {
  program
    .command('explore')
    .description('try every program of a small scope')
    .argument('<scenario>', SCENARIOS.map((scenario) => scenario.name).join('|'))
    .option('--profile <name>', 'whose rules the model follows')
    .option('--mutant <id>', 'break one rule of the model')
    .option('--depth <calls>', 'calls of a program before it is settled (default 3)')
    .option('--commands <names>', 'of the scenario only these commands: a,b,c')
    .option('--max-states <n>', 'stop after so many different worlds (default 1000000)')
    .option('--time <time>', 'stop after this time: 60s, 10m, 8h')
    .option('--scope', 'say what each argument can be, and try nothing')
    .option('--json', 'print one JSON document')
    .action(async (what: string, options: ExploreScenarioOptions) => {
      const scenario = findScenario(what);
      if (scenario === undefined) throw new UsageError(unknown(what));
      exit.code = await exploreScenarioCommand(scenario, options);
    });
}

function unknown(name: string): string {
  const names = SCENARIOS.map((scenario) => scenario.name);
  return `no scenario '${name}'${didYouMean(name, names)}; scenarios: ${names.join(', ')}`;
}
