import type { Command } from 'commander';
import { costProgram, measurePath } from '../costs/measure_path';
import { COST_PATHS } from '../costs/paths';
import { nearest } from '../program/nearest';
import { costsText } from '../report/costs_text';
import { UsageError } from '../targets/errors';
import { printJson, printLine } from './output';

/** `skbcheck costs`: what a packet costs on each way, counted in the model. */
export function addCosts(program: Command): void {
  program
    .command('costs')
    .description(
      'count page allocations, DMA maps and syncs, skb allocations and copied bytes per packet, path by path',
    )
    .option('--program <path>', 'print the program of a path instead, for a few packets')
    .option('--json', 'print one JSON document')
    .action((options: { program?: string; json?: boolean }) => {
      if (options.program !== undefined) {
        process.stdout.write(programOf(options.program));
        return;
      }
      const costs = COST_PATHS.map(measurePath);
      if (options.json === true) printJson({ paths: costs });
      else printLine(costsText(costs));
    });
}

const SHOWN_PACKETS = 2;

function programOf(name: string): string {
  const path = COST_PATHS.find((one) => one.name === name);
  if (path !== undefined) return costProgram(path, SHOWN_PACKETS);
  const names = COST_PATHS.map((one) => one.name);
  const best = nearest(name, names);
  throw new UsageError(
    `no path '${name}'${best === undefined ? '' : `, did you mean '${best}'?`}; one of: ${names.join(', ')}`,
  );
}
