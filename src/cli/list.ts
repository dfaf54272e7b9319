import type { Command } from 'commander';
import { didYouMean } from '../program/did_you_mean';
import type { Documents } from '../report/documents/documents';
import type { ListedSetting } from '../report/documents/list_document';
import { UsageError } from '../session/errors';
import { CONFIG, LIST_NAMES, LISTS, type ListName, type Row } from './list/lists';
import { printDocument, printLine } from './support/output';
import type { Exit } from './support/exit';

/** `skbcheck list commands|invariants|profiles|mutants|scenarios|promises|outside|targets|config [NAME]`. */
export function addList(program: Command, exit: Exit): void {
  program
    .command('list')
    .description(
      'list commands, invariants, profiles, mutants, scenarios, promises to user space, commands of user space ' +
        '(outside) or targets, or describe one of them',
    )
    .argument('<what>', LIST_NAMES.join(', '))
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
        if (options.json === true) printRows(what, rows);
        else for (const row of rows) printLine(rowText(row));
        return;
      }
      // Imported only here: an example needs the generator and the reducer.
      const { listedOne } = await import('./list/list_one.js');
      const { row, command, text } = listedOne(what, name);
      if (options.json !== true) printLine(text);
      else if (command === undefined) printRows(what, [row]);
      else printDocument('list-command', command);
    });
}

function isList(what: string): what is ListName {
  return Object.hasOwn(LISTS, what);
}

/** @param rows - of that list */
function printRows(list: ListName, rows: readonly Row[]): void {
  printDocument(`list-${list}`, { rows } as Documents[`list-${ListName}`]);
}

/** The options that have a value, with the place that it comes from. */
function printSettings(settings: readonly ListedSetting[], command: string | undefined, json: boolean): void {
  const commands = [...new Set(settings.map((one) => one.command))];
  if (command !== undefined && !commands.includes(command))
    throw new UsageError(`no command '${command}'${didYouMean(command, commands)}; one of: ${commands.join(', ')}`);
  const rows = settings.filter((one) => command === undefined || one.command === command);
  if (json) {
    printDocument('list-config', { rows });
    return;
  }
  for (const { command: words, option, value, from } of rows)
    printLine(`${`${words} ${option}`.padEnd(28)} ${String(value).padEnd(20)} ${from}`);
}

function rowText(row: Row): string {
  return `${row.name.padEnd(28)} ${detailOf(row)}`;
}

function detailOf(row: Row): string {
  if ('statement' in row) return row.statement;
  if ('title' in row) return row.title;
  if ('state' in row) return row.state;
  if ('promised' in row)
    return `(${row.arguments.map((arg) => arg.name).join(', ')})  as ${row.level}: ${row.promised}`;
  const { args, result, caller } = row;
  const by = 'nobody' in caller ? `nobody (${caller.nobody})` : caller.function;
  return `(${args.map((arg) => arg.name).join(', ')})${result === null ? '' : ` -> ${result}`}  by ${by}`;
}
