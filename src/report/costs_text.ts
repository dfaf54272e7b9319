import type { PathCost } from '../costs/path';

const COLUMNS: readonly (readonly [title: string, value: (cost: PathCost) => string])[] = [
  ['bytes', ({ bytes }) => String(bytes)],
  ['pages', ({ pageAllocs }) => figure(pageAllocs)],
  ['DMA maps', ({ dmaMaps }) => figure(dmaMaps)],
  ['syncs', ({ dmaSyncs }) => figure(dmaSyncs)],
  ['sk_buffs', ({ skbAllocs }) => figure(skbAllocs)],
  ['heads', ({ headAllocs }) => figure(headAllocs)],
  ['copied', ({ bytesCopied }) => figure(bytesCopied)],
];
const NAME_WIDTH = 24;
const COLUMN_WIDTH = 9;

/** A table for each group: per packet, what each way costs. */
export function costsText(costs: readonly PathCost[]): string {
  const groups = [...new Set(costs.map(({ group }) => group))];
  return groups
    .map((group) =>
      groupText(
        group,
        costs.filter((cost) => cost.group === group),
      ),
    )
    .join('\n\n');
}

function groupText(group: string, costs: readonly PathCost[]): string {
  const header = COLUMNS.map(([title]) => title.padStart(COLUMN_WIDTH)).join('');
  const rows = costs.map((cost) => {
    const cells = COLUMNS.map(([, value]) => value(cost).padStart(COLUMN_WIDTH)).join('');
    return `${cost.name.padEnd(NAME_WIDTH)}${cells}  ${cost.title}`;
  });
  return [`${group}: per packet (${costs[0].source})`, `${''.padEnd(NAME_WIDTH)}${header}`, ...rows].join('\n');
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
