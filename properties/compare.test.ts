// Two targets run the same programs. Only a difference that their rules do not explain is a finding.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CompareSearch } from '../src/compare/compare_search';
import type { Pair } from '../src/compare/pair';
import { PairTargets } from '../src/compare/pair_targets';
import type { Answer } from '../src/lockstep/link';
import type { Program } from '../src/program/program';
import type { CompareDocument } from '../src/report/documents/compare_document';
import { MUTANTS } from '../src/rules/mutants';
import { scenarioNamed } from '../src/session/named';
import { buildOnce, folderForTests, skbcheck, wrapperOf } from './support/cli';
import { compareModels, comparingOf, COMPARE_SEED as SEED } from './support/compare_models';
import { effort } from './support/effort';
import { linuxTargets } from './support/linux';
import { brokenProfile, mutantOf, profileOf, programOf } from './support/model';
import { modelLink, type Behaviour } from './support/model_link';

const COMMANDS = effort(1_500);
const older = profileOf('linux-6.1');
const newer = profileOf('linux-6.12');
const folder = folderForTests('compare');

test.each(['core', 'gro', 'segment', 'xdp', 'xsk', 'driver'])(
  `%s: two equal targets have no difference (seed ${SEED})`,
  async (scenario) => {
    const { counts, findings } = await compareModels([newer, newer], scenario, COMMANDS);
    expect(findings).toEqual([]);
    expect(counts).toMatchObject({ explained: 0, notShown: 0, together: 0, lost: 0, unanswered: 0 });
    expect(counts.compared).toBeGreaterThanOrEqual(COMMANDS);
  },
);

/** The bugs of kernel/mutants, and a scenario that reaches each. */
const BUGS: Readonly<Record<string, string>> = {
  ...{ A11: 'core', A13: 'core', B1: 'core', B2: 'core', F3: 'core', J3: 'splice', E1: 'core' },
  ...{ C1: 'gro', C8: 'segment', C15: 'gro', F10: 'xdp', H8: 'xdp', X2: 'xsk' },
};

test.each(Object.entries(BUGS))('%s in one of two targets is found in %s', async (id, scenario) => {
  const mutant = mutantOf(id);
  const base = profileOf(mutant.profile);
  const { findings } = await compareModels([base, brokenProfile(mutant)], scenario, 60_000);
  expect(findings.map(({ verdict }) => verdict.kind)).toEqual(['divergence']);
});

test('a bug that both targets have is counted, and is no finding', async () => {
  const broken = brokenProfile(mutantOf('F1'));
  const { counts, findings } = await compareModels([broken, broken], 'core', 8_000);
  expect(findings).toEqual([]);
  expect(counts.together).toBeGreaterThan(10);
});

describe('6.1 and 6.12', () => {
  test('differ only as their rules say, and the rules that decide it are named', async () => {
    const { counts, findings, rules } = await compareModels([older, newer], 'tcp-stream', 3_000);
    expect(findings).toEqual([]);
    expect(counts).toMatchObject({ notShown: 0, together: 0 });
    expect(counts.explained).toBeGreaterThan(100);
    const named = rules.all.map(({ changes }) => changes.map(({ name }) => name));
    expect(named.every((names) => names.length > 0)).toBe(true);
    expect(named.flat()).toContain('smallHeadCache');
    expect(rules.all.reduce((sum, { explained }) => sum + explained, 0)).toBe(counts.explained);
  });

  test('rules that differ while the targets do not are said', async () => {
    const comparing = comparingOf([older, newer], [{}, {}]);
    const same = modelLink('m', older);
    const targets = new PairTargets(
      [() => Promise.resolve(same), () => Promise.resolve(same)],
      [null, null],
      () => false,
    );
    const limits = { commands: 5_000, findings: 1, stop: () => false };
    const search = new CompareSearch(scenarioNamed('core'), { ...comparing, targets }, 0, limits, () =>
      Promise.resolve(),
    );
    const { notShown } = await search.run();
    expect(notShown).toBeGreaterThan(50);
  });
});

describe('a target that', () => {
  const SKB_GET = 80;
  const got = programOf(newer, 'skb1 = alloc_skb(size: 0)\nskb2 = skb_get(skb: skb1)\nkfree_skb(skb: skb2)\n');
  const hasGet = (request: Uint32Array): boolean => request.includes(SKB_GET | (1 << 16));
  const dies = (answer: Answer, request: Uint32Array): Answer =>
    hasGet(request) ? { death: { kind: 'killed', detail: 'it ended', console: '' } } : answer;
  const complains = (answer: Answer, request: Uint32Array): Answer => {
    if (hasGet(request) && answer.words !== undefined) answer.words[1 + 3 + 2] = 1;
    return answer;
  };
  const judged = async (behaviours: Pair<Behaviour>, program: Program = got) =>
    comparingOf([newer, newer], behaviours).judge.judgePair(program);

  test('dies alone is a finding at that call, and names the target', async () => {
    const { verdict } = await judged([{}, { onAnswer: dies }]);
    expect(verdict).toMatchObject({ kind: 'death', only: 'B', place: { call: 1, command: 'skb_get' } });
  });

  test('dies at the same call as the other is counted', async () => {
    expect(await judged([{ onAnswer: dies }, { onAnswer: dies }])).toMatchObject({
      verdict: { kind: 'clean' },
      bothDied: true,
    });
  });

  test('complains alone is a finding with its words', async () => {
    const splats = 'WARNING: CPU: 0 PID: 1 at net/core/skbuff.c:7 skb_get+0x1/0x2\n';
    const { verdict } = await judged([{ onAnswer: complains, splats }, {}]);
    expect(verdict).toMatchObject({ kind: 'splat', only: 'A', title: 'WARNING in skb_get', place: { call: 1 } });
  });

  test('complains as the other does is no finding', async () => {
    const { verdict } = await judged([{ onAnswer: complains }, { onAnswer: complains }]);
    expect(verdict).toEqual({ kind: 'clean' });
  });

  test('grows while the other does not is a finding', async () => {
    let bytes = 1 << 20;
    const grows = { memoryInUse: () => (bytes += 5 << 20) };
    const steady = { memoryInUse: () => 1 << 20 };
    const { findings } = await compareModels([newer, newer], 'core', 40_000, [steady, grows]);
    expect(findings.map(({ verdict }) => verdict)).toMatchObject([{ field: 'memory in use', between: ['A', 'B'] }]);
  });
});

describe('on the command line', () => {
  const peer = wrapperOf(folder, 'peer', 'serve', '--profile', 'linux-6.12');
  const of612 = ['--profile', 'linux-6.12', '--profile-b', 'linux-6.12'];
  const f1 = wrapperOf(folder, 'f1', 'serve', '--mutant', 'F1');
  const lines = (...words: string[]) => skbcheck(['compare', ...words], { cwd: folder });
  beforeAll(buildOnce);

  test('a finding is reduced, and its file shows it again on both and not on the model', () => {
    const words = ['core', ...of612, '--commands', '20000', '--seed', String(SEED), '--findings', '1', '--json'];
    const { code, stdout } = lines(peer, f1, ...words);
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as CompareDocument;
    expect(findings).toMatchObject([{ scenario: 'core', commandsAfter: 4 }]);
    expect(findings[0].signature).toContain('divergence skb_try_coalesce');
    expect(readFileSync(path.join(folder, findings[0].file), 'utf8')).toBe(findings[0].program);
    expect(lines(peer, f1, findings[0].file, ...of612).code).toBe(1);
    expect(lines(peer, peer, findings[0].file, ...of612).code).toBe(0);
    const alone = skbcheck(['run', findings[0].file], { cwd: folder });
    expect({ code: alone.code, said: alone.stdout.includes('skbcheck compare') }).toEqual({ code: 4, said: true });
  });

  test('a known difference comes with a small program, which shows it', () => {
    const old = wrapperOf(folder, 'old', 'serve', '--profile', 'linux-6.1');
    const profiles = ['--profile', 'linux-6.1', '--profile-b', 'linux-6.12'];
    const { code, stdout } = lines(old, peer, 'core', ...profiles, '--commands', '4000', '--seed', '1', '--json');
    expect(code).toBe(0);
    const { explanations, lacking, findings } = JSON.parse(stdout) as CompareDocument;
    expect(findings).toEqual([]);
    expect(lacking.map(({ command }) => command)).toContain('skb_condense');
    const cache = explanations.find(({ rules }) => rules.some(({ name }) => name === 'ppRefCountAlways'));
    expect(cache?.program.trim().split('\n').length).toBeLessThan(6);
  });

  test('a search with --base compares the two', () => {
    const { code, stdout } = skbcheck(
      ['fuzz', 'core', '--target', f1, '--base', peer, '--commands', '5000', '--seed', '1', '--findings', '1'],
      { cwd: folder },
    );
    expect(code).toBe(1);
    expect(stdout).toContain(`${peer} and ${f1} differ in`);
  });

  test.each([
    [['model', peer], 'the model is none'],
    [[peer, peer, 'races'], 'scenario races cannot be compared'],
    [[peer, peer, 'cor'], "no scenario 'cor'"],
    [[peer, 'linux-5.4'], "no target 'linux-5.4'; set up: model"],
    [[peer, 'linux-5.4'], 'to set it up: npx skbcheck kernel setup 5.4'],
  ])('%j is a mistake', (words, why) => {
    const { code, stderr } = lines(...words);
    expect({ code, said: stderr.includes(why) }).toEqual({ code: 2, said: true });
  });
});

const [kernel] = linuxTargets(['linux-6.12']);
(kernel === undefined ? test.skip : test)('a kernel in two VMs does not differ from itself', () => {
  buildOnce();
  const words = ['compare', kernel, kernel, 'core', '--commands', '20000', '--seed', '1', '--json'];
  const { code, stdout, stderr } = skbcheck(words, { cwd: folder });
  expect(code).toBe(0);
  expect(stderr).toContain('are one kernel');
  expect((JSON.parse(stdout) as CompareDocument).compared).toBeGreaterThanOrEqual(20_000);
});

test('every bug of kernel/mutants is among those that are compared', () => {
  expect(Object.keys(BUGS).length).toBeGreaterThanOrEqual(13);
  expect(Object.keys(BUGS).filter((id) => !MUTANTS.some((mutant) => mutant.id === id))).toEqual([]);
});
