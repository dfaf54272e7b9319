import type { CommandCounts } from '../search/command_counts';
import { count, plural } from './figures';

const WIDTH = 116;

/**
 * The outcomes of calls of user space: first those that nobody saw, then a row for each command.
 * @param neverSeen - by command: outcomes that no call had
 */
export function outcomeTable(
  counts: Readonly<Record<string, CommandCounts>>,
  neverSeen: Readonly<Record<string, readonly string[]>>,
): string[] {
  const seen = Object.values(counts).flatMap(({ outcomes }) => Object.values(outcomes).filter((times) => times > 0));
  const missing = Object.values(neverSeen).flat().length;
  const all = plural(seen.length + missing, 'outcome');
  const names = Object.entries(neverSeen).map(([name, outcomes]) => [name, outcomes.join(' ')] as const);
  const rows = Object.entries(counts).map(([name, { outcomes }]) => [name, outcomesText(outcomes)] as const);
  return [
    ...(missing === 0 ? [`every outcome was seen: ${all}`] : [`never seen: ${count(missing)} of ${all}:`]),
    ...table(names),
    'calls by outcome:',
    ...table(rows),
  ];
}

function outcomesText(outcomes: Readonly<Record<string, number>>): string {
  return Object.entries(outcomes)
    .filter(([, times]) => times > 0)
    .map(([outcome, times]) => `${outcome}\u00a0${count(times)}`)
    .join('  ');
}

/** Two columns; the second goes on in the lines below. */
function table(rows: readonly (readonly [name: string, text: string])[]): string[] {
  const indent = Math.max(0, ...rows.map(([name]) => name.length)) + 4;
  return rows.flatMap(([name, text]) => {
    const lines: string[] = [];
    let line = '';
    for (const word of text.split(/ +/)) {
      const longer = line === '' ? word : `${line}  ${word}`;
      if (longer.length + indent > WIDTH) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return [...lines, line].map((one, at) =>
      `${(at === 0 ? `  ${name}` : '').padEnd(indent)}${one}`.replaceAll('\u00a0', ' '),
    );
  });
}
