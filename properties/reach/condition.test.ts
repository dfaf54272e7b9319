import fc from 'fast-check';
import { blocksOf } from '../../src/reach/blocks';
import { commonFacts, has, learnCondition, type Fact, type Vector } from '../../src/reach/condition';
import type { WatchedFunction } from '../../src/reach/probes';
import { invocationsIn } from '../../src/reach/invocations';
import { Class, type Layout } from '../../src/reach/features';
import { tellsApart } from '../../src/reach/tells_apart';
import { reachText } from '../../src/report/outside/reach_text';

const WIDTH = 6;
/** The first half of a vector: none says who owns memory. */
const ARGUMENTS = Array.from({ length: WIDTH / 2 }, () => ({}));
const vector = fc.uint8Array({ minLength: WIDTH, maxLength: WIDTH, max: 2 });
const vectors = fc.array(vector, { minLength: 1, maxLength: 12 });

const fulfils = (one: Vector, facts: readonly Fact[]): boolean => facts.every((fact) => has(one, fact));

describe('The condition of a finding', () => {
  test('is fulfilled by every program that shows it', () => {
    fc.assert(
      fc.property(vectors, vectors, vectors, (guilty, ordinary, near) => {
        const { facts } = learnCondition(guilty, ordinary, near, ARGUMENTS);
        expect(guilty.every((one) => fulfils(one, facts))).toBe(true);
      }),
    );
  });

  test('is fulfilled by no clean call, or by those that have all that the guilty ones have in common', () => {
    fc.assert(
      fc.property(vectors, vectors, vectors, (guilty, ordinary, near) => {
        const { facts, alike } = learnCondition(guilty, ordinary, near, ARGUMENTS);
        const clean = [...ordinary, ...near];
        const common = commonFacts(guilty);
        expect(clean.filter((one) => fulfils(one, facts))).toHaveLength(alike);
        expect(alike).toBe(clean.filter((one) => fulfils(one, common)).length);
      }),
    );
  });

  test('leaves out what is ordinary and tells nothing apart', () => {
    const [guilty, clean] = [Uint8Array.of(1, 1, 0), Uint8Array.of(1, 0, 0)];
    expect(learnCondition([guilty], [clean, clean, clean], [], [{}, {}]).facts).toEqual([{ at: 1, value: 1 }]);
  });
});

test('A condition keeps the mark of a pool that all guilty calls have, though clean ones have it as well', () => {
  const [guilty, clean] = [Uint8Array.of(Class.One, Class.One), Uint8Array.of(Class.One, Class.Zero)];
  const factsWith = (features: Parameters<typeof learnCondition>[3]): readonly Fact[] =>
    learnCondition([guilty], [clean], [], features).facts;
  expect(factsWith([{}])).toEqual([{ at: 1, value: Class.One }]);
  expect(factsWith([{ owner: Class.One }]).map(({ at }) => at)).toEqual([0, 1]);
  expect(factsWith([{ owner: Class.Zero }]).map(({ at }) => at)).toEqual([1]);
});

test('A condition of arguments alone is a yes where thirty clean invocations do not have them, and not before', () => {
  const [guilty, clean] = [Uint8Array.of(1, 1, 0), Uint8Array.of(0, 1, 0)];
  const { hasLine, ordinary, alike } = learnCondition([guilty], [clean, clean], [], [{}, {}]);
  expect([hasLine, alike]).toEqual([false, 0]);
  const condition = { guiltyPrograms: 1, ordinary, alike };
  expect(tellsApart({ ...condition, hasLine })).toBe(false);
  expect(tellsApart({ ...condition, hasLine, ordinary: 29 })).toBe(false);
  expect(tellsApart({ ...condition, hasLine, ordinary: 30 })).toBe(true);
  expect(tellsApart({ ...condition, hasLine: true })).toBe(true);
});

test('A condition that clean programs fulfil, too, is a yes while at most one in ten that fulfil it is clean', () => {
  const condition = { function: 'f', facts: ['f+0x4 runs'], guiltyPrograms: 18, cleanPrograms: 9, ordinary: 9 };
  const result = {
    ...{ finding: 'f.skb', target: 'linux-6.12', call: 'f()', at: 0, notReached: [] },
    reached: { as: 'user', program: 'fd1 = pipe2()', programs: 1 },
  } as const;
  const answerWith = (alike: number): string => {
    const whole = { ...condition, hasLine: true, alike };
    return reachText({ ...result, condition: { ...whole, tellsApart: tellsApart(whole) } });
  };
  expect(answerWith(2)).toMatch(/^f\.skb: reachable: as user/);
  expect(answerWith(3)).toMatch(/^f\.skb: perhaps reachable/);
  expect(answerWith(3)).toContain('3 invocations of clean programs fulfil it, too');
});

describe('A trace', () => {
  const LAYOUT: Layout = { skb: new Map(), shared: new Map() };
  const watched: WatchedFunction = { name: 'f', args: [], features: [], blocks: [1, 2], isSet: [true, true] };
  const entry = (stack: number): string => `e0: (f+0x0/0x10) sp=0x${stack.toString(16)}`;
  const block = (number: number, stack: number): string => `b0_${number}: (f+0x4/0x10) sp=0x${stack.toString(16)}`;
  const blocksIn = (...lines: string[]): number[][] =>
    invocationsIn(lines.join('\n'), [watched], LAYOUT).map(({ blocks }) => [...blocks]);

  test('gives a block to the invocation whose frame it runs in, when a function calls itself', () => {
    expect(blocksIn(entry(0x4800), entry(0x4700), block(0, 0x46f0), block(1, 0x47f0))).toEqual([[1], [0]]);
  });

  test('gives a block to the invocation of its own stack, when an interrupt comes between', () => {
    expect(blocksIn(entry(0x4800), entry(0x8800), block(0, 0x87f0), block(1, 0x47f0))).toEqual([[1], [0]]);
  });
});

test('Blocks begin at targets of jumps and behind conditional jumps', () => {
  const listing = [
    'ffffffff81000000:\tendbr64',
    'ffffffff81000004:\tje     0xffffffff81000010',
    'ffffffff8100000a:\tmov    %rax,%rbx',
    'ffffffff8100000d:\tjmp    0xffffffff82000000',
    'ffffffff81000010:\tret',
    'ffffffff81000011:\tint3',
  ].join('\n');
  const part = { name: 'f', address: 0xffffffff81000000n, end: 0xffffffff81000012n };
  expect(blocksOf(listing, [part])).toEqual([0xffffffff8100000an, 0xffffffff81000010n]);
});
