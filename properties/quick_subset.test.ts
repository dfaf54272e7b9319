// `npm run test:quick` leaves out test files by name: each is there, and a new file is part of the subset.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './support/cli';

const slow = JSON.parse(readFileSync(path.join(ROOT, 'tools/slow_tests.json'), 'utf8')) as Record<string, string[]>;
const left = Object.values(slow).flat();
const files = ['properties', 'regressions']
  .flatMap((folder) => readdirSync(path.join(ROOT, folder)))
  .flatMap((file) => /^(.+)\.test\.ts$/.exec(file)?.slice(1) ?? []);

test('each file that it leaves out is there, once', () => {
  expect(left.filter((name) => !files.includes(name))).toEqual([]);
  expect(new Set(left).size).toBe(left.length);
});

test('it is no empty subset: it has more than a third of the files', () => {
  expect(files.length - left.length).toBeGreaterThan(files.length / 3);
});
