// Ctrl-C and SIGTERM end every npm script, with all that it started, and its exit code says so.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { buildOnce, folderForTests, livingOf, ROOT, running } from './support/cli';
import { opens } from './support/opened';
import { until } from './support/until';

const folder = folderForTests('npm-scripts');
/** Directories of the campaigns that `npm run kills` starts, each in a group of its own. */
const KILLED = path.join(folder, 'skbcheck-kills-');
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
  const child = spawn(command, [...fromDist, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
    detached: true,
  });
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

type Works = (started: Started) => boolean;

const says =
  (pattern: RegExp): Works =>
  ({ said }) =>
    pattern.test(said());
const hasProcesses =
  (count: number): Works =>
  ({ group }) =>
    livingOf(group).length >= count;

/** A script, its arguments, and when it works. */
const WORKING: readonly [script: string, args: readonly string[], works: Works][] = [
  ['fuzz', ['--time', '1h'], says(/seed \d+: .*skbcheck fuzz core/)],
  ['start', [], says(/seed \d+: .*skbcheck fuzz core/)],
  ['nightly', ['--time', '1h', '--workers', '1', '--targets', 'model'], hasProcesses(2)],
  ['kills', ['--rounds', '1000'], () => running(KILLED) > 0],
  ['edits', ['--workers', '1'], hasProcesses(3)],
  ['bench', ['--quick'], hasProcesses(1)],
  ['test', ['--listTests'], hasProcesses(2)],
];

beforeAll(buildOnce);

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s to one process of a script', (signal, code) => {
  test.each(WORKING)(
    `npm run %s ends with exit code ${code}, and no process of it lives on`,
    async (script, args, works) => {
      const started = await start(script, args);
      const { pid, group, said, ended, isOver } = started;
      await until(() => isOver() || works(started));
      expect({ isOver: isOver(), said: isOver() ? said() : '' }).toEqual({ isOver: false, said: '' });
      process.kill(pid, signal);
      expect(await ended).toBe(code);
      await until(() => livingOf(group).length === 0 && running(KILLED) === 0);
    },
  );
});

test('npm run fuzz -- --time is the time of all scenarios together, and names those that it does not reach', async () => {
  const { ended, said } = await start('fuzz', ['--time', '1ms']);
  const code = await ended;
  expect(code).toBe(4);
  expect(said()).toMatch(/the time is over; not searched: .*xsk/);
  const searched = [...said().matchAll(/: (?:npx )?skbcheck fuzz (\S+)/g)].map(([, name]) => name);
  expect(searched.length).toBeLessThan(SCENARIOS.length);
});
