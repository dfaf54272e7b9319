// The benchmark of mutants: its statistics, its counts, and that all its forms show the same.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BUCKET_NAMES, type Benchmark } from '../src/benchmark/benchmark';
import { catchersOf } from '../src/benchmark/catchers';
import { runBenchmark } from '../src/benchmark/run_plan';
import { runTrial } from '../src/benchmark/run_trial';
import { mannWhitney, quartilesOf, restrictedMean, signedRanks, smallerOf } from '../src/benchmark/statistics';
import { STRATEGIES, strategyNamed } from '../src/benchmark/strategies';
import { summarize } from '../src/benchmark/summary';
import type { TrialLimits, TrialResult } from '../src/benchmark/trial_result';
import { benchmarkHtml } from '../src/report/benchmark_report/benchmark_html';
import { benchmarkText } from '../src/report/benchmark_report/benchmark_text';
import type { Mutant } from '../src/rules/mutants';
import { buildOnce, folderForTests, interruptSkbcheck, skbcheck } from './support/cli';
import { mutantOf } from './support/model';

describe('statistics', () => {
  test('median and quartiles', () => {
    expect(quartilesOf([5, 1, 4, 2, 3])).toEqual({ lower: 2, median: 3, upper: 4 });
    expect(quartilesOf([7])).toEqual({ lower: 7, median: 7, upper: 7 });
  });

  test('a mean to failure is the mean without cut-offs; searches cut off at the end count with the horizon', () => {
    const times = [2, 4, 9].map((time) => ({ time, event: true }));
    expect(restrictedMean(times, 100)).toBeCloseTo(5);
    expect(restrictedMean([...times, { time: 100, event: false }], 100)).toBeCloseTo((2 + 4 + 9 + 100) / 4);
  });

  test('the 6-MP arm of Freireich et al. 1963 (21 patients, 12 of them censored): 23.29 weeks up to week 35', () => {
    const events = [6, 6, 6, 7, 10, 13, 16, 22, 23].map((time) => ({ time, event: true }));
    const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((time) => ({ time, event: false }));
    expect(restrictedMean([...events, ...censored], 35)).toBeCloseTo(23.29, 2);
  });

  // Three of one sample below all three of the other: 2 of the 20 choices of three are as extreme.
  test.each([
    [[1, 2, 3], [4, 5, 6], 2 / 20],
    [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 2 / 252],
    [[1, 4, 6], [2, 3, 5], 1],
    [[1, 1], [1, 1], 1],
    // Ranks 1.5, 1.5, 3, 4: the sums of two are 3, 4.5 (twice), 5.5 (twice), 7.
    [[1, 1], [2, 3], 2 / 6],
  ])('Mann-Whitney of %j and %j: p %f', (a, b, p) => {
    expect(mannWhitney(a, b)).toBeCloseTo(p, 10);
    expect(mannWhitney(b, a)).toBeCloseTo(p, 10);
  });

  test('Mann-Whitney as published: the critical value of U for 10 and 10 at 0.05 is 23', () => {
    // Ranks 1 to 20; the first sample's sum is U + 55.
    const withU = (u: number): number => {
      const first = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
      for (let i = 9, left = u; left > 0; i--) {
        const step = Math.min(left, 10);
        first[i] += step;
        left -= step;
      }
      const second = Array.from({ length: 20 }, (_, i) => i + 1).filter((rank) => !first.includes(rank));
      return mannWhitney(first, second);
    };
    expect(withU(23)).toBeLessThanOrEqual(0.05);
    expect(withU(24)).toBeGreaterThan(0.05);
  });

  test('signed ranks: six of six above is 2 of 64 ways, five of five 2 of 32', () => {
    expect(signedRanks([2, 3, 4, 5, 6, 7], 1)).toBeCloseTo(2 / 64, 10);
    expect(signedRanks([2, 3, 4, 5, 6], 1)).toBeCloseTo(2 / 32, 10);
    expect(signedRanks([1, 1], 1)).toBe(1);
  });

  test('A12 is the share of pairs in which the first is smaller, ties for half', () => {
    expect(smallerOf([1, 2], [3, 4])).toBe(1);
    expect(smallerOf([3, 4], [1, 2])).toBe(0);
    expect(smallerOf([1, 3], [2, 3])).toBe((1 + 1 + 0 + 0.5) / 4);
  });
});

const limits: TrialLimits = { commands: 20_000, time_ms: null, measured: 50 };
const swarm = strategyNamed('swarm');

/** A mutant that is no real bug. */
const madeUp = (changes: Mutant['changes']): Mutant => ({ ...mutantOf('A11'), id: 'made-up', changes });

describe('a trial', () => {
  test.each(STRATEGIES.map(({ name }) => name))(
    'of %s finds F3-never, and reduces it to a program with the same signature',
    (name) => {
      const trial = runTrial(mutantOf('F3-never'), strategyNamed(name), 7, { ...limits, measured: limits.commands });
      expect(trial).toMatchObject({ end: 'found', expected: true, reduction: { slipped: false, minimal: 2 } });
      expect(trial.reduction?.signature).toBe(trial.reduction?.signatureBefore);
      expect(trial.measured.detected).toBe(1);
    },
  );

  test('is deterministic, except for its time', () => {
    for (const strategy of STRATEGIES) {
      const [first, again] = [1, 2].map(() => timeless(runTrial(mutantOf('F3-never'), strategy, 9, limits)));
      expect(again).toEqual(first);
    }
  });

  test('of a rule that the model never asks reaches, triggers and detects nothing', () => {
    const unasked = madeUp({ neverAsked: true } as Mutant['changes']);
    const { end, commands, measured } = runTrial(unasked, swarm, 7, limits);
    expect(end).toBe('budget');
    expect(commands).toBeGreaterThanOrEqual(limits.commands);
    expect(measured).toEqual({ programs: 50, reached: 0, triggered: 0, detected: 0 });
  });

  test('of a rule with two right values is triggered, and never detected', () => {
    // 6.12 takes the reference of a whole page where 6.1 does not: both are right.
    const unnoticed = madeUp({ ppRefCountAlways: false });
    const { measured } = runTrial(unnoticed, swarm, 7, limits);
    expect(measured.reached).toBeGreaterThan(0);
    expect(measured.triggered).toBeGreaterThan(0);
    expect(measured.triggered).toBeLessThanOrEqual(measured.reached);
    expect(measured.detected).toBe(0);
  });
});

test('the program of A11 fails at once, and only invariants that exist are named', () => {
  const catchers = catchersOf(mutantOf('A11'), 1, 1000);
  expect(Math.min(...Object.values(catchers))).toBe(0);
  expect(Object.keys(catchers)).toEqual(expect.arrayContaining([mutantOf('A11').expected[0]]));
  expect(catchersOf(madeUp({}), 1, 1000)).toEqual({});
});

describe('the table', () => {
  const plan = {
    mutants: [mutantOf('A11')],
    strategies: [swarm, strategyNamed('fc-commands')],
    seed: 1001,
    trials: 2,
    commands: 50_000,
    time_ms: null,
    giveUp: null,
    reduced: null,
  };
  let benchmark: Benchmark;

  beforeAll(async () => {
    benchmark = await runBenchmark(plan, {
      workers: 0,
      interrupted: () => false,
      onSignal: () => undefined,
      onProgress: () => undefined,
    });
  });

  test('has a row for each mutant and strategy, with the results of the trials', () => {
    expect(benchmark.rows.map(({ mutant, strategy }) => [mutant, strategy])).toEqual([
      ['A11', 'swarm'],
      ['A11', 'fc-commands'],
    ]);
    const [row] = benchmark.rows;
    const commands = row.trials.map((trial) => trial.commands);
    expect(row).toMatchObject({ found: 2, unexpected: [], reduction: { slipped: 0 } });
    expect(row.commands.median).toBe((commands[0] + commands[1]) / 2);
    expect(row.meanCommands).toBeCloseTo((commands[0] + commands[1]) / 2);
    expect(benchmark.comparisons).toHaveLength(1);
    expect(benchmark.sequential).toEqual([{ strategy: 'swarm', mutants: 1, foundInAll: 1, missed: [] }]);
  });

  test('text and page show the same figures', () => {
    const text = benchmarkText(benchmark, BUCKET_NAMES);
    const page = benchmarkHtml(benchmark, BUCKET_NAMES);
    const words = (text.split('\n').find((line) => /^A11 +swarm/.test(line)) as string).split(/ {2,}/);
    const cells = (/<tr><td[^>]*>A11<\/td>.*swarm.*<\/tr>/.exec(page) as RegExpExecArray)[0]
      .split(/<[^>]*>/)
      .filter((cell) => cell !== '');
    expect(cells).toEqual(words);
    expect(words).toContain('2/2');
    // Each of the three charts is drawn for phones, for tablets and for desks.
    expect(page.match(/<svg/g)).toHaveLength(9);
    expect(/<script|<link|src=|@import|url\((?!#)/.exec(page)).toBeNull();
  });

  test('a mutant without trials is left out, and a search that was cut off shows as such', () => {
    const cut: TrialResult = {
      ...{ seed: 1, end: 'budget', commands: 50_010, programs: 700, seconds: 0.1 },
      measured: { programs: 0, reached: 0, triggered: 0, detected: 0 },
    };
    const tried = [
      { mutant: mutantOf('A11'), strategy: swarm, trials: [cut, cut] },
      { mutant: mutantOf('F3'), strategy: swarm, trials: [] },
    ];
    const partial = summarize(plan, tried, true);
    expect(partial.rows.map(({ mutant }) => mutant)).toEqual(['A11']);
    expect(partial.sequential[0]).toMatchObject({ mutants: 1, foundInAll: 0, missed: ['A11'] });
    const text = benchmarkText(partial, BUCKET_NAMES);
    expect(text).toMatch(/^A11 +swarm +0\/2 +>50,000 /m);
    expect(text).toContain('interrupted');
  });
});

describe('skbcheck mutants', () => {
  const folder = folderForTests('mutants');
  beforeAll(buildOnce);

  test('the number of workers changes only the times', () => {
    const words = ['mutants', '--id', 'A13', '--id', 'F3-never', '--trials', '2', '--json'];
    const [one, two] = ['1', '2'].map((workers) => {
      const { code, stdout } = skbcheck([...words, '--workers', workers], { cwd: folder });
      expect(code).toBe(0);
      return (JSON.parse(stdout) as Benchmark).rows.map(({ mutant, strategy, trials }) => ({
        mutant,
        strategy,
        trials: trials.map(timeless),
      }));
    });
    expect(two).toEqual(one);
    expect(one).toHaveLength(6);
  });

  test('ends with 1 when a mutant was not found in a trial', () => {
    const words = ['mutants', '--id', 'B4', '--strategy', 'swarm', '--trials', '1', '--commands', '10'];
    const { code, stdout } = skbcheck(words, { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toContain('0 of 1 sequential mutants found in all trials; not B4');
  });

  test('--html writes a page', () => {
    const words = ['mutants', '--id', 'A13', '--trials', '1', '--strategy', 'swarm', '--html', 'table.html'];
    expect(skbcheck(words, { cwd: folder }).code).toBe(0);
    expect(readFileSync(path.join(folder, 'table.html'), 'utf8')).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  });

  test('--invariants shows which invariants catch which mutants', () => {
    const words = ['mutants', '--invariants', '--id', 'A13', '--id', 'F1', '--commands', '2000', '--json'];
    const { code, stdout } = skbcheck(words, { cwd: folder });
    expect(code).toBe(0);
    const { invariants } = JSON.parse(stdout) as {
      invariants: { name: string; catches: string[]; onlyIt: string[] }[];
    };
    const catches = (name: string) => invariants.find((row) => row.name === name)?.catches;
    expect(catches('truesize-exact')).toEqual(['F1']);
    expect(catches('page-refcount')).toEqual(['A13']);
  });

  test.each([
    [['--id', 'A111'], "no mutant 'A111'; see: npx skbcheck list mutants"],
    [['--strategy', 'swram'], "no strategy 'swram', did you mean 'swarm'?"],
    [['--trials', '0'], '--trials takes a whole number from 1'],
  ])('%j gets a one-line answer', (words, message) => {
    const { code, stderr } = skbcheck(['mutants', ...words], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^skbcheck: error: .*\n$/);
    expect(stderr).toContain(message);
  });

  test('an interrupt prints the results so far and ends with 130', async () => {
    const { code, stdout } = await interruptSkbcheck(['mutants', '--strategy', 'fc-commands'], { cwd: folder });
    expect(code).toBe(130);
    expect(stdout).toContain('interrupted: missing rows were not tried');
  });
});

/** The results without the parts that depend on the machine. */
function timeless({ reduction, ...trial }: TrialResult): unknown {
  return { ...trial, seconds: 0, reduction: reduction === undefined ? null : { ...reduction, milliseconds: 0 } };
}
