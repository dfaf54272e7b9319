/** A column of a table: its title, and what stands in a row. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Words stand on the left, figures on the right. */
  readonly left?: boolean;
}

/** A table for people: columns as wide as they must be. */
export function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => value(row)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  return cells
    .map((line) =>
      line
        .map((cell, i) => (columns[i].left === true ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
