// The instrumented files of the model: made once, kept in the cache, made again when a source or the cache is not good.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { CountedFiles } from '../src/corpus/counted_files';
import { buildOnce, folderForTests, ROOT } from './support/cli';

const folder = folderForTests('counted-files');
const at = (name: string): string => path.join(folder, name);

/** Asks for the codes of files, by their names, as one process does; returns the names that it instrumented. */
function instrumentedBy(file: string, version: string, sources: Readonly<Record<string, string>>): string[] {
  const kept = new CountedFiles(file, version);
  const made: string[] = [];
  for (const [name, source] of Object.entries(sources)) {
    const code = kept.codeOf([name, source], () => {
      made.push(name);
      return `counted ${source}`;
    });
    expect(code).toBe(`counted ${source}`);
  }
  kept.save();
  return made;
}

test('a file is instrumented once, and again when its source or the instrumenter changes', () => {
  const file = at('kept/model.json');
  expect(instrumentedBy(file, '1', { a: 'x', b: 'y' })).toEqual(['a', 'b']);
  expect(instrumentedBy(file, '1', { a: 'x', b: 'y' })).toEqual([]);
  expect(instrumentedBy(file, '1', { a: 'x', b: 'z' })).toEqual(['b']);
  expect(instrumentedBy(file, '2', { a: 'x', b: 'z' })).toEqual(['a', 'b']);
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object).length).toBe(2);
});

test.each(['', '{"half', 'null', '[]', '"text"'])('a damaged cache (%j) is made again', (text) => {
  const file = at('damaged.json');
  writeFileSync(file, text);
  expect(instrumentedBy(file, '1', { a: 'x' })).toEqual(['a']);
  expect(instrumentedBy(file, '1', { a: 'x' })).toEqual([]);
});

test('a cache that cannot be written costs time only', () => {
  writeFileSync(at('file'), '');
  for (const file of ['/proc/skbcheck/model.json', at('file/model.json')]) {
    expect(instrumentedBy(file, '1', { a: 'x' })).toEqual(['a']);
    expect(instrumentedBy(file, '1', { a: 'x' })).toEqual(['a']);
  }
});

test('the second process that counts loads no Babel, and counts the same files', () => {
  buildOnce();
  mkdirSync(at('cache'), { recursive: true });
  const dist = path.join(ROOT, 'dist', 'src');
  const script = `require('${dist}/cli/main.js');
    const hasBabel = Object.keys(require.cache).some((file) => file.includes('@babel'));
    process.stdout.write(JSON.stringify({ hasBabel, files: Object.keys(globalThis.__skbcheck_coverage__).length }));`;
  const runs = [1, 2].map(() => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['-r', path.join(dist, 'corpus', 'coverage_hook.js'), '-e', script],
      { env: { ...process.env, SKBCHECK_COVERAGE: '1', SKBCHECK_CACHE: at('cache') }, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    return JSON.parse(stdout) as { hasBabel: boolean; files: number };
  });
  expect(runs.map(({ hasBabel }) => hasBabel)).toEqual([true, false]);
  expect(runs[1].files).toBe(runs[0].files);
  expect(runs[1].files).toBeGreaterThan(100);
});
