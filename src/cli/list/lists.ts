import { isAvailable } from '../../commands/available';
import type { Command as SkbCommand } from '../../commands/command';
import { COMMANDS } from '../../commands/registry';
import { profilesOf } from '../../generate/scenario';
import { SCENARIOS } from '../../generate/scenarios/registry';
import { INVARIANTS } from '../../invariants/registry';
import { MUTANTS } from '../../rules/mutants';
import { ALL_PROFILES, PROFILES } from '../../rules/profiles';
import { availableTargets } from '../../targets/linux';

/** One thing that is listed, as data. */
export interface Row {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** The rows of each list. */
export const LISTS = {
  commands: listCommands,
  invariants: (): Row[] => INVARIANTS.map(({ name, statement, source }) => ({ name, statement, source })),
  profiles: (): Row[] =>
    ALL_PROFILES.map(({ name, title, rules, abi, modelOnly }) => ({
      ...{ name, title, rules, abi, modelOnly: modelOnly ?? null },
    })),
  mutants: (): Row[] => MUTANTS.map((mutant) => ({ name: mutant.id, scenario: 'core', needs: null, ...mutant })),
  scenarios: (): Row[] =>
    SCENARIOS.map((scenario) => ({
      name: scenario.name,
      title: scenario.title,
      profiles: profilesOf(scenario).map(({ name }) => name),
      modelOnly: scenario.modelOnly ?? null,
    })),
  targets: listTargets,
} as const;

/** The list of settings needs the tree of commands, so it stands beside the others. */
export const CONFIG = 'config';
export const LIST_NAMES: readonly string[] = [...Object.keys(LISTS), CONFIG];

function listCommands(): Row[] {
  return COMMANDS.map((command) => ({
    name: command.name,
    system: command.system,
    opcode: command.opcode,
    args: command.args.map((arg) => ({ ...arg })),
    result: command.result ?? null,
    outcomes: command.outcomes,
    outcomesOf: command.outcomesOf ?? {},
    profiles: ALL_PROFILES.map(({ name }) => name).filter((name) => isAvailable(command, name)),
    targets: targetsOf(command),
    modelOnly: command.modelOnly ?? null,
    abuse: command.abuse === true,
  }));
}

/**
 * Targets that run the command: the model, and the kernels of the profiles that have it, unless it is for models only.
 */
function targetsOf(command: SkbCommand): string[] {
  const kernels = command.modelOnly === undefined ? PROFILES : [];
  return ['model', ...kernels.map(({ name }) => name).filter((name) => isAvailable(command, name))];
}

function listTargets(): Row[] {
  const linux = availableTargets();
  return [
    { name: 'model', state: 'in this process' },
    ...PROFILES.map(({ name }) => ({
      name,
      state: linux.includes(name) ? 'set up' : 'not set up: npx skbcheck kernel setup',
    })),
  ];
}
