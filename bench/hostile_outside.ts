import { plural } from '../src/program/counts';
import { openOutside } from '../src/targets/linux/outside/outside_link';
import { runHostile, type HostileFigures } from './hostile_run';

/*
 * `node tools/run_built.js bench/hostile_outside.js [TARGET] [PROGRAMS] [FIRST]`: mutated programs and messages for the
 * executor of a kernel, and what they cost: deaths of the VM, and memory of this process.
 */

async function main([target = 'linux-7.3', programs = '10000', first = '1']: readonly string[]): Promise<void> {
  const tell = (figures: HostileFigures): void => void process.stdout.write(`${JSON.stringify(figures)}\n`);
  const startedAt_ms = performance.now();
  const figures = await runHostile(target, () => openOutside(target), Number(programs), Number(first), tell);
  const seconds = (performance.now() - startedAt_ms) / 1000;
  const rate = (figures.programs / seconds).toFixed(1);
  process.stdout.write(`${plural(figures.programs, 'program')} in ${seconds.toFixed(0)} s (${rate}/s): `);
  process.stdout.write(`${plural(figures.deaths.length, 'death')}\n`);
}

void main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`skbcheck: error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(3);
  },
);
