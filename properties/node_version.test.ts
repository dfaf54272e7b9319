// A Node that is too old is told so, with a way to a newer one, by words that it can read.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BIN, ROOT } from './support/cli';

const FILE = path.join(ROOT, 'tools', 'node_version.js');
const { whyTooOld } = jest.requireActual<{ whyTooOld: (version: string) => string | null }>(FILE);

/** The parser of eslint. */
const espree = jest.requireActual<{ parse: (text: string, options: { ecmaVersion: number }) => unknown }>('espree');

test('Node 20 and newer are taken, those before are not', () => {
  expect(['20.0.0', '20.20.2', '22.1.0', '100.0.0'].map(whyTooOld)).toEqual([null, null, null, null]);
  for (const version of ['0.12.18', '18.20.4', '19.9.0'])
    expect(whyTooOld(version)).toContain(`Node ${version} is too old`);
});

test('bin/skbcheck.js on Debian 12’s own Node ends with one line, which says how to get another', () => {
  const old = `Object.defineProperty(process.versions, 'node', { value: '18.20.4' }); require(${JSON.stringify(BIN)})`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', old, 'list'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^skbcheck: error: Node 18\.20\.4 is too old, .*npm install --global node@22\n$/);
});

test('both files have no syntax that an old Node cannot read', () => {
  for (const file of [FILE, BIN]) {
    const text = readFileSync(file, 'utf8').replace(/^#!.*/, '');
    expect(() => espree.parse(text, { ecmaVersion: 5 })).not.toThrow();
  }
  expect(() => espree.parse('const a = () => `b`;', { ecmaVersion: 5 })).toThrow();
});

test('the page that begins on a fresh machine says the same', () => {
  const page = readFileSync(path.join(ROOT, 'docs', 'how-to', 'outside.md'), 'utf8');
  const command = /npm install --global node@\d+/.exec(whyTooOld('18.0.0') ?? '')?.[0] ?? 'none';
  expect(page).toContain(command);
});
