/** A column of a table: its title, and its cell in a row. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Aligns words to the left; figures are aligned to the right. */
  readonly left?: boolean;
}

/** A table for people, with columns as wide as their widest cells. */
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
