import { profilesOfOutcome, profilesWith, runsOnKernel } from '../../commands/available';
import type { Command as SkbCommand } from '../../commands/command';
import { COMMANDS } from '../../commands/registry';
import { profilesOf } from '../../generate/scenario';
import { SCENARIOS } from '../../generate/scenarios/registry';
import { INVARIANTS } from '../../invariants/registry';
import { MUTANTS } from '../../rules/mutants';
import type {
  ListedCommand,
  ListedInvariant,
  ListedMutant,
  ListedProfile,
  ListedScenario,
  ListedTarget,
} from '../../report/documents/list_document';
import { ALL_PROFILES, PROFILES } from '../../rules/profiles';
import { kernelTargets } from '../../targets/linux';

/** The rows of each list; the document of a list is of the kind `list-` with its name. */
export const LISTS = {
  commands: listCommands,
  invariants: (): ListedInvariant[] => INVARIANTS.map(({ name, statement, source }) => ({ name, statement, source })),
  profiles: (): ListedProfile[] =>
    ALL_PROFILES.map(({ name, title, rules, abi, modelOnly }) => ({
      ...{ name, title, rules: { ...rules }, abi: { ...abi }, modelOnly: modelOnly ?? null },
    })),
  mutants: (): ListedMutant[] =>
    MUTANTS.map((mutant) => ({ name: mutant.id, scenario: 'core', needs: null, ...mutant })),
  scenarios: (): ListedScenario[] =>
    SCENARIOS.map((scenario) => ({
      name: scenario.name,
      title: scenario.title,
      profiles: profilesOf(scenario).map(({ name }) => name),
      modelOnly: scenario.modelOnly ?? null,
    })),
  targets: listTargets,
} as const;

export type ListName = keyof typeof LISTS;

/** One thing that is listed, as data. */
export type Row = ReturnType<(typeof LISTS)[ListName]>[number];

/** The list of settings needs the tree of commands, so it stands beside the others. */
export const CONFIG = 'config';
export const LIST_NAMES: readonly string[] = [...Object.keys(LISTS), CONFIG];

function listCommands(): ListedCommand[] {
  return COMMANDS.map((command) => ({
    name: command.name,
    system: command.system,
    opcode: command.opcode,
    args: command.args.map((arg) => ({ ...arg })),
    result: command.result ?? null,
    outcomes: command.outcomes,
    outcomesOf: Object.fromEntries(
      Object.keys(command.outcomesOf ?? {}).map((outcome) => [outcome, profilesOfOutcome(command, outcome)]),
    ),
    profiles: profilesWith(command),
    targets: targetsOf(command),
    modelOnly: command.modelOnly ?? null,
    abuse: command.abuse === true,
    caller: command.caller,
  }));
}

/**
 * Targets that run the command: the model, and the kernels of the profiles that have it, unless it is for models only.
 */
function targetsOf(command: SkbCommand): string[] {
  return ['model', ...PROFILES.map(({ name }) => name).filter((name) => runsOnKernel(command, name))];
}

function listTargets(): ListedTarget[] {
  return [
    { name: 'model', state: 'in this process' },
    ...kernelTargets().map(({ name, isSetUp }) => ({
      name,
      state: isSetUp ? 'set up' : 'not set up: npx skbcheck kernel setup',
    })),
  ];
}
