import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StatsLine } from '../src/campaign/campaign_types';

/**
 * `npm run bench-campaign`: commands per second of one worker and of two, in turns in one run. What counts is the ratio: two workers do
 * at least 1.9 times as much as one, on a machine with two cores that has nothing else to do. With `--memory 5m`: one campaign of that
 * time, and the resident memory of its workers after its first minute and at its end.
 */
const BIN = path.join(__dirname, '..', '..', 'bin', 'skbcheck.js');
const ROUNDS = 3;
/** Of each round, the start is not counted: workers begin, and their code is compiled. */
const ROUND_SECONDS = 20;
const WARM_SECONDS = 8;

/** The lines of stats.jsonl of a campaign of so many seconds. */
async function linesOf(workers: number, time: string, seed: number): Promise<StatsLine[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'skbcheck-bench-'));
  const words = ['--scenarios', 'core', '--targets', 'model', '--lease', '500', '--seed', String(seed)];
  const child = spawn(
    process.execPath,
    [BIN, 'campaign', ...words, '--workers', String(workers), '--time', time, '--dir', folder],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await new Promise((resolve) => child.once('close', resolve));
  const text = readFileSync(path.join(folder, 'stats.jsonl'), 'utf8');
  rmSync(folder, { recursive: true, force: true });
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as StatsLine);
}

/** Commands per second between the end of the start and the end, of all workers. */
async function rateOf(workers: number, seed: number): Promise<number> {
  const lines = await linesOf(workers, `${ROUND_SECONDS}s`, seed);
  const warm = lines.filter(({ seconds }) => seconds >= WARM_SECONDS && seconds <= ROUND_SECONDS);
  const [first, last] = [warm[0], warm[warm.length - 1]];
  const sum = (line: StatsLine): number => line.workers.reduce((total, { commands }) => total + commands, 0);
  return (sum(last) - sum(first)) / (last.seconds - first.seconds);
}

async function speed(): Promise<void> {
  const rates = new Map<number, number[]>([
    [1, []],
    [2, []],
  ]);
  for (let round = 0; round < ROUNDS; round++)
    for (const [workers, measured] of rates) measured.push(await rateOf(workers, round));
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
  const [one, two] = [...rates.values()].map(median);
  const shown = (rate: number): string => Math.round(rate).toLocaleString('en-US').padStart(10);
  process.stdout.write(`${shown(one)}/s  one worker\n${shown(two)}/s  two workers\n`);
  process.stdout.write(`${(two / one).toFixed(2).padStart(10)}x   two workers over one\n`);
}

async function memory(time: string): Promise<void> {
  const lines = (await linesOf(2, time, 0)).filter(({ workers }) => workers.every(({ rssBytes }) => rssBytes > 0));
  const early = lines.find(({ seconds }) => seconds >= 60) ?? lines[0];
  for (const { seconds, workers } of [early, lines[lines.length - 1]]) {
    const each = workers.map(({ id, rssBytes }) => `${id} ${(rssBytes / 2 ** 20).toFixed(0)} MiB`).join(', ');
    process.stdout.write(`after ${seconds.toFixed(0)} s: ${each}\n`);
  }
}

const at = process.argv.indexOf('--memory');
void (at < 0 ? speed() : memory(process.argv[at + 1]));
