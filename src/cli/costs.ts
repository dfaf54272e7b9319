import { didYouMean } from '../program/did_you_mean';
import type { Command } from 'commander';
import { costProgram, measurePath } from '../costs/measure_path';
import { measureXsk, profileOfTarget, type XskRatio } from '../costs/measure_xsk';
import { COST_PATHS } from '../costs/paths';
import { costsText, xskRatiosText } from '../report/costs_text';
import { UsageError } from '../session/errors';
import { availableTargets, bootTarget } from '../targets/linux';
import { vmLink } from '../targets/linux/link';
import { note, printDocument, printLine } from './support/output';

const SHOWN_PACKETS = 2;

interface CostsOptions {
  readonly program?: string;
  readonly target?: string;
  readonly json?: boolean;
}

/**
 * `skbcheck costs`: the costs of a packet on each path, counted in the model, and the gain of AF_XDP by pages, measured
 * in a VM.
 */
export function addCosts(program: Command): void {
  program
    .command('costs')
    .description(
      'count page allocations, DMA maps and syncs, skb allocations and copied bytes per packet, path by path',
    )
    .option('--program <path>', 'print the program of a path instead, with a few packets')
    .option('--target <target>', 'kernel on which AF_XDP is measured, or none; default: the newest that is set up')
    .option('--json', 'print one JSON document')
    .action(async (options: CostsOptions) => {
      if (options.program !== undefined) {
        const program = programOf(options.program);
        if (options.json === true) printDocument('costs-program', { path: options.program, program });
        else process.stdout.write(program);
        return;
      }
      const costs = COST_PATHS.map(measurePath);
      const target = targetOf(options.target);
      const ratios = target === null ? [] : await measured(target);
      if (options.json === true)
        printDocument('costs', {
          ...{ paths: costs, target, af_xdp: ratios },
          notSearched: target === null && options.target !== 'none' ? 1 : 0,
        });
      else {
        printLine(costsText(costs));
        if (target !== null) printLine(`\n${xskRatiosText(target, ratios)}`);
      }
    });
}

function targetOf(asked: string | undefined): string | null {
  const available = availableTargets();
  if (asked === 'none') return null;
  if (asked !== undefined) {
    if (available.includes(asked)) return asked;
    throw new UsageError(`no target '${asked}' is set up; one of: ${[...available, 'none'].join(', ')}`);
  }
  const newest = available[available.length - 1];
  if (newest === undefined) note('no Linux target is set up, so AF_XDP is not measured: npx skbcheck kernel setup');
  return newest ?? null;
}

async function measured(target: string): Promise<XskRatio[]> {
  const profile = profileOfTarget(target);
  const link = vmLink(target, await bootTarget(target), profile);
  try {
    return await measureXsk(link, profile, () => performance.now());
  } finally {
    await link.close();
  }
}

function programOf(name: string): string {
  const path = COST_PATHS.find((one) => one.name === name);
  if (path !== undefined) return costProgram(path, SHOWN_PACKETS);
  const names = COST_PATHS.map((one) => one.name);
  throw new UsageError(`no path '${name}'${didYouMean(name, names)}; one of: ${names.join(', ')}`);
}
