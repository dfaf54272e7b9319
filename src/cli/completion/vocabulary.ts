import { STRATEGY_NAMES } from '../../benchmark/strategy_names';
import { COMMANDS } from '../../commands/registry';
import { COST_PATHS } from '../../costs/paths';
import { SCENARIOS } from '../../generate/scenarios/registry';
import { MUTANTS } from '../../rules/mutants';
import { ALL_PROFILES } from '../../rules/profiles';
import { availableTargets } from '../../targets/linux';
import { PRESETS } from '../config/presets';
import { LIST_NAMES } from '../list/lists';
import type { Vocabulary } from './complete';
import { SHELLS } from './scripts';

const named = (name: string): readonly [string, string] => [name, ''];
const scenarios = (): (readonly [string, string])[] => SCENARIOS.map(({ name, title }) => [name, title]);

/** Other options and arguments are numbers, times or files. */
export const VOCABULARY: Vocabulary = {
  scenario: scenarios,
  'compare a': () => availableTargets().map(named),
  'compare b': () => availableTargets().map(named),
  'compare what': scenarios,
  'list what': () => LIST_NAMES.map(named),
  'explore what': scenarios,
  'remove target': () => availableTargets().map(named),
  shell: () => SHELLS.map(named),
  '--mutant': () => MUTANTS.map(({ id, title }) => [id, title]),
  '--id': () => MUTANTS.map(({ id, title }) => [id, title]),
  '--base': () => ['auto', ...availableTargets()].map(named),
  '--profile-b': () => ALL_PROFILES.map(({ name, title }) => [name, title]),
  '--profile': () => ALL_PROFILES.map(({ name, title }) => [name, title]),
  '--target': () => ['model', ...availableTargets()].map(named),
  '--targets': () => ['model', ...availableTargets()].map(named),
  '--scenarios': scenarios,
  '--strategy': () => STRATEGY_NAMES.map(named),
  '--program': () => COST_PATHS.map(({ name }) => named(name)),
  '--preset': () => Object.keys(PRESETS).map(named),
  '--commands': () => COMMANDS.map(({ name, system }) => [name, system]),
};
