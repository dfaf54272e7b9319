import { COMMANDS } from '../../commands/registry';
import { commandText } from '../../report/reference/command_page';
import { commandReference } from '../../report/reference/command_reference';
import { didYouMean, didYouMeanId } from '../../program/did_you_mean';
import { exampleOf } from '../../search/command_example';
import { UsageError } from '../../session/errors';
import { outsideText } from '../../report/reference/outside_reference';
import type { ListedCommand, ListedOneCommand, ListedOutside } from '../../report/documents/list_document';
import { LISTS, type ListName, type Row } from './lists';

const IDS: readonly string[] = ['mutants', 'profiles', 'targets'];

/** One thing of a list, as data and as text; of a command, the data of its reference page as well. */
export interface Listed {
  readonly row: Row;
  readonly command?: ListedOneCommand;
  readonly text: string;
}

/**
 * @param list - which list
 * @param name - of the thing
 * @throws UsageError when the list has no such name
 */
export function listedOne(list: ListName, name: string): Listed {
  const rows: readonly Row[] = LISTS[list]();
  const row = rows.find((one) => one.name === name);
  if (row === undefined) {
    const names = rows.map((one) => one.name);
    const near = IDS.includes(list) ? didYouMeanId(name, names) : didYouMean(name, names);
    throw new UsageError(`no ${list.slice(0, -1)} '${name}'${near}; see: npx skbcheck list ${list}`);
  }
  if (list === 'outside') return { row, text: outsideText(row as ListedOutside) };
  const command = list === 'commands' ? COMMANDS.find((one) => one.name === name) : undefined;
  if (command === undefined) return { row, text: fieldsText(row) };
  const reference = commandReference(command, exampleOf(command));
  return { row, command: { ...(row as ListedCommand), ...reference }, text: commandText(reference) };
}

/** Every field on a line of its own; what is an object or a program stands below its name. */
function fieldsText(fields: object): string {
  return Object.entries(fields)
    .map(([field, value]: [string, unknown]) => {
      if (typeof value === 'string' && value.includes('\n')) return `${field}:\n${indented(value)}`;
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return `${field}:\n${indented(fieldsText(value))}`;
      return `${field}: ${Array.isArray(value) ? value.join(', ') : String(value)}`;
    })
    .join('\n');
}

function indented(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ');
}
