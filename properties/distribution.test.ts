// A search says what it reached: shares that the user demands, commands and invariants that it never came to, and a
// line of JSON for each program.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseProgram } from '../src/program/parse';
import type { FuzzRun } from '../src/report/fuzz_run';
import type { TestCase } from '../src/report/test_case';
import { buildOnce, folderForTests, ROOT, skbcheck, type Ended } from './support/cli';

const CLEAN = 0;
const FINDING = 1;
const USAGE = 2;
const TOO_LITTLE = 4;

const folder = folderForTests('distribution');
const fuzz = (words: string): Ended => skbcheck(['fuzz', ...words.split(' ')], { cwd: folder });
const SEARCH = 'core --profile linux-6.12 --seed 184467 --commands 3000';
beforeAll(buildOnce);

describe('--cover', () => {
  test('a share that the search has is told, and the search is clean', () => {
    const { code, stdout } = fuzz(`${SEARCH} --cover alloc_skb=1 skb_put:ok=10%`);
    expect(stdout).toMatch(/^ {2}cover alloc_skb: [\d.]+ % of [\d,]+ calls, at least 1 % demanded$/m);
    expect(stdout).toMatch(/^ {2}cover skb_put:ok: [\d.]+ % of [\d,]+ calls, at least 10 % demanded$/m);
    expect(code).toBe(CLEAN);
  });

  test('a share that it lacks is no success: the numbers are those of the counts', () => {
    const { code, stdout } = fuzz(`${SEARCH} --cover alloc_skb=90 --json`);
    expect(code).toBe(TOO_LITTLE);
    const { covers, commandCounts } = JSON.parse(stdout) as FuzzRun;
    const all = Object.values(commandCounts).reduce((sum, { executed }) => sum + executed, 0);
    const calls = commandCounts['alloc_skb'].executed;
    const [seen] = covers;
    expect(seen).toMatchObject({ label: 'alloc_skb', wanted_percent: 90, calls, of: all, met: false });
    expect(seen.seen_percent).toBeCloseTo((100 * calls) / all, 6);
  });

  test('in KTAP it is a test that fails', () => {
    const { stdout } = fuzz(`${SEARCH} --cover alloc_skb=90 --ktap`);
    expect(stdout).toMatch(/^ {2}not ok \d+ cover alloc_skb$/m);
  });

  test.each([
    ['alloc_skb', /--cover takes COMMAND=PERCENT or COMMAND:OUTCOME=PERCENT, not 'alloc_skb'/],
    ['alloc_skb=0', /--cover takes COMMAND=PERCENT/],
    ['alloc_skb=101', /--cover takes COMMAND=PERCENT/],
    ['aloc_skb=1', /scenario core has no command 'aloc_skb', did you mean 'alloc_skb'\?/],
    ['alloc_skb:enomen=1', /alloc_skb has no outcome 'enomen', did you mean 'enomem'\?; outcomes: /],
  ])('%s is a mistake, in one line', (share, complaint) => {
    const { code, stderr } = fuzz(`${SEARCH} --cover ${share}`);
    expect(stderr).toMatch(complaint);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(USAGE);
  });
});

test('commands and invariants that a search never came to are named, in text and as data', () => {
  const short = 'core --profile linux-6.12 --seed 184467 --commands 40';
  const { stdout } = fuzz(`${short} --json`);
  const { neverExecuted, neverEvaluated, commandCounts, invariants } = JSON.parse(stdout) as FuzzRun;
  expect(neverExecuted.length).toBeGreaterThan(0);
  expect(neverExecuted.filter((name) => (commandCounts[name]?.executed ?? 0) > 0)).toEqual([]);
  expect(neverEvaluated.filter((name) => invariants[name] > 0)).toEqual([]);
  const text = fuzz(short).stdout;
  expect(text).toMatch(
    new RegExp(`^ {2}never executed: ${neverExecuted.length} of \\d+ commands: ${neverExecuted[0]}, `, 'm'),
  );
  expect(text).toMatch(
    new RegExp(`^ {2}never evaluated: ${neverEvaluated.length} of \\d+ invariants: ${neverEvaluated[0]}, `, 'm'),
  );
});

test('docs/how-to/coverage.md shows the lines that its search prints', () => {
  const page = readFileSync(path.join(ROOT, 'docs/how-to/coverage.md'), 'utf8');
  const [, words] = /`npx skbcheck fuzz (.+?)`/.exec(page) as RegExpExecArray;
  const shown = page.split('\n').filter((line) => line.startsWith('  never '));
  expect(shown).toHaveLength(2);
  expect(
    fuzz(words)
      .stdout.split('\n')
      .filter((line) => line.startsWith('  never ')),
  ).toEqual(shown);
});

describe('--log', () => {
  const linesOf = (file: string): TestCase[] =>
    readFileSync(path.join(folder, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as TestCase);

  test('has a line for each program, whose calls add up to those of the search', () => {
    const { code, stdout } = fuzz(`${SEARCH} --log clean.jsonl --json`);
    expect(code).toBe(CLEAN);
    const { programs, commandCounts } = JSON.parse(stdout) as FuzzRun;
    const lines = linesOf('clean.jsonl');
    expect(lines).toHaveLength(programs);
    expect(new Set(lines.map(({ status }) => status))).toEqual(new Set(['passed']));
    // Calls that settle makes are counted as executed, and are no calls of the program.
    const calls = (label: string): number => lines.reduce((sum, { features }) => sum + (features[label] ?? 0), 0);
    expect(calls('skb_put: ok')).toBe(commandCounts['skb_put'].outcomes['ok']);
    const pairs = lines.flatMap(({ metadata }) => Object.values(metadata.pairs)).reduce((sum, times) => sum + times, 0);
    const all = lines.flatMap(({ features }) => Object.values(features)).reduce((sum, times) => sum + times, 0);
    expect(pairs).toBe(all - lines.filter(({ features }) => Object.keys(features).length > 0).length);
  });

  test('has the text and the seed of each program, and why one failed', () => {
    const { code } = fuzz('core --mutant B2 --seed 9 --findings 1 --log broken.jsonl');
    expect(code).toBe(FINDING);
    const lines = linesOf('broken.jsonl');
    const failed = lines.filter(({ status }) => status === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    const [{ representation, status_reason, arguments: drawn }] = failed;
    expect(status_reason).toMatch(/^[a-z-]+.*: ./);
    expect(parseProgram(representation, 'logged').seed).toBe(drawn.seed);
    expect(fuzz(`core --mutant B2 --seed ${drawn.seed} --commands 1`).code).toBe(FINDING);
  });

  test.each([
    ['--log nowhere/log.jsonl', /nowhere\/log\.jsonl cannot be written: there is no directory nowhere/],
    ['--log -', /--log takes the name of a file, not -: stdout has the result/],
    ['--log log.jsonl --target linux-6.12', /--log is of a search on the model/],
    ['--log log.jsonl --all-targets', /--log is of a search on the model/],
  ])('%s is a mistake, and writes nothing', (words, complaint) => {
    const { code, stderr } = fuzz(`${SEARCH} ${words}`);
    expect(stderr).toMatch(complaint);
    expect(code).toBe(USAGE);
    expect(existsSync(path.join(folder, 'log.jsonl'))).toBe(false);
  });
});
