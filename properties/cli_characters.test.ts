// A program file with a character that no program has: the character is named, and what to write instead.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { readProgram } from '../src/cli/support/read_program';
import { didYouMeanId } from '../src/program/did_you_mean';
import { ParseError, parseProgram } from '../src/program/parse';
import { ALL_COMMANDS } from '../src/commands/registry';
import { KINDS } from '../src/model/world/kinds';
import { ALL_PROFILES } from '../src/rules/profiles';
import { folderForTests } from './support/cli';

const folder = folderForTests('characters');
const PROGRAM = 'profile linux-6.12\nskb1 = alloc_skb(size: 0)\n';

function complaintOf(text: string): string {
  try {
    parseProgram(text, 'f.skb');
    return 'it parsed';
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}

function put(name: string, content: Buffer): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

test('a byte order mark and Windows line ends are taken', () => {
  const file = put('windows.skb', Buffer.from(`\ufeff${PROGRAM.replaceAll('\n', '\r\n')}`));
  expect(readProgram(file).calls).toHaveLength(1);
});

test('a file in UTF-16 is told to be one', () => {
  const little = put('little.skb', Buffer.from(`\ufeff${PROGRAM}`, 'utf16le'));
  const big = put('big.skb', Buffer.from(`\ufeff${PROGRAM}`, 'utf16le').swap16());
  for (const file of [little, big])
    expect(() => readProgram(file)).toThrow(/:1:1: error: a program is UTF-8, this file is UTF-16: save it as UTF-8$/);
});

test.each([
  [
    'a no-break space',
    'skb1\u00a0= alloc_skb(size: 0)',
    "2:5: error: a program has no character U+00A0 NO-BREAK SPACE; write ' '",
  ],
  [
    'a curly quote',
    'cpu1 at ‘x’',
    '2:9: error: a program has no character U+2018 LEFT SINGLE QUOTATION MARK; write "\'"',
  ],
  [
    'a zero width space',
    'skb1 =\u200b alloc_skb(size: 0)',
    '2:7: error: a program has no character U+200B ZERO WIDTH SPACE; leave it out',
  ],
  ['a dash', 'skb1 = alloc_skb(size: –1)', "2:24: error: a program has no character U+2013 EN DASH; write '-'"],
  ['another letter', 'skbä = alloc_skb(size: 0)', "2:4: error: a program has no character U+00E4 'ä'"],
  ['a pictogram', '🐛', "2:1: error: a program has no character U+1F41B '🐛'"],
])('%s is named', (_, line, complaint) => {
  expect(complaintOf(`profile linux-6.12\n${line}\n`)).toBe(`f.skb:${complaint}`);
});

test('any character beyond ASCII is named where it stands, and taken in a comment', () => {
  const strange = fc.integer({ min: 0x80, max: 0x2fff }).map((code) => String.fromCodePoint(code));
  fc.assert(
    fc.property(strange, fc.nat(PROGRAM.length - 1), (character, place) => {
      fc.pre(place > 0);
      const lines = PROGRAM.slice(0, place).split('\n');
      const complaint = complaintOf(PROGRAM.slice(0, place) + character + PROGRAM.slice(place));
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      expect(complaint).toContain(`f.skb:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}: `);
      expect(complaint).toContain(`U+${code}`);
      expect(complaintOf(`${PROGRAM}# ${character}`)).toBe('it parsed');
    }),
    { numRuns: 300 },
  );
});

test('a name that reads as another kind is refused with the reason, for each kind', () => {
  for (const kind of KINDS.filter((one) => one !== 'skb'))
    expect(complaintOf(`profile linux-6.12\n${kind}1 = alloc_skb(size: 0)\n`)).toBe(
      `f.skb:2:1: error: '${kind}1' is the name of a ${kind}, but alloc_skb makes a skb: name it such as skb1`,
    );
  expect(complaintOf('profile linux-6.12\nmine1 = alloc_skb(size: 0)\n')).toBe('it parsed');
  expect(KINDS.every((kind) => ALL_COMMANDS.some(({ result }) => result === kind))).toBe(true);
});

test('a version or an id is no slip for another one, and a slip still is', () => {
  const names = ALL_PROFILES.map(({ name }) => name);
  for (const version of ['linux-6.13', 'linux-6.2', 'linux-5.4', 'linux-6.120'])
    expect(didYouMeanId(version, names)).toBe('');
  expect(didYouMeanId('lnux-6.12', names)).toBe(", did you mean 'linux-6.12'?");
  expect(didYouMeanId('ZZ', ['B1', 'A11'])).toBe('');
  expect(didYouMeanId('b1', ['B1', 'A11'])).toBe(", did you mean 'B1'?");
});
