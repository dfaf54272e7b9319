import { profilesOfOutcome, profilesWith, runsOnKernel } from '../../commands/available';
import type { Command as SkbCommand } from '../../commands/command';
import { COMMANDS } from '../../commands/registry';
import { OUTSIDE_COMMANDS } from '../../commands/outside/registry';
import { profilesOf, type Scenario } from '../../generate/scenario';
import { OUTSIDE_SCENARIOS } from '../../generate/scenarios/outside';
import { SCENARIOS } from '../../generate/scenarios/registry';
import { listedOutside } from '../../report/reference/outside_reference';
import { PROMISES } from '../../outside/promises';
import { INVARIANTS } from '../../invariants/registry';
import { MUTANTS } from '../../rules/mutants';
import type {
  ListedCommand,
  ListedInvariant,
  ListedOutside,
  ListedPromise,
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
  scenarios: (): ListedScenario[] => [...SCENARIOS, ...OUTSIDE_SCENARIOS].map(listedScenario),
  promises: (): ListedPromise[] => PROMISES.map((promise) => ({ ...promise })),
  outside: (): ListedOutside[] => OUTSIDE_COMMANDS.map(listedOutside),
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

function listedScenario(scenario: Scenario): ListedScenario {
  const { name, title, modelOnly = null, levels } = scenario;
  return {
    name,
    title,
    profiles: profilesOf(scenario).map(({ name }) => name),
    modelOnly,
    isOutside: levels !== undefined,
  };
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
