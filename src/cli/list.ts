import type { Command } from 'commander';
import { didYouMean } from '../program/did_you_mean';
import { UsageError } from '../session/errors';
import type { Setting } from './config/setting';
import { CONFIG, LIST_NAMES, LISTS, type Row } from './list/lists';
import { printJson, printLine } from './support/output';
import type { Exit } from './support/exit';

/** `skbcheck list commands|invariants|profiles|mutants|scenarios|targets|config [NAME]`. */
export function addList(program: Command, exit: Exit): void {
  program
    .command('list')
    .description('list commands, invariants, profiles, mutants, scenarios or targets, or describe one of them')
    .argument('<what>', LIST_NAMES.join('|'))
    .argument('[name]', 'only this one, with everything that is known of it')
    .option('--json', 'print one JSON document')
    .action(async (what: string, name: string | undefined, options: { json?: boolean }) => {
      if (what === CONFIG) {
        printSettings(exit.settings?.() ?? [], name, options.json === true);
        return;
      }
      if (!isList(what))
        throw new UsageError(
          `nothing to list by the name '${what}'${didYouMean(what, LIST_NAMES)}; one of: ${LIST_NAMES.join(', ')}`,
        );
      if (name === undefined) {
        const rows = LISTS[what]();
        if (options.json === true) printJson(rows);
        else for (const row of rows) printLine(rowText(row));
        return;
      }
      // Imported only here: an example needs the generator and the reducer.
      const { listedOne } = await import('./list/list_one.js');
      const { data, text } = listedOne(what, name);
      if (options.json === true) printJson(data);
      else printLine(text);
    });
}

function isList(what: string): what is keyof typeof LISTS {
  return Object.hasOwn(LISTS, what);
}

/** The options that have a value, with the place that it comes from. */
function printSettings(settings: readonly Setting[], command: string | undefined, json: boolean): void {
  const commands = [...new Set(settings.map((one) => one.command))];
  if (command !== undefined && !commands.includes(command))
    throw new UsageError(`no command '${command}'${didYouMean(command, commands)}; one of: ${commands.join(', ')}`);
  const shown = settings.filter((one) => command === undefined || one.command === command);
  if (json) {
    printJson(shown);
    return;
  }
  for (const { command: words, option, value, from } of shown)
    printLine(`${`${words} ${option}`.padEnd(28)} ${String(value).padEnd(20)} ${from}`);
}

function rowText(row: Row): string {
  const detail = row.statement ?? row.title ?? row.state ?? signature(row);
  return `${row.name.padEnd(28)} ${String(detail)}`;
}

function signature(row: Row): string {
  const args = (row.args as { name: string }[] | undefined) ?? [];
  return `(${args.map((arg) => arg.name).join(', ')})${row.result ? ` -> ${String(row.result)}` : ''}`;
}
