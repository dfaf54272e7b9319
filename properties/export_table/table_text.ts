import type { ModuleResult } from '../support/insmod';
import type { ExportCase } from './export_cases';

/** A case with the results of its module; undefined: the kernel is not there. */
export interface ExportRow extends ExportCase {
  readonly onBuggy?: ModuleResult;
  readonly onRight?: ModuleResult;
}

export const isRight = ({ onBuggy, onRight }: ExportRow): boolean =>
  onBuggy?.verdict === 'FAIL' && onRight?.verdict === 'PASS';

/** The table as Markdown. */
export function tableText(rows: readonly ExportRow[]): string {
  const lines = rows.map((row) => [
    isRight(row) ? 'yes' : 'NO',
    row.name,
    row.origin,
    `${row.buggy}: ${textOf(row.onBuggy)}`,
    `${row.right}: ${textOf(row.onRight)}`,
    row.onBuggy?.why ?? '',
  ]);
  return [
    `${rows.filter(isRight).length} of ${rows.length} modules FAIL on the kernel with the bug and PASS on the other.`,
    '',
    '| right | program | where it is from | kernel with the bug | kernel without it | the first difference |',
    '|---|---|---|---|---|---|',
    ...lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
    '',
  ].join('\n');
}

function textOf(result: ModuleResult | undefined): string {
  return result === undefined ? 'not there' : result.verdict;
}
