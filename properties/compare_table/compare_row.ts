import type { CompareDocument } from '../../src/report/documents/compare_document';
import { count, plural } from '../../src/report/figures';
import type { CompareCase } from './compare_cases';
import { isOfThePatch } from './of_the_patch';

/** A case with its comparison; plain data. */
export interface CompareRow extends Omit<CompareCase, 'mutant'> {
  /** Of all scenarios together. */
  readonly compared: number;
  readonly seconds: number;
  /** By scenario. */
  readonly comparedIn: Readonly<Record<string, number>>;
  readonly found: readonly Found[];
  /** Why less was compared than was asked for. */
  readonly lacks: readonly string[];
}

interface Found {
  readonly scenario: string;
  readonly signature: string;
  /** It shows the bug of the patch. */
  readonly isOfThePatch: boolean;
  readonly afterCommands: number;
  readonly afterSeconds: number;
  readonly commandsBefore: number;
  readonly commandsAfter: number;
}

export function rowOf({ mutant, ...one }: CompareCase, document: CompareDocument): CompareRow {
  const { scenarios, findings, notCompared, compared, seconds } = document;
  return {
    ...one,
    compared,
    seconds,
    comparedIn: Object.fromEntries(scenarios.map(({ scenario, compared: of }) => [scenario, of])),
    found: findings.map((finding) => ({
      scenario: finding.scenario,
      signature: finding.signature,
      isOfThePatch: mutant !== undefined && isOfThePatch(finding, mutant),
      afterCommands: finding.afterCommands,
      afterSeconds: finding.afterSeconds,
      commandsBefore: finding.commandsBefore,
      commandsAfter: finding.commandsAfter,
    })),
    lacks: [
      // The search of a bug ends at its first finding, and leaves the scenarios behind it.
      ...(findings.length > 0 ? [] : notCompared.map(({ scenario, why }) => `${scenario}: ${why}`)),
      ...scenarios.flatMap(({ scenario, lost, unanswered, cutShort }) => [
        ...(lost > 0 ? [`${scenario}: ${plural(lost, 'program')} lost`] : []),
        ...(unanswered > 0 ? [`${scenario}: ${plural(unanswered, 'command')} not answered`] : []),
        ...(cutShort === undefined ? [] : [`${scenario}: ${cutShort}`]),
      ]),
    ],
  };
}

/**
 * Returns whether a row is as it should be. A harmless patch must also have been compared to the end. A bug must be the
 * patch's own: each finding shows it.
 */
export function isExpected({ expected, found, compared, lacks }: CompareRow): boolean {
  return expected === 'a difference'
    ? found.length > 0 && found.every((one) => one.isOfThePatch)
    : found.length === 0 && compared > 0 && lacks.length === 0;
}

/** The rows as Markdown. */
export function tableText(rows: readonly CompareRow[]): string {
  const lines = rows.map((row) => {
    const [first] = row.found;
    const after =
      first === undefined ? '' : `${plural(first.afterCommands, 'command')}, ${first.afterSeconds.toFixed(0)} s`;
    return [
      isExpected(row) ? 'yes' : 'NO',
      row.name,
      row.expected,
      `${count(row.compared)} in ${row.seconds.toFixed(0)} s`,
      after,
      first === undefined ? row.lacks.join('; ') : `\`${first.signature}\`${strayOf(row)}`,
    ];
  });
  return [
    `${rows.filter(isExpected).length} of ${rows.length} comparisons are as expected.`,
    '',
    '| right | patch | expected | commands compared | found after | signature |',
    '|---|---|---|---|---|---|',
    ...lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
    '',
  ].join('\n');
}

function strayOf({ kind, found }: CompareRow): string {
  return kind !== 'bug' || found.every((one) => one.isOfThePatch) ? '' : ', which is not the bug of the patch';
}
