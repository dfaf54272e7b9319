// The end of a search on a terminal fits a screen, says first what was not searched, and leaves the rest to --json.

import fc from 'fast-check';
import type { FuzzFinding, FuzzRun } from '../src/report/fuzz_run';
import { summaryText } from '../src/report/fuzz_summary';

const SCREEN_LINES = 24;
const SEED = 20261130;

const names = (what: string, most: number) =>
  fc.nat(most).map((n) => Array.from({ length: n }, (_, i) => `${what}${i}`));

const run: fc.Arbitrary<FuzzRun> = fc
  .record({
    commands: names('command', 120),
    outcomes: names('E', 12),
    neverExecuted: names('unused', 60),
    neverEvaluated: names('promise', 37),
    findings: fc.nat(200),
    known: fc.nat(40),
    cutShort: fc.option(fc.constant('the target died 4 times in a row'), { nil: undefined }),
    unanswered: fc.nat(3),
  })
  .map(({ commands, outcomes, findings, known, ...rest }) => ({
    ...{ scenario: 'outside', target: 'linux-7.3', profile: 'linux-7.3', seed: 1, programs: 100 },
    ...{ executed: 2000, skipped: 1, evaluated: 900, compared: 2000, notSearched: 0, seconds: 60, reducingSeconds: 30 },
    ...{ covers: [], invariants: {} },
    findings: Array.from(
      { length: findings },
      (_, i) => ({ signature: `s${i}`, file: `f${i}`, exhausted: true }) as FuzzFinding,
    ),
    known: Array.from({ length: known }, (_, i) => ({
      ...{ id: `A${i}`, title: 'a bug', programs: 3, mendedIn: null, invariants: [] },
    })),
    commandCounts: Object.fromEntries(
      commands.map((name) => [name, { executed: 3, skipped: 0, outcomes: { ok: 3 } }]),
    ) as FuzzRun['commandCounts'],
    neverSeen: Object.fromEntries(outcomes.length === 0 ? [] : commands.map((name) => [name, outcomes])),
    ...rest,
  }));

test(`fits ${SCREEN_LINES} lines, whatever was found, and says first what says nothing (seed ${SEED})`, () => {
  fc.assert(
    fc.property(run, (drawn) => {
      const lines = summaryText(drawn).split('\n');
      expect(lines.length).toBeLessThanOrEqual(SCREEN_LINES);
      const first = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
      const figures = first(/executed, /);
      expect(figures).toBeGreaterThan(0);
      for (const nothing of [/^ {2}ended early: /, /did not answer/, /^ {2}never /])
        expect(first(nothing)).toBeLessThan(figures);
      expect(first(/^ {2}ended early: /) > 0).toBe(drawn.cutShort !== undefined);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test('counts what it leaves out, and says where it is', () => {
  const [drawn] = fc.sample(run, { seed: SEED, numRuns: 1 });
  const finding = { signature: 's', file: 'f', exhausted: false } as FuzzFinding;
  const text = summaryText({ ...drawn, findings: Array.from({ length: 11 }, () => finding) });
  expect(text).toContain('  and 3 more findings (--json has all)');
  expect(
    summaryText({
      ...drawn,
      commandCounts: { send: { executed: 1, skipped: 0, outcomes: { ok: 1 } } },
      neverSeen: { send: ['EPIPE'] },
    }),
  ).toContain('never seen: 1 of 2 outcomes: send EPIPE');
  expect(summaryText({ ...drawn, findings: [{ ...finding, exhausted: true }] })).toContain(
    's: f (not reduced to the end)',
  );
});
