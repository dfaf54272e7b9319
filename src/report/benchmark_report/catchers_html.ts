import type { CatchersTable } from '../../benchmark/catchers_table';
import { catchersLines } from './catchers_text';
import { escaped, pageHtml, scrolledHtml, tableHtml } from '../page_html';

/** The mutants that each invariant catches, and the invariants that catch each mutant. */
export function catchersHtml(table: CatchersTable): string {
  return pageHtml('skbcheck: which invariants catch which mutants', [
    `<ul>${catchersLines(table)
      .map((line) => `<li>${escaped(line)}</li>`)
      .join('')}</ul>`,
    scrolledHtml(
      'invariants',
      tableHtml(
        [
          { title: 'invariant', left: true, value: ({ name }) => name },
          {
            title: 'catches',
            value: ({ catches }) => String(catches.length),
            hint: ({ catches }) => catches.join(', '),
          },
          { title: 'only it', value: ({ onlyIt }) => String(onlyIt.length) },
          { title: 'which', left: true, value: ({ onlyIt }) => onlyIt.join(', ') },
        ],
        table.invariants,
      ),
    ),
    scrolledHtml(
      'mutants',
      tableHtml(
        [
          { title: 'mutant', left: true, value: ({ mutant }) => mutant },
          {
            title: 'caught by, after commands (0: by its own program)',
            left: true,
            value: ({ catchers }) =>
              Object.entries(catchers)
                .map(([name, commands]) => `${name} ${commands}`)
                .join(', '),
          },
        ],
        table.mutants,
        ({ catchers }) => Object.keys(catchers).length === 0,
      ),
    ),
  ]);
}
