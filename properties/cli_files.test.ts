// `-` is stdin and stdout wherever a file is named; `keep` writes where it says.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandTree } from '../src/cli/main';
import { commandsIn } from '../src/cli/help/add_help';
import { buildOnce, folderForTests, ROOT, skbcheck, type Ended } from './support/cli';
import { mutantOf } from './support/model';

const folder = folderForTests('files');
const FAILING = `profile linux-6.12\nmutant F1\n${mutantOf('F1').program}`;
const piped = (args: readonly string[], text: string): Ended =>
  skbcheck(args, { cwd: folder, input: Buffer.from(text) });

beforeAll(buildOnce);

/** By command: a command line with `-` for each argument and option that is a file. A new one fails the test below. */
const WITH_STREAMS: Record<string, readonly string[]> = {
  'campaign --known': ['campaign', '--known', '-', '--time', '10s'],
  'run file': ['run', '-'],
  'bisect file': ['bisect', '-', '--from', '6.1', '--to', '7.3'],
  'reach file': ['reach', '-', '--target', './none'],
  'reduce file': ['reduce', '-'],
  'reduce --output': ['reduce', '-', '-o', '-'],
  'keep file': ['keep', '-', 'kept', '--dir', 'kept'],
  'fuzz --log': ['fuzz', 'core', '--commands', '40', '--log', '-'],
  'export file': ['export', '-', '-o', 'exported'],
  'show file': ['show', '-', '-o', 'page.html'],
  'show --output': ['show', '-', '-o', '-'],
  'report --mutants': ['report', 'none', '--mutants', '-'],
  'mutants --html': ['mutants', '--html', '-', '--json'],
  'kernel build --patch': ['kernel', 'build', '--source', 'none', '-o', 'out', '--patch', '-'],
};

test('every argument and option that names a file is known here', () => {
  const named = commandsIn(commandTree()).flatMap(({ words, command }) => [
    ...command.registeredArguments.filter((argument) => argument.name() === 'file').map(() => `${words} file`),
    ...command.options.filter(({ flags }) => flags.includes('<file>')).map(({ long }) => `${words} ${long}`),
  ]);
  expect(named.sort()).toEqual(Object.keys(WITH_STREAMS).sort());
});

test.each(Object.entries(WITH_STREAMS))('%s: - is no file of that name', (_, args) => {
  const { stderr } = piped(args, 'nothing');
  expect(stderr).not.toMatch(/ENOENT.*'-'|cannot read -/);
  expect(existsSync(path.join(folder, '-'))).toBe(false);
});

test('a program goes through a pipe: reduced from stdin to stdout, run, and shown', () => {
  const reduced = piped(['reduce', '-', '-o', '-'], FAILING);
  expect(reduced).toMatchObject({ code: 1, stderr: expect.stringMatching(/commands reduced to/) as string });
  expect(reduced.stdout).toMatch(/^profile linux-6\.12\nmutant F1\n/);
  expect(piped(['run', '-'], reduced.stdout).code).toBe(1);
  expect(piped(['run', '-', '-', '--json'], reduced.stdout).stdout).toContain('"kind": "runs"');
  const page = piped(['show', '-', '-o', '-'], reduced.stdout);
  expect(page.stdout).toMatch(/^<!doctype html>/i);
  expect(page.stdout.trimEnd()).toMatch(/<\/html>$/i);
});

test('a mistake in a program from stdin has a place', () => {
  const { code, stderr } = piped(['run', '-'], 'profile linux-6.12\nskb1 = aloc_skb(size: 0)\n');
  expect({ code, stderr: stderr.split(',')[0] }).toEqual({ code: 2, stderr: "-:2:8: error: no command 'aloc_skb'" });
});

test('two things cannot both go to stdout', () => {
  const { code, stderr, stdout } = piped(['reduce', '-', '-o', '-', '--json'], FAILING);
  expect({ code, document: JSON.parse(stdout) as unknown }).toMatchObject({ code: 2, document: { kind: 'error' } });
  expect(stderr).toMatch(/^skbcheck: error: -o - and --json both write to stdout: choose one\n$/);
});

describe('keep', () => {
  const kept = path.join(folder, 'mine', 'x.skb');

  test('takes a name with .skb, and says that no test runs what stands elsewhere', () => {
    const { code, stdout } = piped(['keep', '-', 'x.skb', '--dir', 'mine'], FAILING);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'kept as mine/x.skb; no test runs it by itself: npx skbcheck run mine/x.skb\n',
    });
    expect(readdirSync(path.dirname(kept))).toEqual(['x.skb']);
    expect(readFileSync(kept, 'utf8')).toMatch(/^expect clean$/m);
  });

  test('never replaces one of that name without --force, in the directory that it writes to', () => {
    mkdirSync(path.dirname(kept), { recursive: true });
    writeFileSync(kept, 'profile linux-6.12\n');
    const { code, stderr } = piped(['keep', '-', 'x', '--dir', 'mine'], FAILING);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'skbcheck: error: mine/x.skb is there already; another name, or --force\n',
    });
  });

  test('guards the regressions of the checkout from every directory', () => {
    const { code, stderr } = piped(['keep', '-', 'clone-with-a-head-of-its-own'], FAILING);
    const place = path.join(ROOT, 'regressions', 'clone-with-a-head-of-its-own.skb');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `skbcheck: error: ${place} is there already; another name, or --force\n`,
    });
    expect(existsSync(path.join(folder, 'regressions'))).toBe(false);
  });
});
