// Comparisons that end otherwise than by their limits: by Ctrl-C, or by a target that dies. Words that mean two things.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../src/cli/compare';
import { baseOf } from '../src/cli/support/compare/base_of';
import { CompareRun } from '../src/cli/support/compare/compare_run';
import type { ComparePlan } from '../src/cli/support/compare/compare_plan';
import { StatusLine } from '../src/cli/support/status_line';
import type { Answer, Link } from '../src/lockstep/link';
import type { CompareDocument } from '../src/report/documents/compare_document';
import { InterruptedError } from '../src/session/errors';
import { buildOnce, folderForTests, skbcheck, wrapperOf } from './support/cli';
import { comparingOf, comparingWith, compareTargets } from './support/compare_models';
import { profileOf, programOf } from './support/model';
import { modelLink } from './support/model_link';

const newer = profileOf('linux-6.12');
const folder = folderForTests('compare-ends');
const dead = (): Answer => ({ death: { kind: 'killed', detail: 'it ended', console: '' } });
const program = programOf(newer, 'skb1 = alloc_skb(size: 0)\nskb2 = skb_get(skb: skb1)\nkfree_skb(skb: skb2)\n');

describe('Ctrl-C', () => {
  const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
  const plan: ComparePlan = {
    sides: [
      { target: 'a', open: () => Promise.resolve(modelLink('a', newer)) },
      { target: 'b', open: () => Promise.resolve(modelLink('b', newer)) },
    ],
    scenarios: [],
    areNamed: false,
    programs: [{ file: 'f.skb', program }],
    ...{ seed: 1, first: 1, commands: null, time_ms: null, findings: 1, words: [] },
  };
  const interruptedRun = (changed: Partial<ComparePlan>, interrupted: () => boolean): Promise<unknown> => {
    const nothing = (): void => undefined;
    const events = { interrupted, status: new StatusLine(), onStart: nothing };
    return new CompareRun({ ...plan, ...changed }, { ...events, onRawFinding: nothing, onFinding: nothing }).run();
  };

  test('while a target boots is an interruption, and closes the one that is open', async () => {
    let closed = 0;
    const a: Link = { ...modelLink('a', newer), close: () => Promise.resolve(void closed++) };
    const sides = [
      { target: 'a', open: () => Promise.resolve(a) },
      { target: 'b', open: () => never<Link>() },
    ] as const;
    await expect(interruptedRun({ sides }, () => true)).rejects.toThrow(InterruptedError);
    expect(closed).toBe(1);
  });

  test('while the program of a file runs is an interruption', async () => {
    let asked = false;
    const execute = (): Promise<Answer> => {
      asked = true;
      return never();
    };
    const b = { target: 'b', open: () => Promise.resolve({ ...modelLink('b', newer), execute }) };
    await expect(interruptedRun({ sides: [plan.sides[0], b] }, () => asked)).rejects.toThrow(InterruptedError);
  });
});

describe('a target that', () => {
  test('dies at every request is judged once more, and not for ever', async () => {
    let requests = 0;
    const dies = (): Answer => {
      if (++requests > 40) throw new Error('the judge asks again and again');
      return dead();
    };
    const { verdict } = await comparingOf([newer, newer], [{}, { onAnswer: dies }]).judge.judgePair(program);
    expect(verdict).toMatchObject({ kind: 'death', only: 'B', place: { call: 0 } });
  });

  /** A target that dies of its n-th request, once: opened again, it lives. */
  const diesOnce = (request: number): (() => Promise<Link>) => {
    let opened = 0;
    return () => {
      const isFirst = opened++ === 0;
      let requests = 0;
      const onAnswer = (answer: Answer): Answer => (isFirst && ++requests >= request ? dead() : answer);
      return Promise.resolve(modelLink('m', newer, { onAnswer }));
    };
  };
  const lives = (): Promise<Link> => Promise.resolve(modelLink('m', newer));

  test.each([
    ['B', [lives, diesOnce(2)]],
    ['A', [diesOnce(1), lives]],
    ['A, and B one request later', [diesOnce(2), diesOnce(3)]],
  ] as const)('dies once, %s, loses no program: those on their way are sent again', async (_, [a, b]) => {
    const { counts, findings } = await compareTargets(comparingWith([newer, newer], [a, b]), 'core', 14_000);
    expect(findings).toEqual([]);
    expect(counts).toMatchObject({ lost: 0, unanswered: 0, bothDied: 0 });
    expect(counts.compared).toBeGreaterThanOrEqual(14_000);
  });

  test('dies in each batch as the other does ends the search, and what was not compared is counted', async () => {
    const comparing = comparingOf([newer, newer], [{ onAnswer: dead }, { onAnswer: dead }]);
    // Two batches are on their way at a time: the fourth is left when three have ended both.
    const { counts } = await compareTargets(comparing, 'core', 100_000, 3);
    expect(counts).toMatchObject({ bothDied: 3, cutShort: 'a target died in 3 batches in a row' });
    expect(counts.lost + counts.bothDied).toBe(counts.programs);
  });

  test('loses programs is no clean comparison', () => {
    const scenario = { scenario: 'core', programs: 10, compared: 100, lost: 0 };
    const codeWith = (lost: number): number => {
      const scenarios = [{ ...scenario, lost }];
      const document = { findings: [], files: [], compared: 100, scenarios } as unknown as CompareDocument;
      return codeOf(document, false);
    };
    expect([codeWith(0), codeWith(3)]).toEqual([0, 4]);
  });
});

describe('--base auto', () => {
  const cache = path.join(folder, 'cache');
  const saved = process.env.SKBCHECK_CACHE;
  const setUp = (target: string, release: string): void => {
    const boot = path.join(cache, 'kernels', release, 'boot');
    mkdirSync(boot, { recursive: true });
    writeFileSync(path.join(boot, `vmlinuz-${release}`), '');
    mkdirSync(path.join(cache, 'targets'), { recursive: true });
    writeFileSync(path.join(cache, 'targets', `${target}.json`), JSON.stringify({ target, release }));
  };
  beforeAll(() => {
    process.env.SKBCHECK_CACHE = cache;
    setUp('linux-6.12', '6.12.117+deb12-amd64');
    setUp('linux-6.12.117', '6.12.117+deb12-amd64');
  });
  afterAll(() => {
    if (saved === undefined) delete process.env.SKBCHECK_CACHE;
    else process.env.SKBCHECK_CACHE = saved;
  });

  test('is no base where only the kernel itself is set up, by one name or by two', () => {
    expect(() => baseOf('auto', 'linux-6.12')).toThrow('no release is set up to compare linux-6.12 with');
  });

  test.each(['linux-6.12', 'linux-6.12.117'])('compares %s with another release than its own', (target) => {
    setUp('linux-6.12.95', '6.12.95+deb12-amd64');
    expect(baseOf('auto', target)).toBe('linux-6.12.95');
  });
});

test('a folder with the name of a scenario does not stand for it', () => {
  buildOnce();
  const cwd = path.join(folder, 'with-folder');
  mkdirSync(path.join(cwd, 'core'), { recursive: true });
  const peer = wrapperOf(folder, 'peer', 'serve', '--profile', 'linux-6.12');
  const words = ['compare', peer, peer, 'core', '--profile', 'linux-6.12', '--commands', '200', '--seed', '1'];
  const { code, stdout, stderr } = skbcheck([...words, '--json'], { cwd });
  expect({ code, stderr: stderr.includes('error') }).toEqual({ code: 0, stderr: false });
  expect((JSON.parse(stdout) as CompareDocument).scenarios.map(({ scenario }) => scenario)).toEqual(['core']);
});
