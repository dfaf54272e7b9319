// Ctrl-C and SIGTERM end every npm script, with all that it started, and its exit code says so.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { buildOnce, folderForTests, livingOf, ROOT } from './support/cli';
import { opens } from './support/opened';
import { until } from './support/until';

const folder = folderForTests('npm-scripts');
const scripts = (
  JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

interface Started {
  readonly group: number;
  readonly pid: number;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
  readonly isOver: () => boolean;
}

/** Starts the command of a script, as npm does, in a group of its own. */
async function start(script: string, args: readonly string[]): Promise<Started> {
  const [command, ...words] = scripts[script]
    .split(' ')
    .map((word) => (/\.js$/.test(word) ? path.join(ROOT, word) : word));
  const atRoot = words.map((word) => (word.startsWith('properties/') ? path.join(ROOT, word) : word));
  const fromDist = atRoot.map((word) => word.replace(new RegExp(`^${ROOT}/(fuzz|bench)/`), '$1/'));
  const child = spawn(command, [...fromDist, ...args], { cwd: folder, detached: true });
  let text = '';
  let over = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  const ended = new Promise<number | null>((resolve) =>
    child.once('exit', (code, signal) => {
      over = true;
      resolve(signal === null ? code : 128 + (signal === 'SIGINT' ? 2 : 15));
    }),
  );
  const group = child.pid as number;
  await opens({
    close: async () => {
      if (livingOf(group).length > 0) process.kill(-group, 'SIGKILL');
      await ended;
    },
  });
  return { group, pid: group, said: () => text, ended, isOver: () => over };
}

/** A script, its arguments, and what it says once it works. */
const WORKING: readonly [script: string, args: readonly string[], works: RegExp][] = [
  ['fuzz', ['--time', '1h'], /seed \d+: npx skbcheck fuzz core/],
  ['start', [], /seed \d+: npx skbcheck fuzz core/],
  ['nightly', ['--time', '1h', '--workers', '1', '--targets', 'model'], /npx skbcheck campaign/],
  ['kills', ['--rounds', '1000'], /^/],
  ['edits', ['--workers', '1'], /edits, \d+ of them change nothing/],
  ['bench', ['--quick'], /^/],
  ['test', ['--listTests'], /^/],
];

beforeAll(buildOnce);

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s to one process of a script', (signal, code) => {
  test.each(WORKING)(
    `npm run %s ends with exit code ${code}, and no process of it lives on`,
    async (script, args, works) => {
      const { pid, group, said, ended, isOver } = await start(script, args);
      await until(() => isOver() || (works.test(said()) && livingOf(group).length > 0));
      expect({ isOver: isOver(), said: isOver() ? said() : '' }).toEqual({ isOver: false, said: '' });
      process.kill(pid, signal);
      expect(await ended).toBe(code);
      await until(() => livingOf(group).length === 0);
    },
  );
});

test('npm run fuzz -- --time is the time of all scenarios together, and names those that it does not reach', async () => {
  const { ended, said } = await start('fuzz', ['--time', '1ms']);
  const code = await ended;
  expect(code).toBe(4);
  expect(said()).toMatch(/the time is over; not searched: .*xsk/);
  const searched = [...said().matchAll(/npx skbcheck fuzz (\S+)/g)].map(([, name]) => name);
  expect(searched.length).toBeLessThan(SCENARIOS.length);
});
