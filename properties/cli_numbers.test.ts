// Numbers, times and seeds are written alike everywhere: options, program files, tokens.

import fc from 'fast-check';
import { parseCount, parseDuration } from '../src/cli/support/options';
import { searchSeed } from '../src/cli/support/search_seed';
import { formatSeed, parseSeed, SEARCH_SEED_MAX } from '../src/generate/seed';
import { wholeNumber } from '../src/program/number';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';

/** Every way to write a number that programs and options both take. */
const WRITTEN = fc
  .nat({ max: 16_384 })
  .chain((value) =>
    fc
      .constantFrom(
        ...[String(value), `0x${value.toString(16)}`, `0X${value.toString(16).toUpperCase()}`],
        ...[String(value).replace(/\B(?=(\d{3})+$)/g, '_'), `${value}e0`, `${value / 1000}e3`],
      )
      .map((text) => ({ value, text })),
  );

test('a number means the same in an option, a program, and a token, however it is written', () => {
  fc.assert(
    fc.property(WRITTEN, ({ value, text }) => {
      expect(parseCount('--commands', text, 0, 16_384)).toBe(value);
      const { calls } = parseProgram(`profile linux-6.12\nskb1 = alloc_skb(size: ${text})\n`, 'f');
      expect(calls[0].args[0]).toBe(value);
      const token = /^\w+$/.test(text) ? parseSeed(`v1:core:${text}`) : { scenario: 'core', number: value };
      expect(token).toEqual({ scenario: 'core', number: value });
    }),
    { numRuns: 300 },
  );
});

test('a number as the program prints it, 20,000, is taken by options, and separates arguments in a program', () => {
  expect(parseCount('--commands', '20,000', 1, 1e12)).toBe(20_000);
  expect(parseCount('--commands', '1,000,000', 1, 1e12)).toBe(1_000_000);
  expect(() => parseCount('--commands', '1,0', 1, 1e12)).toThrow(/takes a whole number/);
  expect(() => parseProgram('profile linux-6.12\nskb1 = alloc_skb(size: 1,000)\n', 'f')).toThrow(/^f:2:/);
});

test.each(['', '-', '_1', '1_', '1__0', '1.5', '0x', '1e', '1e99', '9007199254740993', 'ten', '1 0', '٣'])(
  '%j is no number',
  (text) => expect(wholeNumber(text, true)).toBeUndefined(),
);

test('the seed line of a program is printed in the usual digits', () => {
  const text = 'profile linux-6.12\nseed v1:core:184_467\nskb1 = alloc_skb(size: 0)\n';
  expect(printProgram(parseProgram(text, 'f'))).toContain(`seed ${formatSeed('core', 184_467)}\n`);
});

test.each([
  ['90s', 90_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['1h30m', 5_400_000],
  ['1h30m5s', 5_405_000],
  ['1.5h', 5_400_000],
  ['500ms', 500],
  ['1m500ms', 60_500],
])('--time %s is %i ms', (text, time_ms) => expect(parseDuration('--time', text)).toBe(time_ms));

test.each(['', '10', 'h', '1d', '30m1h', '1h1h', '1..5s', '-1s'])('--time %j is refused with examples', (text) =>
  expect(() => parseDuration('--time', text)).toThrow(/--time takes a time such as 90s, 10m, 2h or 1h30m, not/),
);

test('a git hash is a seed, the same abbreviated and in full, and is printed back as it was given', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f]{40}$/), (hash) => {
      const seed = searchSeed(hash);
      expect(seed).toMatchObject({ given: hash });
      expect(seed.number).toBeGreaterThanOrEqual(0);
      expect(seed.number).toBeLessThanOrEqual(SEARCH_SEED_MAX);
      for (const digits of [7, 12]) {
        const short = hash.slice(0, digits);
        if (/[a-f]/.test(short)) expect(searchSeed(short).number).toBe(seed.number);
      }
    }),
    { numRuns: 200 },
  );
  expect(searchSeed('1234567')).toEqual({ given: 1_234_567, number: 1_234_567 });
  expect(() => searchSeed('5d2c0g7')).toThrow(/--seed takes a whole number from 0 to 536870911, or a git hash/);
});
