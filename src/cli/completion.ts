import { Argument, type Command } from 'commander';
import { STRATEGY_NAMES } from '../benchmark/strategy_names';
import { COMMANDS } from '../commands/registry';
import { COST_PATHS } from '../costs/paths';
import { SCENARIOS } from '../generate/scenarios/registry';
import { MUTANTS } from '../rules/mutants';
import { ALL_PROFILES } from '../rules/profiles';
import { availableTargets } from '../targets/linux';
import { complete, type Vocabulary } from './completion/complete';
import { ASK, completionScript, FILES_LINE, SHELLS, type Shell } from './completion/scripts';
import { PRESETS } from './config/presets';
import { LIST_NAMES } from './list/lists';

const named = (name: string): readonly [string, string] => [name, ''];
const scenarios = (): (readonly [string, string])[] => SCENARIOS.map(({ name, title }) => [name, title]);

/** By a placeholder of the help, or by an option. Other placeholders are numbers, times or files. */
const VOCABULARY: Vocabulary = {
  scenario: scenarios,
  what: () => LIST_NAMES.map(named),
  shell: () => SHELLS.map(named),
  '--mutant': () => MUTANTS.map(({ id, title }) => [id, title]),
  '--id': () => MUTANTS.map(({ id, title }) => [id, title]),
  '--profile': () => ALL_PROFILES.map(({ name, title }) => [name, title]),
  '--target': () => ['model', ...availableTargets()].map(named),
  '--targets': () => ['model', ...availableTargets()].map(named),
  '--scenarios': scenarios,
  '--strategy': () => STRATEGY_NAMES.map(named),
  '--program': () => COST_PATHS.map(({ name }) => named(name)),
  '--preset': () => Object.keys(PRESETS).map(named),
  '--commands': () => COMMANDS.map(({ name, system }) => [name, system]),
};

/** `skbcheck completion SHELL`, and the hidden command that its scripts ask. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', SHELLS.join('|')).choices(SHELLS))
    .action((shell: Shell) => {
      process.stdout.write(completionScript(shell));
    });
  program
    .command(ASK, { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => {
      const found = complete(program, words, VOCABULARY);
      const lines = found.words.map(([word, description]) => (description === '' ? word : `${word}\t${description}`));
      if (found.files) lines.push(FILES_LINE);
      for (const line of lines) process.stdout.write(`${line}\n`);
    });
}
