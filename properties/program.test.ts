// Programs are text: printed programs parse to the same program, and any other text parses or is refused in one line.

import { faker } from '@faker-js/faker';
import fc from 'fast-check';
import { COMMANDS } from '../src/commands/registry';
import { programs } from '../src/generate/arbitrary';
import { ProgramSource } from '../src/generate/generator';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { ParseError, parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import type { Program } from '../src/program/program';
import { PROFILES } from '../src/rules/profiles';
import { effort } from './support/effort';

const FC_SEED = 2018;
const ROUND_TRIPS = effort(3_000);
const MUTATED_FILES = effort(40_000);
const core = findScenario('core') as Scenario;
const sources = PROFILES.map((profile) => new ProgramSource(core, profile));
const programOf = (number: number): Program => sources[number % sources.length].program(number);

/** The result that parsing must give: comments as a plain list, so that a difference is shown. */
const asData = ({ comments, calls, ...rest }: Program) => ({
  ...rest,
  comments: [...(comments ?? [])],
  calls: calls.map(({ command, ...call }) => ({ ...call, command: command.name })),
});

const roundTrip = (program: Program): Program => parseProgram(printProgram(program), 'text');

/** The text's error, if it has one; any error but a ParseError fails the test. */
function errorOf(text: string): ParseError | null {
  try {
    parseProgram(text, 'file.skb');
    return null;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return error;
  }
}

describe('print and parse', () => {
  test(`are each other's inverse on ${ROUND_TRIPS} generated programs`, () => {
    let calls = 0;
    for (let number = 0; number < ROUND_TRIPS; number++) {
      const program = programOf(number);
      const text = printProgram(program);
      const parsed = parseProgram(text, 'text');
      // Comparing texts and handles is enough, and much faster than comparing data.
      if (printProgram(parsed) !== text) throw new Error(`not the same text:\n${text}`);
      const same = parsed.calls.every((call, i) => {
        const other = program.calls[i];
        return call.command === other.command && call.result === other.result && call.args.join() === other.args.join();
      });
      if (!same || parsed.calls.length !== program.calls.length) throw new Error(`not the same calls:\n${text}`);
      calls += program.calls.length;
    }
    expect(calls).toBeGreaterThan(20 * ROUND_TRIPS);
  });

  test('keep names, comments, the seed and the expected verdict', () => {
    const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,40}$/);
    const comment = fc.string({ maxLength: 40 }).map((text) => `# ${text.replace(/[\r\n]/g, ' ')}`.trim());
    const decorations = fc.record({
      names: fc.uniqueArray(word, { minLength: 200, maxLength: 200 }),
      comments: fc.dictionary(fc.nat({ max: 40 }).map(String), fc.array(comment, { minLength: 1, maxLength: 3 })),
      expect: fc.option(fc.constantFrom('clean', 'no-leak', 'page-refcount'), { nil: undefined }),
    });
    fc.assert(
      fc.property(programs(), decorations, (plain, { names, comments, expect: expected }) => {
        const program: Program = {
          ...plain,
          names: plain.names.map((_, id) => names[id]),
          comments: new Map(
            Object.entries(comments)
              .map(([position, lines]) => [Number(position), lines] as const)
              .filter(([position]) => position <= plain.calls.length),
          ),
          ...(expected === undefined ? {} : { expect: expected }),
        };
        expect(asData(roundTrip(program))).toEqual(asData(program));
      }),
      { seed: FC_SEED, numRuns: 300 },
    );
  });

  test('accept every value that an argument may have', () => {
    for (const command of COMMANDS) {
      for (const [i, arg] of command.args.entries()) {
        const values =
          arg.type === 'int'
            ? [arg.min, arg.max, arg.default ?? arg.max]
            : arg.type === 'enum'
              ? arg.words.map((_, position) => position)
              : arg.type === 'flags'
                ? arg.words.map((_, bit) => 1 << bit).concat(0, (1 << arg.words.length) - 1)
                : [];
        for (const value of values) {
          const program = withOneCall(command.name, i, value);
          expect(asData(roundTrip(program))).toEqual(asData(program));
        }
      }
    }
  });
});

/** A program that makes the objects that a command needs, by name alone, and then calls it: it parses, legal or not. */
function withOneCall(name: string, position: number, value: number): Program {
  const command = COMMANDS.find((other) => other.name === name) as (typeof COMMANDS)[number];
  const calls: Program['calls'][number][] = [];
  const names: string[] = [];
  const make = (kind: string): number => {
    const maker = COMMANDS.find((other) => other.result === kind) as (typeof COMMANDS)[number];
    const args = maker.args.map((arg) => simplest(arg));
    names.push(`it${names.length}`);
    calls.push({ command: maker, args, result: names.length - 1, fail: 0, context: 0 });
    return names.length - 1;
  };
  const simplest = (arg: (typeof command.args)[number]): number => {
    if (arg.type === 'int') return arg.default ?? arg.min;
    if (arg.type === 'enum' || arg.type === 'flags') return arg.default ?? 0;
    return arg.optional === true ? -1 : make(arg.type);
  };
  const args = command.args.map((arg, i) => (i === position ? value : simplest(arg)));
  const result = command.result === undefined ? -1 : names.push('result') - 1;
  const fail = command.allocates ? 3 : 0;
  const context = command.contextual ? 2 : 0;
  return { profile: PROFILES[0].name, calls: [...calls, { command, args, result, fail, context }], names };
}

const HEADER = 'profile linux-6.12\n';
/** A text, the place of its error, and the error. */
const REFUSED: [text: string, place: string, says: RegExp][] = [
  ['', '1:1', /expected a profile line before the end of the file: add the line "profile linux-7\.3"$/],
  ['# nothing\n', '2:1', /expected a profile line before the end of the file/],
  ['skb1 = alloc_skb(size: 1)\n', '1:1', /expected a profile line before the first command: add the line/],
  ['profile linux-5.13\n', '1:9', /no profile 'linux-5\.13'; profiles: linux-6\.1, linux-6\.12, /],
  ['profile linux6.12\n', '1:9', /no profile 'linux6\.12', did you mean 'linux-6\.12'\?/],
  ['profile linux\n', '1:9', /linux-6\.1.*linux-6\.12/],
  [`${HEADER}profile linux-6.1\n`, '2:1', /second/],
  [`${HEADER}seed core\n`, '2:6', /expected a seed such as v1:core:184467, found 'core'/],
  [`${HEADER}expect\n`, '2:7', /expected 'clean' or the name of an invariant, found the end of the line/],
  [`${HEADER}skb1 = aloc_skb(size: 1)\n`, '2:8', /did you mean 'alloc_skb'\?/],
  [`${HEADER}alloc_skb(size: 1)\n`, '2:1', /expected a name for the skb/],
  [`${HEADER}x = kfree_skb(skb: y)\n`, '2:20', /no name 'y' is defined before/],
  [`${HEADER}s = sk_alloc()\nx = sk_free(sock: s)\n`, '3:1', /makes no object/],
  [`${HEADER}s = sk_alloc()\ns = sk_alloc()\n`, '3:1', /defined already/],
  [`${HEADER}sock1 = sk_alloc()\nsk_free(sock: sock2)\n`, '3:15', /did you mean 'sock1'\?/],
  [`${HEADER}s = sk_alloc()\nkfree_skb(skb: s)\n`, '3:16', /takes a skb, but 's' is a sock/],
  [`${HEADER}s = alloc_skb(size: -1)\n`, '2:21', /must be from 0 to/],
  [`${HEADER}s = alloc_skb(size: 99999999)\n`, '2:21', /must be from 0 to/],
  [`${HEADER}s = alloc_skb(size: big)\n`, '2:21', /expected a number for 'size', found 'big'/],
  [`${HEADER}s = alloc_skb()\n`, '2:15', /needs 'size'/],
  [`${HEADER}s = alloc_skb(size: 1, size: 2)\n`, '2:24', /given twice/],
  [`${HEADER}s = alloc_skb(sise: 1)\n`, '2:15', /did you mean 'size'\?/],
  [`${HEADER}s = alloc_skb(size: 1 fail: 1)\n`, '2:23', /expected ',' or '\)', found 'fail'/],
  [`${HEADER}s = alloc_skb(size: 1, context: napi)\n`, '2:24', /takes no 'context'/],
  [`${HEADER}s = sk_alloc(fail: 1)\n`, '2:14', /allocates nothing/],
  [`${HEADER}s = alloc_skb(size: 1, fail: 0)\n`, '2:30', /must be from 1/],
  [`${HEADER}s = alloc_skb(size: 1) x\n`, '2:24', /expected the end of the line, found 'x'/],
  [`${HEADER}u = ubuf_alloc(flags: shared_frog)\n`, '2:23', /did you mean 'shared_frag'\?/],
  [`${HEADER}u = ubuf_alloc(flags: shared_frag|)\n`, '2:35', /expected a flag/],
  [`${HEADER}1 = sk_alloc()\n`, '2:1', /starts with a letter/],
  [`${HEADER}${'x'.repeat(65)} = sk_alloc()\n`, '2:1', /at most 64/],
  [`${HEADER}\0\u0001\u0002\n`, '2:1', /a program has no character U\+0000 NULL; leave it out/],
  ['\u007fELF\u0002\u0001', '1:1', /a program has no character U\+007F$/],
  [`${HEADER}${' '.repeat(1 << 20)}`, '1:1', /at most 1048576/],
  [`${HEADER}${'dma()\n'.repeat(3)}`, '2:1', /no command 'dma'/],
];

describe('a text that is no program', () => {
  test.each(REFUSED.map(([text, place, says]) => [says.source, place, text] as const))(
    '%s at %s',
    (says, place, text) => {
      const message = errorOf(text)?.message ?? 'it parsed';
      expect(message).toMatch(new RegExp(says));
      expect(message.split(': error: ')[0]).toBe(`file.skb:${place}`);
      expect(message).not.toContain('\n');
    },
  );

  test('is refused for its 10,001st command and its 1,025th name', () => {
    const many = `${HEADER}k = alloc_skb(size: 0)\n${'skb_orphan(skb: k)\n'.repeat(10_000)}`;
    expect(errorOf(many)?.message).toMatch(/file\.skb:10002:1: .*at most 10000 commands/);
    const named = Array.from({ length: 1025 }, (_, i) => `s${i} = sk_alloc()\n`).join('');
    expect(errorOf(HEADER + named)?.message).toMatch(/file\.skb:1026:1: .*at most 1024 names/);
  });
});

describe('mutated programs', () => {
  test(`${MUTATED_FILES} of them parse, or are refused with file:line:column in one line`, () => {
    faker.seed(FC_SEED);
    const texts = Array.from({ length: 50 }, (_, i) => printProgram(programOf(i)));
    const short = texts.map((text) => text.split('\n').slice(0, 14).join('\n'));
    let refused = 0;
    for (let i = 0; i < MUTATED_FILES; i++) {
      const error = errorOf(mutated(short[i % short.length], short[(i * 7) % short.length]));
      if (error === null) continue;
      refused++;
      if (!/^file\.skb:\d+:\d+: error: [^\n\r\0]+$/.test(error.message)) throw new Error(JSON.stringify(error.message));
    }
    expect(refused).toBeGreaterThan(MUTATED_FILES / 2);
    expect(refused).toBeLessThan(MUTATED_FILES);
  });

  test('bytes that are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = new TextDecoder().decode(bytes);
        expect([null, 'ParseError']).toContain(errorOf(text)?.name ?? null);
        expect([null, 'ParseError']).toContain(errorOf(HEADER + text)?.name ?? null);
      }),
      { seed: FC_SEED, numRuns: 2_000 },
    );
  });
});

const MUTATIONS: ((text: string, other: string) => string)[] = [
  (text) => replaceAt(text, faker.number.int(255)),
  (text) => replaceAt(text, '(){}:,=|#-0 \n\t\u2028'.charCodeAt(faker.number.int(14))),
  (text) => text.slice(0, faker.number.int(text.length)),
  (text) => removeAt(text, faker.number.int({ min: 1, max: 12 })),
  (text) => swapLines(text),
  (text) => insertAt(text, faker.word.sample()),
  (text) => insertAt(text, faker.string.symbol(3)),
  (text) => insertAt(text, String(faker.number.int({ min: -(2 ** 40), max: 2 ** 40 }))),
  (text, other) => text.slice(0, faker.number.int(text.length)) + other.slice(faker.number.int(other.length)),
  (text) => text.replace(faker.helpers.arrayElement(['skb1', 'page1', 'size', 'alloc', ': ', ', ']), faker.word.noun()),
  (text) => text.replaceAll('\n', '\r\n'),
];

function mutated(text: string, other: string): string {
  let result = text;
  for (let i = faker.number.int({ min: 1, max: 3 }); i > 0; i--) {
    result = MUTATIONS[faker.number.int(MUTATIONS.length - 1)](result, other);
  }
  return result;
}

function replaceAt(text: string, code: number): string {
  const at = faker.number.int(text.length);
  return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
}

function removeAt(text: string, length: number): string {
  const at = faker.number.int(text.length);
  return text.slice(0, at) + text.slice(at + length);
}

function insertAt(text: string, inserted: string): string {
  const at = faker.number.int(text.length);
  return text.slice(0, at) + inserted + text.slice(at);
}

function swapLines(text: string): string {
  const lines = text.split('\n');
  const i = faker.number.int(lines.length - 1);
  const j = faker.number.int(lines.length - 1);
  const line = lines[i];
  lines[i] = lines[j];
  lines[j] = line;
  return lines.join('\n');
}
