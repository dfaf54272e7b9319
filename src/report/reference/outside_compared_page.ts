import type { KnownChange } from '../../compare/outside/known_change';
import type { FreeChoice } from '../../outside/answers/free_choices';
import { wrapped } from './wrapped';

/** The tables that say what a comparison of two kernels leaves out. */
export interface ComparedTables {
  readonly choices: readonly FreeChoice[];
  readonly readOtherwise: readonly { readonly part: string; readonly form: string }[];
  readonly changes: readonly KnownChange[];
}

/**
 * docs/reference/outside/compared.md: a pure function of the tables.
 * @param made - the line that says that the page is made by a program
 */
export function outsideComparedPage(made: string, { choices, readOtherwise, changes }: ComparedTables): string {
  return [
    '# What is compared of two kernels in user space',
    '',
    made,
    '',
    ...wrapped(
      '`skbcheck compare A B` with programs of user space compares the answer to each system call: its return value ' +
        'or error, the bytes that were received, msg_flags, ancillary data, addresses, values of options, notices. ' +
        'This page has all that is left out, each with its reason.',
    ),
    '',
    "## The kernel's free choices",
    '',
    ...wrapped(
      'Two kernels may answer differently here. A run says how often they did. Where later answers of the same files ' +
        'follow from a choice, they are not compared once it differs; files that have nothing to do with them are.',
    ),
    '',
    ...choices.flatMap(choiceLines),
    '## Read in another form',
    '',
    '| part of an answer | read as |',
    '| --- | --- |',
    ...readOtherwise.map(({ part, form }) => `| ${part} | ${form} |`),
    '',
    '## Known changes',
    '',
    ...wrapped(
      'Changes between releases that comparisons met, and whose cause is in the source. A run counts the programs ' +
        'that meet one, and compares nothing behind it. A difference that no change explains is a finding.',
    ),
    '',
    ...(changes.length === 0 ? ['None is known yet.', ''] : changes.flatMap(changeLines)),
  ].join('\n');
}

function choiceLines({ name, part, reason, source, extent, spreads }: FreeChoice): string[] {
  const moved = extent === 'moved' ? ['Compared all the same: an error other than EAGAIN and EINTR.'] : [];
  const apart = spreads ? ['Later answers follow from it.'] : [];
  const items = [`${capital(part)}.`, reason, ...moved, ...apart, `Source: ${source}`];
  return [`### ${name}`, '', ...items.flatMap((item) => wrapped(`- ${item}`)), ''];
}

function changeLines(change: KnownChange): string[] {
  const { id, title, file, commit, since, backports, shows } = change;
  const first = typeof since === 'string' ? since : `after ${since.after}, by ${since.by}`;
  const items = [
    title,
    `Changed: \`${change.function}\` of ${file}; first release: ${[first, ...backports].join(', ')}`,
    commit === null ? 'Commit: not known; the sources of the two releases differ so.' : `Commit: ${commit}`,
    ...shows.map(({ commands, fields, without, with: withIt, behind, sockets }) => {
      const names = (all: readonly string[]): string => all.map((command) => `\`${command}\``).join(', ');
      const where = behind === undefined ? '' : `, behind ${names(behind)}`;
      const on = sockets === undefined ? '' : ` on ${sockets.join(', ')}`;
      return `Shown by ${names(commands)}${on}${where}: ${fields.join(', ')}: ${without} without it, ${withIt} with it`;
    }),
  ];
  return [`### ${id}`, '', ...items.flatMap((item) => wrapped(`- ${item}`)), ''];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
