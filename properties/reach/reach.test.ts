// One boot inside and one outside: a condition that a program of user space reaches, and one that none reaches.
import { SPLICE } from '../../src/generate/scenarios/splice';
import { CORE } from '../../src/generate/scenarios/core';
import { ZEROCOPY_SOCKETS } from '../../src/generate/scenarios/zerocopy';
import type { Scenario } from '../../src/generate/scenario';
import { parseProgram } from '../../src/program/parse';
import { reach } from '../../src/reach/reach';
import { ReachKernel } from '../../src/reach/reach_kernel';
import type { ReachResult } from '../../src/reach/reach_result';
import { reachSentence } from '../../src/report/outside/reach_text';
import { mutantNamed, profileNamed } from '../../src/session/named';
import { REACH_CASES } from '../../bench/reach_cases';
import { linuxTargets } from '../support/linux';

const TARGET = 'linux-6.12';
const COPIED = `profile ${TARGET}
as: user
fd1 = connected(kind: tcp)
send(fd: fd1, len: 8192)
`;
const ZEROCOPY = `profile ${TARGET}
as: user
fd1 = connected(kind: tcp)
setsockopt(fd: fd1, option: zerocopy, value: 1)
send(fd: fd1, len: 8192, flags: zerocopy)
`;

test('the known cases are five that a user reaches and five that he does not, each with its reason', () => {
  expect(REACH_CASES.filter(({ reachable }) => reachable)).toHaveLength(5);
  expect(REACH_CASES.filter(({ reachable }) => !reachable)).toHaveLength(5);
  expect(REACH_CASES.filter(({ why }) => why.length < 20)).toEqual([]);
});

(linuxTargets([TARGET]).length > 0 ? describe : describe.skip)(`reach on ${TARGET}`, () => {
  let kernel: ReachKernel;

  beforeAll(async () => {
    kernel = await ReachKernel.of(TARGET, () => undefined);
  });

  afterAll(() => kernel?.close());

  function ask(id: string, scenario: Scenario, tried: readonly string[]): Promise<ReachResult> {
    const { program } = REACH_CASES.find(({ mutant }) => mutant === id) ?? mutantNamed(id);
    return reach({
      ...{ kernel, scenario, finding: id, seed: 1, profile: profileNamed(TARGET), mutant: mutantNamed(id) },
      program: parseProgram(`profile ${TARGET}\n${program}`, id),
      levels: ['user'],
      first: tried.map((text) => parseProgram(text, 'tried')),
      programs: Math.max(tried.length, 24),
      isOver: () => false,
      say: () => undefined,
    });
  }

  test('a zerocopy packet of TCP reaches the lines that give a clone its own head, a copied one does not', async () => {
    const result = await ask('E1', CORE, [COPIED, ZEROCOPY]);
    expect(reachSentence(result)).toMatch(`reachable: as user on ${TARGET}, by pskb_expand_head`);
    expect(result.reached?.program).toContain('flags: zerocopy');
  }, 120_000);

  test('a call that only the model makes is not searched, and the answer has the reason', async () => {
    const result = await ask('E4', ZEROCOPY_SOCKETS, []);
    expect(result.notReached).toEqual([]);
    expect(reachSentence(result)).toContain(result.modelOnly);
  }, 120_000);

  test('no program of a user carves a packet', async () => {
    const { condition, reached, notReached } = await ask('E1-carve', SPLICE, []);
    expect(condition?.function).toBe('pskb_extract');
    expect(reached).toBeUndefined();
    expect(notReached).toEqual([{ as: 'user', programs: 24, entered: 0, deaths: 0 }]);
  }, 120_000);
});
