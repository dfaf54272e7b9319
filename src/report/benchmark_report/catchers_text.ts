import type { CatchersTable } from '../../benchmark/catchers_table';
import { plural } from '../figures';
import { tableText } from '../table_text';

/** A line for each invariant: the mutants that it catches, and those that only it catches. */
export function catchersText(table: CatchersTable): string {
  const invariants = tableText(
    [
      { title: 'invariant', left: true, value: ({ name }) => name },
      { title: 'catches', value: ({ catches }) => String(catches.length) },
      { title: 'only it', value: ({ onlyIt }) => String(onlyIt.length) },
      { title: '', left: true, value: ({ onlyIt }) => onlyIt.join(', ') },
    ],
    table.invariants,
  );
  return [invariants, '', ...catchersLines(table)].join('\n');
}

export function catchersLines({ mutants, commands, seed, interrupted }: CatchersTable): string[] {
  const missed = mutants.filter(({ catchers }) => Object.keys(catchers).length === 0).map(({ mutant }) => mutant);
  const partial = interrupted ? '; interrupted: missing rows were not tried' : '';
  return [
    ...(missed.length === 0 ? [] : [`caught by none: ${missed.join(', ')}`]),
    `${plural(mutants.length, 'mutant')}, each with its own program ` +
      `and ${plural(commands, 'command')} of its scenario, seed ${seed}${partial}`,
  ];
}
