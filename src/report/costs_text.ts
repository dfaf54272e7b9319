import type { XskRatio } from '../costs/measure_xsk';
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

/** A table for each group of paths: costs per packet. */
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

/** The gain of pages over copying, beside the figures that the cover letter of 2021 reports from a cloud machine. */
export function xskRatiosText(target: string, ratios: readonly XskRatio[]): string {
  const rows = ratios.map(({ bytes, percent, textPercent, copyMicros, zerocopyMicros }) =>
    [
      `${bytes} bytes`.padEnd(NAME_WIDTH),
      copyMicros.toFixed(2).padStart(COLUMN_WIDTH),
      zerocopyMicros.toFixed(2).padStart(COLUMN_WIDTH),
      `${percent.toFixed(1)} %`.padStart(COLUMN_WIDTH),
      `${textPercent.toFixed(1)} %`.padStart(COLUMN_WIDTH),
    ].join(''),
  );
  const titles = ['copy, µs', 'page, µs', 'gain', '2021'].map((title) => title.padStart(COLUMN_WIDTH)).join('');
  return [
    `AF_XDP on ${target}, measured in one run; 2021: Xuan Zhuo on a cloud machine (here a VM)`,
    `${''.padEnd(NAME_WIDTH)}${titles}`,
    ...rows,
  ].join('\n');
}
