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
import type { DocumentKind, Documents } from '../report/documents/documents';
import type { ListedCommand, ListedTarget } from '../report/documents/list_document';
import { printDocument } from './support/output';

type ListKind = Extract<DocumentKind, `list-${string}`>;

/** A list: its rows, and the way to print them as a document. */
function listOf<K extends ListKind>(kind: K, rows: () => Documents[K]['rows']) {
  return { rows, print: (): void => printDocument(kind, { rows: rows() } as Documents[K]) };
}

const LISTS = {
  commands: listOf('list-commands', listCommands),
  invariants: listOf('list-invariants', () =>
    INVARIANTS.map(({ name, statement, source }) => ({ name, statement, source })),
  ),
  profiles: listOf('list-profiles', () =>
    ALL_PROFILES.map(({ name, title, rules, abi, modelOnly }) => ({
      ...{ name, title, rules: { ...rules }, abi: { ...abi }, modelOnly: modelOnly ?? null },
    })),
  ),
  mutants: listOf('list-mutants', () =>
    MUTANTS.map((mutant) => ({ name: mutant.id, scenario: 'core', needs: null, ...mutant })),
  ),
  scenarios: listOf('list-scenarios', () =>
    SCENARIOS.map((scenario) => ({
      name: scenario.name,
      title: scenario.title,
      profiles: profilesOf(scenario).map(({ name }) => name),
      modelOnly: scenario.modelOnly ?? null,
    })),
  ),
  targets: listOf('list-targets', listTargets),
};

/** `skbcheck list commands|invariants|profiles|mutants|scenarios|targets`. */
export function addList(program: Command): void {
  program
    .command('list')
    .description('list commands, invariants, profiles, mutants, scenarios or targets')
    .argument('<what>', Object.keys(LISTS).join('|'))
    .option('--json', 'print one JSON document')
    .action((what: string, options: { json?: boolean }) => {
      if (!isListed(what)) {
        const names = Object.keys(LISTS);
        throw new UsageError(
          `nothing to list by the name '${what}'${didYouMean(what, names)}; one of: ${names.join(', ')}`,
        );
      }
      const { rows, print } = LISTS[what];
      if (options.json === true) print();
      else for (const row of rows()) process.stdout.write(`${rowText(row)}\n`);
    });
}

function isListed(what: string): what is keyof typeof LISTS {
  return Object.hasOwn(LISTS, what);
}

function listCommands(): ListedCommand[] {
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

function listTargets(): ListedTarget[] {
  const linux = availableTargets();
  return [
    { name: 'model', state: 'in this process' },
    ...PROFILES.map(({ name }) => ({
      name,
      state: linux.includes(name) ? 'set up' : 'not set up: npx skbcheck kernel setup',
    })),
  ];
}

/** One row of any list. */
type Row = Documents[ListKind]['rows'][number];

function rowText(row: Row): string {
  return `${row.name.padEnd(28)} ${detailOf(row)}`;
}

function detailOf(row: Row): string {
  if ('statement' in row) return row.statement;
  if ('title' in row) return row.title;
  if ('state' in row) return row.state;
  return `(${row.args.map((arg) => arg.name).join(', ')})${row.result === null ? '' : ` -> ${row.result}`}`;
}
