// Seeds of searches lie far apart, and the token of a program is enough to generate it again.

import fc from 'fast-check';
import { searchModel } from '../src/search/search_model';
import { ProgramSource } from '../src/generate/generator';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import {
  formatSeed,
  firstProgram,
  generatorSeed,
  parseSeed,
  programAfter,
  SEARCH_SEED_MAX,
} from '../src/generate/seed';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import { settleSeed } from '../src/session/run_model';
import { brokenProfile, mutantOf, sessionOf } from './support/model';

const PROGRAMS_PER_SEED = 2 ** 24;
const core = findScenario('core') as Scenario;

describe('a program number', () => {
  test('of the first program of seed N is N times 2^24, and every number is exact', () => {
    expect([0, 1, 2, 184467].map(firstProgram)).toEqual([0, 16777216, 33554432, 3094842703872]);
    const last = firstProgram(SEARCH_SEED_MAX) + PROGRAMS_PER_SEED - 1;
    expect(last).toBe(Number.MAX_SAFE_INTEGER);
    expect([0, 1, 2].map((programs) => programAfter(last, programs))).toEqual([last, 0, 1]);
    expect(programAfter(firstProgram(1), PROGRAMS_PER_SEED)).toBe(firstProgram(2));
  });

  test('below 2^32 is the input of the generator; above, the generator gets 32 bits that follow from it', () => {
    for (const number of [0, 1, 184467, 2 ** 32 - 1]) expect(generatorSeed(number)).toBe(number);
    fc.assert(
      fc.property(fc.maxSafeNat(), (number) => {
        const seed = generatorSeed(number);
        expect(seed).toBe(seed >>> 0);
        expect(generatorSeed(number)).toBe(seed);
      }),
    );
    // A change of these numbers is a change of the meaning of tokens.
    expect([2 ** 32, 2 ** 40, Number.MAX_SAFE_INTEGER].map(generatorSeed)).toEqual([1895220952, 764757951, 3454797123]);
  });
});

test('searches of neighbouring seeds, and of any others, have hardly a program in common', () => {
  const PROGRAMS = 20_000;
  const COMMON_MAX = 20;
  const seeds = [0, 1, 2, 3, 255, 256, 257, 258, 511, 512, 513, 65536, 2 ** 28, SEARCH_SEED_MAX - 1, SEARCH_SEED_MAX];
  const seen = new Set<number>();
  for (const seed of seeds) {
    for (let i = 0; i < PROGRAMS; i++) seen.add(generatorSeed(programAfter(firstProgram(seed), i)));
  }
  expect(seeds.length * PROGRAMS - seen.size).toBeLessThanOrEqual(COMMON_MAX);
});

test.each([1, 2, 256, 184467, SEARCH_SEED_MAX])(
  'seed %i: the token of a finding generates its program again',
  (seed) => {
    const profile = brokenProfile(mutantOf('F1'));
    const search = (first: number, commands: number) =>
      searchModel(core, profile, sessionOf(profile), first, { commands, findings: 1, stop: () => false });
    const [found] = search(firstProgram(seed), 100_000).findings;
    const token = found.program.seed as string;
    const { number } = parseSeed(token) as { number: number };
    expect(number).toBeGreaterThanOrEqual(firstProgram(seed));
    expect(number).toBeLessThan(firstProgram(seed) + PROGRAMS_PER_SEED);
    // A search that begins with the number finds it first, and settles it in the same way.
    const alone = search(number, 1);
    expect(alone.programs).toBe(1);
    expect(alone.findings).toEqual([{ ...found, afterCommands: alone.findings[0].afterCommands }]);
    // The generator makes the same calls without a search, up to the call that failed in the search.
    const whole = new ProgramSource(core, profile).program(generatorSeed(number));
    const calls = whole.calls.slice(0, found.program.calls.length);
    expect(printProgram({ ...whole, calls, seed: token })).toBe(printProgram(found.program));
    // The program's file keeps the token, and settle draws from it.
    const saved = parseProgram(printProgram(found.program), 'saved');
    expect(saved.seed).toBe(token);
    expect(settleSeed(saved)).toBe(generatorSeed(number));
  },
);

describe('a token', () => {
  test('has a number of up to 16 digits below 2^53', () => {
    expect(parseSeed('v1:core:184467')).toEqual({ scenario: 'core', number: 184467 });
    fc.assert(
      fc.property(fc.maxSafeNat(), (number) => {
        expect(parseSeed(formatSeed('core', number))).toEqual({ scenario: 'core', number });
      }),
    );
  });

  test.each(['', 'core', 'v1:core', 'v1:core:', 'v1:core:-1', 'v1:core:1.5', 'v2:core:1', 'v1:Core:1', 'v1:core:1 '])(
    'is not %j',
    (token) => expect(parseSeed(token)).toBeUndefined(),
  );

  test('never has a number of 2^53 or more', () => {
    expect(parseSeed(`v1:core:${2 ** 53}`)).toBeUndefined();
    expect(parseSeed(`v1:core:${'9'.repeat(17)}`)).toBeUndefined();
  });
});
