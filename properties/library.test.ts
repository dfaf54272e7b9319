// The library: programs() in a property of a user, and runs as plain data.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import * as library from '../src/library';
import { matchers } from '../src/library/jest';
import type { Program as OwnProgram } from '../src/program/program';
import { newPrograms } from '../src/generate/new_programs';
import { reduce } from '../src/reduce/reduce';
import { brokenProfile, mutantOf } from './support/model';
import { linuxTargets } from './support/linux';

const { findingOf, mutants, parseProgram, printFinding, printProgram, profiles, programs, runProgram, scenarios } =
  library;

const ROOT = path.join(__dirname, '..');
const SEED = 7;
/** The default budget, and the new programs that `programs` tries for each call. */
const BUDGET = { maxExecutions: 20_000, triedPerCall: 400 };

/** properties/mutants.test.ts has all of them. */
const SOME_MUTANTS = Object.values(mutants).filter((_, i) => i % 8 === 0);

const isClean = (program: library.Program): boolean => !runProgram(program).isFinding;

describe('programs() in fc.assert', () => {
  test.each(['F3', 'A11', 'B2', 'H13'])('mutant %s: a failing program shrinks to what the reducer gives', (mutant) => {
    const property = fc.property(programs({ mutant }), isClean);
    const raw = fc.check(property, { seed: SEED, endOnFailure: true, numRuns: 1_000 });
    const shrunk = fc.check(property, { seed: SEED, numRuns: 1_000 });
    const [first] = raw.counterexample as [OwnProgram];
    const { program: reduced } = reduce(first, (candidate) => !isClean(candidate), {
      maxExecutions: BUDGET.maxExecutions,
      ...newPrograms(brokenProfile(mutantOf(mutant)), BUDGET.triedPerCall),
    });
    const [found] = shrunk.counterexample as [library.Program];
    expect(printProgram(found)).toBe(printProgram(reduced));
    expect(found.calls.length).toBeLessThan(first.calls.length);
    expect(runProgram(found).isFinding).toBe(true);
  });

  test('seed and path give the shrunk program again', () => {
    const property = fc.property(programs({ mutant: 'F3' }), isClean);
    const { counterexample, counterexamplePath, seed } = fc.check(property, { seed: SEED });
    const again = fc.check(property, { seed, path: counterexamplePath as string, endOnFailure: true });
    expect(fc.stringify(again.counterexample)).toBe(fc.stringify(counterexample));
    expect(again.numRuns).toBe(1);
  });

  test('two programs and a number of one property shrink each, and replay', () => {
    const short = programs({ mutant: 'A11', maxCommands: 60 });
    const two = fc.tuple(short, fc.nat(), short);
    const property = fc.property(two, ([one, number, other]) => number < 10 || isClean(one) || isClean(other));
    const { counterexample, counterexamplePath, seed } = fc.check(property, { seed: SEED, numRuns: 2_000 });
    const [[one, number, other]] = counterexample as [[library.Program, number, library.Program]];
    expect(number).toBe(10);
    expect([one.calls.length, other.calls.length]).toEqual([3, 3]);
    const again = fc.check(property, { seed, path: counterexamplePath as string, endOnFailure: true });
    expect(fc.stringify(again.counterexample)).toBe(fc.stringify(counterexample));
  });

  test('a parsed program of `examples` shrinks under its own mutant', () => {
    const [{ program: text }] = [mutants.B2];
    const longer = parseProgram(text.replace('skb1 =', 'skb9 = alloc_skb(size: 0)\nskb1 ='));
    const property = fc.property(programs({ profile: 'linux-6.12' }), isClean);
    const { counterexample } = fc.check(property, { examples: [[longer]], numRuns: 1 });
    const [found] = counterexample as [library.Program];
    expect(found.mutant).toBe('B2');
    expect(printProgram(found)).not.toContain('skb9');
  });

  test('the budget is kept, and the program that failed is the result', () => {
    let runs = 0;
    const property = fc.property(programs({ mutant: 'F3', budget: 10 }), (program) => {
      runs++;
      return isClean(program);
    });
    const { counterexample, numRuns } = fc.check(property, { seed: SEED });
    expect(runs - numRuns).toBeLessThanOrEqual(10 + 1);
    expect(isClean((counterexample as [library.Program])[0])).toBe(false);
  });

  test('no program has more calls than maxCommands', () => {
    for (const program of fc.sample(programs({ maxCommands: 5 }), 200))
      expect(program.calls.length).toBeLessThanOrEqual(5);
  });

  test('programs print as text that runs, in fast-check and in Node', () => {
    const [program] = fc.sample(programs({ mutant: 'B2' }), { seed: SEED, numRuns: 1 });
    for (const text of [fc.stringify(program), inspect(program)])
      expect(printProgram(parseProgram(text))).toBe(printProgram(program));
  });
});

describe('runProgram', () => {
  test.each(SOME_MUTANTS.map((mutant) => [mutant.id, mutant] as const))(
    'the program of mutant %s is a finding, as plain data, and clean without the mutant',
    (_id, { program: text, expected }) => {
      const result = runProgram(parseProgram(text));
      expect(result).toMatchObject({
        isFinding: true,
        target: 'model',
        verdict: { kind: 'violation', invariant: expected[0] },
      });
      expect(result.executed).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(result.verdict))).toEqual(result.verdict);
      expect(runProgram(parseProgram(text), { mutant: 'none' })).toMatchObject({
        isFinding: false,
        signature: 'clean',
      });
    },
  );

  test('a result says how many calls were executed, and skippedCalls why others were not', () => {
    const program = parseProgram(
      'profile linux-6.12\nskb1 = alloc_skb(size: 100)\nkfree_skb(skb: skb1)\nkfree_skb(skb: skb1)\n',
    );
    expect(runProgram(program)).toMatchObject({ executed: 2, skipped: 1, isFinding: false });
    expect(library.skippedCalls(program)).toEqual([
      {
        line: 4,
        call: 'kfree_skb(skb: skb1)',
        why: expect.stringContaining('skb1 is gone: kfree_skb in line 3') as unknown,
      },
    ]);
  });

  test('runs between other runs under other conditions give the same result', () => {
    const texts = SOME_MUTANTS.slice(0, 10);
    const results = (): string[] => texts.map(({ program }) => runProgram(parseProgram(program)).sentence);
    expect(results().reverse()).toEqual(results().reverse());
  });

  test('a finding prints as `skbcheck run` does: the statement, the guilty call, the world around it', () => {
    const finding = findingOf(runProgram(parseProgram(mutants.B2.program)));
    const text = printFinding(finding as library.Finding);
    expect(text).toMatch(/^pool-inflight: pool#1 counts/);
    expect(text).toMatch(/^>>> skb_try_coalesce/m);
    expect(text).toMatch(/^ +- skb1: skb#/m);
    expect(findingOf(runProgram(parseProgram('profile linux-6.12\nskb1 = alloc_skb(size: 0)\n')))).toBeNull();
  });
});

describe('a mistake of the caller is an error of one line', () => {
  const program = parseProgram('profile linux-6.12\nskb1 = alloc_skb(size: 0)\n');
  const MISTAKES: readonly [what: string, make: () => unknown, message: RegExp][] = [
    [
      'no such profile',
      () => programs({ profile: 'linux-5.13' }),
      /^no profile 'linux-5.13'; profiles: linux-6.1, linux-6.12/,
    ],
    ['no such scenario', () => programs({ scenario: 'cor' }), /^no scenario 'cor', did you mean 'core'/],
    ['no such mutant', () => programs({ mutant: 'B22' }), /^no mutant 'B22'; see: /],
    [
      'a mutant of another profile',
      () => programs({ mutant: 'B2', profile: 'linux-6.1' }),
      /^mutant B2 breaks a rule of/,
    ],
    [
      'the same in a run',
      () => runProgram(program, { profile: 'linux-6.1', mutant: 'B2' }),
      /^mutant B2 breaks a rule of/,
    ],
    ['no calls', () => programs({ maxCommands: 0 }), /^maxCommands is a whole number from 1, not 0$/],
    ['half a program', () => programs({ budget: 0.5 }), /^budget is a whole number from 0, not 0.5$/],
    ['no program', () => runProgram({} as library.Program), /^not a program/],
    ['a text', () => printProgram('profile linux-6.12' as never), /^not a program: string; parseProgram\(text\)/],
  ];

  test.each(MISTAKES)('%s', (_what, make, message) => {
    expect(make).toThrow(library.UsageError);
    expect(make).toThrow(message);
  });

  test('a mistake in a text has its line and column', () => {
    expect.assertions(2);
    try {
      parseProgram('profile linux-6.12\n  aloc_skb(size: 1)\n', 'mine.skb');
    } catch (error) {
      expect(error).toBeInstanceOf(library.ParseError);
      expect(error).toMatchObject({
        line: 2,
        column: 3,
        message: expect.stringMatching(/^mine.skb:2:3: error: no command/) as unknown,
      });
    }
  });

  test('a target that does not exist, and one that needs no opening', async () => {
    await expect(library.openTarget('linux-9.9')).rejects.toThrow(library.UsageError);
    await expect(library.runOnTarget(program, 'model')).rejects.toThrow('runProgram(program) runs on it');
  });
});

test('profiles, mutants, scenarios and targets are records of plain data that nobody can change', () => {
  for (const record of [profiles, mutants, scenarios]) {
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    for (const [key, value] of Object.entries(record)) expect(Object.values(value)).toContain(key);
    expect(Object.isFrozen(record)).toBe(true);
  }
  expect(library.targets()[0]).toEqual({ name: 'model', isSetUp: true, hint: null });
});

describe('toBeClean() of jest', () => {
  const messageOf = (text: string): string => {
    const { pass, message } = matchers.toBeClean(parseProgram(text));
    expect(pass).toBe(false);
    return message();
  };

  test('shows a finding as `skbcheck run` does, and the program as a file', () => {
    const message = messageOf(mutants.F3.program);
    expect(message).toMatch(/^socket-charge: .*\n/);
    expect(message).toMatch(/^>>> /m);
    const [, file] = message.split('the program as a file:\n\n');
    expect(runProgram(parseProgram(file)).isFinding).toBe(true);
  });

  test('fails where nothing was executed', () => {
    const message = messageOf('profile linux-6.12\n# no call at all\n');
    expect(message).toMatch(/^no call of the program was executed/);
  });
});

const testLinux = linuxTargets(['linux-6.12']).length > 0 ? test : test.skip;

testLinux('a program runs on a real kernel, more than once', async () => {
  const kernel = await library.openTarget('linux-6.12');
  try {
    const program = parseProgram('profile linux-6.12\nskb1 = alloc_skb(size: 100)\nkfree_skb(skb: skb1)\n');
    for (const measureLeak of [true, false])
      expect(await kernel.run(program, { measureLeak })).toMatchObject({
        target: 'linux-6.12',
        signature: 'clean',
        executed: 2,
      });
    expect((await kernel.run(parseProgram(mutants.B2.program))).isFinding).toBe(true);
    // Its invariant fails on the model alone. Beside a kernel that it provokes, the model only follows.
    const file = path.join(ROOT, 'regressions/kernel-findings/segment-list-forgets-members.skb');
    const provoking = { ...parseProgram(readFileSync(file, 'utf8')), profile: 'linux-6.12' };
    expect(runProgram(provoking, { provoke: true }).isFinding).toBe(true);
    const { signature, skipped } = await kernel.run(provoking, { provoke: true, measureLeak: false });
    expect({ signature, skipped }).toEqual({ signature: 'clean', skipped: 0 });
  } finally {
    await kernel.close();
  }
});
