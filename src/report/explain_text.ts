import { printCall } from '../program/print';
import type { FindingReport } from './finding_report';

/** The arguments that may vary in a finding's program, and the nearest program that does not fail, for people. */
export function explainedLines({ explained, program }: FindingReport): string[] {
  if (explained === undefined) return [];
  const { free, nearest, exhausted } = explained;
  const lines: string[] = [];
  const varied = freeLines({ explained, program });
  if (varied.length > 0) lines.push('', 'fails the same way with:', ...varied.map((line) => `    ${line}`));
  if (nearest !== undefined) lines.push('', `does not fail ${withText(nearest.difference)}`);
  else if (free.length > 0 && !exhausted) lines.push('', 'no other argument and no line less makes it clean');
  if (exhausted) lines.push('(not every argument was tried: the budget was spent)');
  return lines;
}

function withText(difference: string): string {
  return difference.startsWith('without') ? difference : `with ${difference}`;
}

/** The calls that have arguments that may vary, with these in words: `alloc_skb(size: any)`. */
export function freeLines({ explained, program }: Pick<FindingReport, 'explained' | 'program'>): string[] {
  const free = explained?.free ?? [];
  return program.calls.flatMap((call, position) => {
    const words = free.filter((one) => one.call === position);
    if (words.length === 0) return [];
    const valueOf = (name: string): string | undefined => words.find(({ argument }) => argument === name)?.values;
    return [printCall(call, program.names, valueOf)];
  });
}
