/** The results of one kernel. */
export interface KernelMutantRow {
  readonly id: string;
  readonly scenario: string;
  readonly buildSeconds: number;
  /** Commands and seconds until the bug was found, or of the whole search. */
  readonly commands: number;
  readonly seconds: number;
  readonly reduceSeconds?: number;
  readonly commandsBefore?: number;
  readonly commandsAfter?: number;
  /** Null when it was not found. */
  readonly signature: string | null;
  /**
   * `same` when the model's mutant of that id is in lockstep with the kernel on the program, `none` without such a
   * mutant, otherwise the difference.
   */
  readonly model?: string;
  readonly unconfirmed: readonly string[];
}

const COLUMNS: readonly { title: string; width: number; of: (row: KernelMutantRow) => string }[] = [
  { title: 'id', width: 5, of: ({ id }) => id },
  { title: 'scenario', width: 11, of: ({ scenario }) => scenario },
  { title: 'build s', width: 8, of: ({ buildSeconds }) => buildSeconds.toFixed(0) },
  { title: 'commands', width: 10, of: ({ commands }) => commands.toLocaleString('en-US') },
  { title: 's', width: 6, of: ({ seconds }) => seconds.toFixed(0) },
  { title: 'reduce s', width: 9, of: ({ reduceSeconds }) => reduceSeconds?.toFixed(0) ?? '' },
  { title: 'length', width: 9, of: ({ commandsBefore, commandsAfter }) => lengths(commandsBefore, commandsAfter) },
  { title: 'model', width: 6, of: ({ model }) => model ?? '' },
  { title: 'signature', width: 0, of: ({ signature }) => signature ?? 'not found' },
];

function lengths(before?: number, after?: number): string {
  return before === undefined ? '' : `${after} of ${before}`;
}

/** One line for each kernel. */
export function tableOf(rows: readonly KernelMutantRow[], withTitles = true): string {
  const line = (cell: (column: (typeof COLUMNS)[number]) => string): string =>
    COLUMNS.map((column) => cell(column).padEnd(column.width))
      .join(' ')
      .trimEnd();
  const lines = rows.flatMap((row) => [line(({ of }) => of(row)), ...more(row)]);
  return [...(withTitles ? [line(({ title }) => title)] : []), ...lines].join('\n');
}

function more({ unconfirmed }: KernelMutantRow): string[] {
  return unconfirmed.map((signature) => `      not by a program alone: ${signature}`);
}
