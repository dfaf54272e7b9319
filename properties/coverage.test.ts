// Branches of the model that a search takes: counted in a process of its own, added up, with the lines of the sources.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CoverageMapData, FileCoverageData } from 'istanbul-lib-coverage';
import { branchesIn, mergedCoverage } from '../src/corpus/coverage';
import { buildOnce, folderForTests, ROOT } from './support/cli';

const folder = folderForTests('coverage');
const DIST = path.join(ROOT, 'dist', 'src');

interface Counted {
  readonly branches: { readonly covered: number; readonly total: number };
  readonly map: CoverageMapData;
  /** The number of arms that the first and the second run of the program took. */
  readonly taken: readonly number[];
  readonly otherFiles: number;
}

/** Runs a program twice in a process that counts. */
function counted(name: string, program: string): Counted {
  const script = path.join(folder, `${name}.js`);
  writeFileSync(
    script,
    `const { ModelCoverage } = require('${DIST}/corpus/coverage.js');
    const { parseProgram } = require('${DIST}/program/parse.js');
    const { sessionOn } = require('${DIST}/benchmark/broken.js');
    const { runOnModel } = require('${DIST}/session/run_model.js');
    const { findProfile } = require('${DIST}/rules/profiles.js');
    const session = sessionOn(findProfile('linux-6.12'));
    const coverage = ModelCoverage.ofThisProcess();
    coverage.takeHits();
    const taken = [0, 1].map(() => {
      runOnModel(session, parseProgram(${JSON.stringify(`profile linux-6.12\n${program}`)}, 'text'));
      return coverage.takeHits().length;
    });
    const otherFiles = Object.keys(coverage.map()).filter((file) => !file.startsWith('src/model/')).length;
    process.stdout.write(JSON.stringify({ branches: coverage.branches, map: coverage.map(), taken, otherFiles }));`,
  );
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['-r', path.join(DIST, 'corpus', 'coverage_hook.js'), script],
    { env: { ...process.env, SKBCHECK_COVERAGE: '1' }, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Counted;
}

beforeAll(buildOnce);

test('two processes count the branches of their programs, and the sum has those of both', () => {
  const clone = counted('clone', 'skb1 = alloc_skb(size: 64)\nskb2 = skb_clone(skb: skb1)');
  const pool = counted('pool', 'pool1 = page_pool_create(pool_size: 16)\npage1 = page_pool_alloc_pages(pool: pool1)');
  for (const { branches, map, taken, otherFiles } of [clone, pool]) {
    expect(taken[0]).toBeGreaterThan(10);
    // The same program takes the same branches again, except for work that a process does once.
    expect(Math.abs(taken[1] - taken[0])).toBeLessThan(10);
    expect(branchesIn(map)).toEqual(branches);
    expect(branches.covered).toBeLessThan(branches.total / 2);
    expect(otherFiles).toBe(0);
  }
  const both = mergedCoverage([clone.map, pool.map]);
  expect(mergedCoverage([pool.map, clone.map])).toEqual(both);
  expect(branchesIn(both).total).toBe(clone.branches.total);
  expect(branchesIn(both).covered).toBeGreaterThan(Math.max(clone.branches.covered, pool.branches.covered));

  // The lines are those of the source: the map has the function's declaration there, and two calls of it.
  const file = both['src/model/net/core/skbuff/copy/skb_clone.ts'] as FileCoverageData;
  const [number, declared] = Object.entries(file.fnMap).find(([, { name }]) => name === 'skbClone') as [
    string,
    FileCoverageData['fnMap'][string],
  ];
  const source = readFileSync(path.join(ROOT, 'src/model/net/core/skbuff/copy/skb_clone.ts'), 'utf8').split('\n');
  expect(source[declared.decl.start.line - 1]).toContain('function skbClone(');
  expect(file.f[number]).toBe(2);
});
