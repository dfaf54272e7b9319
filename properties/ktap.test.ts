// KTAP as kselftest and KUnit print it: a parser of TAP reads the same results that the data has.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Parser, type Result } from 'tap-parser';
import { largeCampaign } from '../bench/large_campaign';
import { ktapText, resultOf, type KtapTest } from '../src/report/ktap/ktap';
import { ktapOfCampaign } from '../src/report/ktap/ktap_of_campaign';
import { ktapOfFuzz } from '../src/report/ktap/ktap_of_fuzz';
import { folderForTests, ROOT } from './support/cli';
import { HOSTILE } from './support/hostile_text';
import { skbcheckHere } from './support/in_process';
import { mutantOf } from './support/model';

const SEED = Number(process.env.SKBCHECK_SEED ?? 20261129);
const RUNS = 300;
const folder = folderForTests('ktap');

interface Read {
  readonly name: string;
  readonly result: 'ok' | 'not ok' | 'skip';
  readonly why?: string;
  readonly subtests: readonly Read[];
}

/**
 * The tests of one level, read by a parser of TAP. KTAP differs from TAP 14 in its version line, and in the indent of
 * subtests: two columns, not four.
 */
function readKtap(text: string): Read[] {
  const lines = text.replace(/\n$/, '').split('\n');
  expect(lines[0]).toBe('KTAP version 1');
  const own = lines.slice(1).filter((line) => !line.startsWith('  '));
  const parser = new Parser({ strict: true });
  const results: Result[] = [];
  parser.on('assert', (result) => results.push(result));
  parser.end(['TAP version 14', ...own, ''].join('\n'));
  expect(parser.failures.filter(({ tapError }) => tapError !== null && tapError !== undefined)).toEqual([]);
  const blocks = nestedBlocks(lines.slice(1));
  return results.map(({ ok, name, skip, id }) => ({
    name,
    result: skip !== false ? 'skip' : ok ? 'ok' : 'not ok',
    ...(typeof skip === 'string' ? { why: skip } : {}),
    subtests: blocks.has(id) ? readKtap(blocks.get(id) as string) : [],
  }));
}

/** By number of the test: the indented lines before its result. */
function nestedBlocks(lines: readonly string[]): Map<number, string> {
  const blocks = new Map<number, string>();
  let block: string[] = [];
  for (const line of lines) {
    const number = /^(?:not )?ok (\d+)/.exec(line)?.[1];
    if (line.startsWith('  ')) block.push(line.slice(2));
    if (number === undefined) continue;
    if (block.length > 0) blocks.set(Number(number), block.join('\n'));
    block = [];
  }
  return blocks;
}

/** These tests as a reader should see them. */
function shown(tests: readonly KtapTest[]): Read[] {
  return tests.map(({ name, result, subtests = [] }) => ({
    name,
    result: typeof result === 'string' ? result : 'skip',
    ...(typeof result === 'string' ? {} : { why: result.skip }),
    subtests: shown(subtests),
  }));
}

const word = fc.stringMatching(/^[a-z][a-z0-9/._-]{0,12}$/);
const result = fc.oneof(
  fc.constant('ok' as const),
  fc.constant('not ok' as const),
  word.map((skip) => ({ skip })),
);
const { tests } = fc.letrec<{ test: KtapTest; tests: KtapTest[] }>((tie) => ({
  test: fc.record({
    name: word,
    result,
    diagnostics: fc.array(
      fc.oneof(fc.string(), fc.constantFrom('ok 7 no test', 'Bail out! no', '1..9', HOSTILE.slice(0, 400))),
    ),
    subtests: fc.oneof({ depthSize: 'small' }, fc.constant([]), tie('tests')),
  }),
  tests: fc.array(tie('test'), { minLength: 1, maxLength: 4, depthIdentifier: 'ktap' }),
}));

test(`a parser reads the results of the data, and diagnostics are never results (seed ${SEED})`, () => {
  fc.assert(
    fc.property(tests, (drawn) => {
      expect(readKtap(ktapText(drawn))).toEqual(shown(drawn));
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

test('a name cannot end its line, begin a directive, or escape what follows', () => {
  const text = ktapText([{ name: 'a # SKIP b\\\nok 2 c', result: 'not ok' }]);
  expect(text).toContain('not ok 1 a _ SKIP b_ ok 2 c\n');
  expect(readKtap(text)).toHaveLength(1);
});

test('no tests at all are a plan that says skipped, not a success', () => {
  expect(ktapText([])).toBe(
    'KTAP version 1\n1..0 # SKIP nothing was tested\n# Totals: pass:0 fail:0 xfail:0 xpass:0 skip:0 error:0\n',
  );
});

test('a test is skipped if all of its subtests are, and fails if one does', () => {
  const skipped: KtapTest = { name: 'a', result: { skip: 'no' } };
  expect(resultOf([skipped], 'all')).toEqual({ skip: 'all' });
  expect(resultOf([skipped, { name: 'b', result: 'ok' }], 'all')).toBe('ok');
  expect(
    resultOf(
      [
        { name: 'b', result: 'ok' },
        { name: 'c', result: 'not ok' },
      ],
      'all',
    ),
  ).toBe('not ok');
});

describe('a campaign', () => {
  const campaign = largeCampaign();
  const [lane] = campaign.lanes;
  const named = (report: typeof campaign): Map<string, Read> =>
    new Map(readKtap(ktapText(ktapOfCampaign(report))).map((read) => [read.name, read]));

  test('has a test for each lane, and a lane that was not searched is skipped', () => {
    const idle = { ...lane, lane: { ...lane.lane, id: 'idle' }, programs: 0, commands: 0, invariants: {} };
    const lanes = named({ ...campaign, lanes: [...campaign.lanes, idle], findings: [] });
    expect(lanes.size).toBe(campaign.lanes.length + 1);
    expect(lanes.get('idle')).toMatchObject({ result: 'skip', why: 'not searched' });
    expect(lanes.get(lane.lane.id)?.result).toBe('ok');
  });

  test('fails where a finding is new, and is skipped where it is known', () => {
    const finding = { ...campaign.findings[0], lane: lane.lane };
    const of = (state: 'new' | 'known'): Read | undefined =>
      named({ ...campaign, findings: [{ ...finding, state, why: 'fixed in 6.13' }] }).get(lane.lane.id);
    expect(of('new')).toMatchObject({ result: 'not ok', subtests: [{ result: 'not ok' }] });
    expect(of('known')).toMatchObject({ result: 'ok', subtests: [{ result: 'skip', why: 'known: fixed in 6.13' }] });
  });

  test('with a problem of its own fails', () => {
    expect(named({ ...campaign, findings: [], problems: ['a worker died'] }).get('campaign')?.result).toBe('not ok');
  });
});

test('a search of a target that compared nothing is skipped, although invariants were evaluated on the model', () => {
  const counts = { executed: 5, skipped: 0, evaluated: 9, compared: 0, notSearched: 0 };
  const run = {
    ...{
      scenario: 'core',
      target: 'linux-6.12',
      profile: 'linux-6.12',
      seed: 1,
      programs: 1,
      seconds: 1,
      reducingSeconds: 0,
    },
    ...{
      findings: [],
      known: [],
      invariants: { 'no-leak': 9 },
      commandCounts: {},
      covers: [],
      neverExecuted: [],
      neverEvaluated: [],
      ...counts,
    },
  };
  const all = { ...counts, runs: [run], notSearchedTargets: ['linux-6.1'] };
  expect(readKtap(ktapText(ktapOfFuzz(all)))).toMatchObject([
    {
      result: 'skip',
      subtests: [{ result: 'ok' }, { name: 'lockstep', result: 'skip' }],
    },
    { name: 'linux-6.1', result: 'skip', why: 'not searched' },
  ]);
});

describe('skbcheck', () => {
  const at = (words: string): ReturnType<typeof skbcheckHere> =>
    skbcheckHere([...words.split(' '), '--ktap'], { cwd: folder });

  beforeAll(() => {
    const put = (name: string, text: string): void => {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), `profile linux-6.12\n${text}`);
    };
    put('saved/a-clean.skb', 'skb1 = alloc_skb(size: 100)\n');
    put('saved/b-broken.skb', `mutant F1\n${mutantOf('F1').program}`);
    put('saved/c-nothing.skb', '');
    put('saved/d-unmet.skb', 'skb1 = alloc_skb(size: 100)\nexpect no-leak\n');
    put('saved/notes.txt', '');
    put('empty/notes.txt', '');
  });

  test('run of a directory is a test for each of its programs', async () => {
    const { code, stdout } = await at('run saved');
    expect(code).toBe(1);
    expect(readKtap(stdout)).toMatchObject([
      { name: 'saved/a-clean.skb', result: 'ok' },
      { name: 'saved/b-broken.skb', result: 'not ok' },
      { name: 'saved/c-nothing.skb', result: 'skip', why: 'nothing was executed' },
      { name: 'saved/d-unmet.skb', result: 'not ok' },
    ]);
    // The page shows exactly this.
    expect(readFileSync(path.join(ROOT, 'docs/reference/formats.md'), 'utf8')).toContain(
      `$ npx skbcheck run saved --ktap\n${stdout}\`\`\``,
    );
  });

  test('run of a directory without a program is a mistake, and no empty success', async () => {
    const { code, stderr, stdout } = await at('run empty');
    expect([code, stderr]).toEqual([2, expect.stringContaining('empty has no program')]);
    expect(readKtap(stdout)).toMatchObject([{ name: 'skbcheck', result: 'not ok' }]);
  });

  test('run of nothing but empty programs ends with the code of kselftest for skipped', async () => {
    const { code, stdout } = await at('run saved/c-nothing.skb');
    expect([code, readKtap(stdout)[0].result]).toEqual([4, 'skip']);
  });

  test('fuzz is a test for each search, with a subtest for each invariant', async () => {
    const { code, stdout } = await at('fuzz core --mutant F1 --seed 184467 --commands 20000 --findings 1');
    expect(code).toBe(1);
    const [search] = readKtap(stdout);
    expect(search).toMatchObject({ name: 'core on model linux-6.12 mutant F1', result: 'not ok' });
    const by = (wanted: Read['result']): string[] =>
      search.subtests.filter((one) => one.result === wanted).map(({ name }) => name);
    expect(by('not ok')).toEqual(['truesize-exact']);
    expect(by('ok')).toContain('no-leak');
    expect(by('skip')).toContain('xsk-completion');
  });

  test('two formats cannot both have stdout', async () => {
    const { code, stderr } = await skbcheckHere(['run', 'saved', '--ktap', '--json'], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining('take one of them')]);
  });
});
