import { didYouMean } from '../program/did_you_mean';
import type { Command } from 'commander';
import { isAvailable } from '../commands/available';
import type { Command as SkbCommand } from '../commands/command';
import { COMMANDS } from '../commands/registry';
import { INVARIANTS } from '../invariants/registry';
import { MUTANTS } from '../rules/mutants';
import { ALL_PROFILES, PROFILES } from '../rules/profiles';
import { profilesOf } from '../generate/scenario';
import { SCENARIOS } from '../generate/scenarios/registry';
import { UsageError } from '../session/errors';
import { availableTargets } from '../targets/linux';
import { printJson } from './support/output';

interface Row {
  readonly name: string;
  readonly [field: string]: unknown;
}

const LISTS: Record<string, () => Row[]> = {
  commands: listCommands,
  invariants: () => INVARIANTS.map(({ name, statement, source }) => ({ name, statement, source })),
  profiles: () =>
    ALL_PROFILES.map(({ name, title, rules, abi, modelOnly }) => ({
      ...{ name, title, rules, abi, modelOnly: modelOnly ?? null },
    })),
  mutants: () => MUTANTS.map((mutant) => ({ name: mutant.id, scenario: 'core', needs: null, ...mutant })),
  scenarios: () =>
    SCENARIOS.map((scenario) => ({
      name: scenario.name,
      title: scenario.title,
      profiles: profilesOf(scenario).map(({ name }) => name),
      modelOnly: scenario.modelOnly ?? null,
    })),
  targets: listTargets,
};

/** `skbcheck list commands|invariants|profiles|mutants|scenarios|targets`. */
export function addList(program: Command): void {
  program
    .command('list')
    .description('list commands, invariants, profiles, mutants, scenarios or targets')
    .argument('<what>', Object.keys(LISTS).join('|'))
    .option('--json', 'print one JSON document')
    .action((what: string, options: { json?: boolean }) => {
      const list = Object.hasOwn(LISTS, what) ? LISTS[what] : undefined;
      if (list === undefined) {
        const names = Object.keys(LISTS);
        throw new UsageError(
          `nothing to list by the name '${what}'${didYouMean(what, names)}; one of: ${names.join(', ')}`,
        );
      }
      const rows = list();
      if (options.json === true) printJson(rows);
      else for (const row of rows) process.stdout.write(`${rowText(row)}\n`);
    });
}

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

function rowText(row: Row): string {
  const detail = row.statement ?? row.title ?? row.state ?? signature(row);
  return `${row.name.padEnd(28)} ${String(detail)}`;
}

function signature(row: Row): string {
  const args = (row.args as { name: string }[] | undefined) ?? [];
  return `(${args.map((arg) => arg.name).join(', ')})${row.result ? ` -> ${String(row.result)}` : ''}`;
}
