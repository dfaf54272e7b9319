import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LeaseResult, StatsLine } from '../src/campaign/campaign_types';

/**
 * `npm run bench-campaign`: commands per second of one worker and of two, in turns in one run. Compare only the ratio:
 * two workers do at least 1.9 times as much as one, on a machine with two cores that is otherwise idle. No worker
 * counts branches. In a campaign the first one does, which would make one worker slow, and the ratio too good.
 * With `--memory 5m`: one campaign of that time, and the resident memory of its workers after its first minute and at
 * its end.
 */
const BIN = path.join(__dirname, '..', '..', 'bin', 'skbcheck.js');
const ROUNDS = 3;
/** Each round leaves out its start, in which workers begin and their code is compiled. */
const ROUND_SECONDS = 20;
const WARM_SECONDS = 8;

/** The records of a campaign of a given time. */
interface Ran {
  readonly lines: readonly StatsLine[];
  /** Of completed leases. */
  readonly perProcessorSecond: number;
}

async function run(workers: number, time: string, seed: number, ...more: string[]): Promise<Ran> {
  const folder = mkdtempSync(path.join(tmpdir(), 'skbcheck-bench-'));
  const words = ['--scenarios', 'core', '--targets', 'model', '--seed', String(seed)];
  const child = spawn(
    process.execPath,
    [BIN, 'campaign', ...words, '--workers', String(workers), '--time', time, '--dir', folder, ...more],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await new Promise((resolve) => child.once('close', resolve));
  const linesOf = <T>(file: string): T[] => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    return text.split('\n').slice(0, -1).map((line) => JSON.parse(line) as T); // prettier-ignore
  };
  const lines = linesOf<StatsLine>('stats.jsonl');
  const leases = linesOf<LeaseResult>('ledger.jsonl');
  rmSync(folder, { recursive: true, force: true });
  const sum = (of: (lease: LeaseResult) => number): number => leases.reduce((total, lease) => total + of(lease), 0);
  return { lines, perProcessorSecond: sum(({ commands }) => commands) / sum(({ cpuSeconds }) => cpuSeconds) };
}

interface Rates {
  /** Commands in each second between the end of the start and the end, of all workers. */
  readonly wall: number;
  readonly processor: number;
}

async function ratesOf(workers: number, seed: number): Promise<Rates> {
  const { lines, perProcessorSecond } = await run(workers, `${ROUND_SECONDS}s`, seed, '--no-branches');
  const warm = lines.filter(({ seconds }) => seconds >= WARM_SECONDS && seconds <= ROUND_SECONDS);
  const [first, last] = [warm[0], warm[warm.length - 1]];
  const sum = (line: StatsLine): number => line.workers.reduce((total, { commands }) => total + commands, 0);
  return { wall: (sum(last) - sum(first)) / (last.seconds - first.seconds), processor: perProcessorSecond };
}

async function speed(): Promise<void> {
  const measured = new Map<number, Rates[]>([
    [1, []],
    [2, []],
  ]);
  for (let round = 0; round < ROUNDS; round++)
    for (const [workers, rates] of measured) rates.push(await ratesOf(workers, round));
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
  const [one, two] = [...measured.values()].map((rates) => ({
    wall: median(rates.map(({ wall }) => wall)),
    processor: median(rates.map(({ processor }) => processor)),
  }));
  const shown = (rate: number): string => Math.round(rate).toLocaleString('en-US').padStart(10);
  for (const [name, { wall, processor }] of [
    ['one worker', one],
    ['two workers', two],
  ] as const)
    // prettier-ignore
    process.stdout.write(`${shown(wall)}/s  ${name}: ${shown(processor).trim()} in each second of a processor\n`);
  process.stdout.write(`${(two.wall / one.wall).toFixed(2).padStart(10)}x   two workers over one\n`);
}

async function memory(time: string): Promise<void> {
  const lines = (await run(2, time, 0)).lines.filter(({ workers }) => workers.every(({ rssBytes }) => rssBytes > 0));
  const early = lines.find(({ seconds }) => seconds >= 60) ?? lines[0];
  for (const { seconds, workers } of [early, lines[lines.length - 1]]) {
    const each = workers.map(({ id, rssBytes }) => `${id} ${(rssBytes / 2 ** 20).toFixed(0)} MiB`).join(', ');
    process.stdout.write(`after ${seconds.toFixed(0)} s: ${each}\n`);
  }
}

const at = process.argv.indexOf('--memory');
void (at < 0 ? speed() : memory(process.argv[at + 1]));
