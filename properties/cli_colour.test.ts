// Colours: NO_COLOR, FORCE_COLOR and TERM=dumb count for every command, in one place.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isColoured, isSteered } from '../src/cli/support/colour';
import { buildOnce, folderForTests, ROOT, skbcheck } from './support/cli';
import { mutantOf } from './support/model';
import { sourceFiles } from './support/source_files';

const folder = folderForTests('colour');
const TERMINAL = { isTTY: true };
const FILE = { isTTY: false };

test.each([
  ['a terminal', TERMINAL, {}, true],
  ['a file', FILE, {}, false],
  ['NO_COLOR on a terminal', TERMINAL, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR, which is none', TERMINAL, { NO_COLOR: '' }, true],
  ['FORCE_COLOR in a file', FILE, { FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR=0 on a terminal', TERMINAL, { FORCE_COLOR: '0' }, false],
  ['NO_COLOR against FORCE_COLOR', TERMINAL, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ['a dumb terminal', TERMINAL, { TERM: 'dumb' }, false],
  ['a CI job, whose output is a file', FILE, { CI: 'true' }, false],
])('%s', (_, stream, env, coloured) => expect(isColoured(stream, env)).toBe(coloured));

test('a dumb terminal has no status line, whatever colours are asked for', () => {
  expect(isSteered(TERMINAL, { TERM: 'dumb', FORCE_COLOR: '1' })).toBe(false);
  expect(isSteered(TERMINAL, { TERM: 'xterm' })).toBe(true);
});

test('a finding has colours if they are forced, and NO_COLOR takes them away', () => {
  buildOnce();
  writeFileSync(path.join(folder, 'f.skb'), `profile linux-6.12\nmutant F1\n${mutantOf('F1').program}`);
  const run = (env: NodeJS.ProcessEnv): string => skbcheck(['run', 'f.skb'], { cwd: folder, env }).stdout;
  const plain = run({ NO_COLOR: '1', FORCE_COLOR: '1' });
  const coloured = run({ NO_COLOR: '', FORCE_COLOR: '1' });
  // eslint-disable-next-line no-control-regex
  const colours = /\u001b\[\d+m/g;
  expect(plain).not.toMatch(colours);
  expect(coloured).toMatch(colours);
  expect(coloured.replace(colours, '')).toBe(plain);
});

test('nothing else asks whether a stream is a terminal', () => {
  const asking = sourceFiles('src', '.ts').filter((file) =>
    /\bisTTY\b/.test(readFileSync(path.join(ROOT, file), 'utf8')),
  );
  expect(asking).toEqual(['src/cli/support/colour.ts']);
});
