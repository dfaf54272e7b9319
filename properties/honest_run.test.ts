// `run` says what it skipped and why, and believes neither an empty run nor an expectation that is not met.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseProgram } from '../src/program/parse';
import { SavedFinding } from '../src/search/save_finding';
import { BIN, buildOnce, folderForTests, ROOT, skbcheck, type Ended } from './support/cli';

const CLEAN = 0;
const FINDING = 1;
const USAGE = 2;
const TOO_LITTLE = 4;

const folder = folderForTests('honest-run');
beforeAll(buildOnce);

let files = 0;

/** Writes a program of linux-6.12, and runs it with these words behind its name. */
function run(lines: string, ...words: string[]): Ended {
  const name = `p${++files}.skb`;
  writeFileSync(path.join(folder, name), `profile linux-6.12\n${lines}\n`);
  return skbcheck(['run', name, ...words], { cwd: folder });
}

const SKB = 'skb1 = alloc_skb(size: 100)\n';

test('a finding of a target that is clean on the model says where it was found, and is no success', () => {
  const saved = new SavedFinding(folder, './my kernel');
  const program = parseProgram(`profile linux-6.12\n${SKB}`, 'test');
  const file = saved.save(program, {
    kind: 'splat',
    place: { call: 0, command: 'alloc_skb', settling: false },
    title: 'WARNING',
    text: '',
  });
  for (const command of ['run', 'reduce']) {
    const { code, stdout } = skbcheck([command, file], { cwd: folder });
    expect([code, stdout]).toEqual([TOO_LITTLE, expect.stringContaining("it was found on './my kernel'")]);
    expect(stdout.split('\n')).toContain(`ask there: npx skbcheck ${command} ${file} --target './my kernel'`);
  }
  expect(skbcheck(['run', file, '--ktap'], { cwd: folder }).stdout).toContain('# SKIP it was found on ./my kernel');
  const expecting = path.join(folder, 'expecting.skb');
  writeFileSync(expecting, `${readFileSync(file, 'utf8')}expect clean\n`);
  expect(skbcheck(['run', expecting], { cwd: folder }).code).toBe(CLEAN);
});

describe('a skipped call is named with its line and the first reason:', () => {
  test.each<[string, string, number, RegExp]>([
    [
      'the object is gone',
      `${SKB}kfree_skb(skb: skb1)\nkfree_skb(skb: skb1)`,
      4,
      /skb1 is gone: kfree_skb in line 3 took/,
    ],
    [
      'it was never made',
      'skb1 = alloc_skb(size: 1, fail: 1)\nkfree_skb(skb: skb1)',
      3,
      /alloc_skb in line 2 made none/,
    ],
    [
      'a number is too large',
      `${SKB}skb_put(skb: skb1, len: 1000)`,
      3,
      /'len: 1000' is too much: at most 384 is legal/,
    ],
    ['the context', 'napi1 = netif_napi_add()\nnapi_get_frags(napi: napi1)', 3, /needs 'context: softirq' or/],
    ['abuse', `${SKB}abuse_kfree_skb_twice(skb: skb1)`, 3, /breaks a contract on purpose: --abuse/],
    [
      'the profile',
      'page1 = alloc_pages()\npool1 = page_pool_create(pool_size: 1)\npage_pool_release_page(page: page1)',
      4,
      /does not have page_pool_release_page; these do: linux-6.1/,
    ],
    [
      'another object would do',
      `${SKB}skb2 = skb_clone(skb: skb1)\nskb3 = alloc_skb(size: 1)\nskb_put(skb: skb1, len: 1)`,
      5,
      /'skb: skb1'; 'skb: skb3' would be/,
    ],
  ])('%s', (_name, lines, line, why) => {
    const { code, stdout } = run(lines);
    expect(code).toBe(CLEAN);
    expect(stdout).toMatch(new RegExp(`^p\\d+\\.skb:${line}: skipped .*${why.source}`, 'm'));
    expect(stdout).toMatch(/\d executed, 1 skipped, /);
  });

  test('in the JSON document too', () => {
    const { stdout } = run(`${SKB}skb_put(skb: skb1, len: 1000)`, '--json');
    const { skipped, skippedCalls } = JSON.parse(stdout) as { skipped: number; skippedCalls: unknown[] };
    expect(skipped).toBe(1);
    expect(skippedCalls).toEqual([
      { line: 3, call: 'skb_put(skb: skb1, len: 1000)', why: expect.stringContaining('384') },
    ]);
  });

  test('with --strict it is a mistake of the program', () => {
    expect(run(`${SKB}skb_put(skb: skb1, len: 1000)`, '--strict').code).toBe(USAGE);
    expect(run(SKB, '--strict').code).toBe(CLEAN);
  });
});

test.each([
  ['it has no calls', ''],
  ['all are skipped', 'abuse_panic()'],
])('a program of which nothing is executed is no success: %s', (_name, lines) => {
  const { code, stdout } = run(lines);
  expect(stdout).toContain('nothing was executed');
  expect(code).toBe(TOO_LITTLE);
});

describe('expect', () => {
  test('names no invariant: refused where it stands', () => {
    const { code, stderr } = run(`${SKB}expect no-double-fre`);
    expect(code).toBe(USAGE);
    expect(stderr).toMatch(/^p\d+\.skb:3:8: error: no invariant 'no-double-fre', did you mean 'no-double-free'\?/);
  });

  test('is not met by a clean program', () => {
    const { code, stdout } = run(`${SKB}expect no-double-free`);
    expect(code).toBe(FINDING);
    expect(stdout).toMatch(/^p\d+\.skb:3: expected no-double-free, but the result is: clean$/m);
  });

  test('is met by the finding that it names, and only by it', () => {
    const twice = `abuse\n${SKB}abuse_kfree_skb_twice(skb: skb1)\n`;
    const met = run(`${twice}expect no-double-free`);
    expect(met).toMatchObject({ code: CLEAN, stdout: expect.stringContaining('no-double-free skb, as expected') });
    const other = run(`${twice}expect geometry`);
    expect(other.code).toBe(FINDING);
    expect(other.stdout).toMatch(/:5: expected geometry, but the result is: no-double-free skb/);
    expect(run(`${twice}expect clean`).code).toBe(FINDING);
  });

  test('of each regression is met by run without an option', () => {
    const regressions = readdirSync(path.join(ROOT, 'regressions')).filter((name) => name.endsWith('.skb'));
    const paths = regressions.map((name) => path.join('regressions', name));
    const { code, stdout } = skbcheck(['run', ...paths, '--strict'], { cwd: ROOT });
    expect(stdout).not.toContain('skipped');
    expect(code).toBe(CLEAN);
  });
});

describe('a file that was found with a mutant', () => {
  const where = (): string => path.join(folder, 'found');
  let file = '';

  beforeAll(() => {
    mkdirSync(where());
    const fuzz = ['fuzz', 'core', '--mutant', 'F3', '--seed', '3', '--findings', '1', '--commands', '20000'];
    expect(skbcheck(fuzz, { cwd: where() }).code).toBe(FINDING);
    file = path.join('findings', readdirSync(path.join(where(), 'findings'))[0]);
  });

  const on = (...words: string[]): Ended => skbcheck(words, { cwd: where() });

  test('carries it, so that run, reduce and show do the same with it', () => {
    expect(readFileSync(path.join(where(), file), 'utf8')).toContain('\nmutant F3\n');
    expect(on('run', file).code).toBe(FINDING);
    expect(on('reduce', file).code).toBe(FINDING);
    expect(on('show', file, '-o', 'page.html').code).toBe(FINDING);
  });

  test('is clean without it, and refuses another', () => {
    expect(on('run', file, '--mutant', 'none')).toMatchObject({ code: CLEAN });
    expect(on('run', file, '--mutant', 'B2')).toMatchObject({
      code: USAGE,
      stderr: expect.stringMatching(/has the line 'mutant F3', so --mutant B2 cannot run it/),
    });
  });

  test('is never overwritten with another program: people write into it', () => {
    const mine = `${readFileSync(path.join(where(), file), 'utf8')}# my notes\n`;
    writeFileSync(path.join(where(), file), mine);
    const again = ['fuzz', 'core', '--mutant', 'F3', '--seed', '3', '--findings', '1', '--commands', '20000'];
    expect(skbcheck(again, { cwd: where() }).stdout).toMatch(/-2\.skb/);
    expect(readFileSync(path.join(where(), file), 'utf8')).toBe(mine);
    skbcheck(again, { cwd: where() });
    expect(readdirSync(path.join(where(), 'findings'))).toHaveLength(2);
  });
});

describe('a place that cannot be written is noticed before the search', () => {
  test.each([
    ['fuzz', ['fuzz', 'core', '--commands', '1000000000'], /findings cannot be written/],
    ['reduce -o', ['reduce', 'p.skb', '-o', 'no/such/x.skb'], /there is no directory no\/such/],
    ['show -o', ['show', 'p.skb', '-o', 'findings/x.html'], /cannot be written/],
  ])('%s', (_name, words, message) => {
    writeFileSync(path.join(folder, 'findings'), 'a file\n');
    writeFileSync(path.join(folder, 'p.skb'), `profile linux-6.12\n${SKB}`);
    const { code, stdout, stderr } = skbcheck(words, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: USAGE, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain(BIN);
  });
});
