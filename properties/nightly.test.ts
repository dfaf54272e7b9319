// `npm run nightly`: each night searches anew, and begins with the corpus and the known findings of the night before.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { reportIn } from './support/campaign';
import { buildOnce, folderForTests, ROOT, type Ended } from './support/cli';

const KNOWN = '[{"signature":"no-leak skb","why":"mended in 6.13","until":"2999-01-01"}]\n';

const folder = folderForTests('nightly');
const at = (...names: string[]): string => path.join(folder, ...names);

function nightly(...words: string[]): Ended {
  const script = path.join(ROOT, 'tools', 'nightly.js');
  const done = spawnSync(process.execPath, [script, ...words], { cwd: folder, encoding: 'utf8' });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}

// Two leases of the lane, since the second keeps programs.
const FEW = ['--scenarios', 'core', '--targets', 'model', '--workers', '1', '--commands', '1500', '--no-branches'];

beforeAll(buildOnce);

test('a second night searches again, from the kept programs and known findings of the first, in its own directory', () => {
  expect(nightly(...FEW, '--date', '2026-11-28').code).toBe(0);
  const kept = readdirSync(at('nightly', '2026-11-28', 'corpus')).filter((name) => name.endsWith('.skb'));
  expect(kept.length).toBeGreaterThan(0);
  writeFileSync(at('nightly', '2026-11-28', 'known.json'), KNOWN);
  // A night without anything to take over, and a folder of something else.
  mkdirSync(at('nightly', '2026-11-29'));
  mkdirSync(at('nightly', 'notes'));

  const { code, stderr } = nightly(...FEW, '--date=2026-11-30');
  expect(code).toBe(0);
  expect(stderr).toContain(`nightly/2026-11-30: takes over corpus and known.json of 2026-11-28\n`);
  const second = reportIn(at('nightly', '2026-11-30'));
  expect(second).toMatchObject({ overBefore: false, unsearched: [] });
  expect(second.totals.commands).toBeGreaterThan(0);
  expect(readdirSync(at('nightly', '2026-11-30', 'corpus'))).toEqual(expect.arrayContaining(kept));
  expect(readFileSync(at('nightly', '2026-11-30', 'known.json'), 'utf8')).toBe(KNOWN);
});

test.each([['--date', 'today'], ['--dir=']])('a mistake gets a one-line answer: %s', (...words) => {
  const { code, stdout, stderr } = nightly(...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^nightly: error: --dir takes a folder, and --date a day such as \d{4}-\d{2}-\d{2}\n$/);
});
