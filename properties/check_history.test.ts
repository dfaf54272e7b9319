// The kernels to ask about a change, and the programs that tell its two values apart.

import { findScenario } from '../src/generate/scenarios/registry';
import type { Scenario } from '../src/generate/scenario';
import { firstProgram } from '../src/generate/seed';
import type { rulesOf } from '../src/rules/history/histories';
import { kernelProfile } from '../src/rules/kernel_profile';
import { kernelScenarios } from '../src/search/history/check_history';
import { distinguish } from '../src/search/history/distinguish';
import { changeGroups, questionsOf, rulesAround } from '../src/search/history/plan';
import { printProgram } from '../src/program/print';

const kernels = ['7.3.4', '6.12.43', '6.12.117', '6.17.13', '6.18.15', '7.0.13'].map((release) => ({
  target: `linux-${release}`,
  release,
}));

function askedAbout(rule: Parameters<typeof rulesOf>[0] | string): string[] {
  const groups = changeGroups().filter(({ rules }) => rules.some((one) => one.rule === rule));
  return questionsOf(groups, kernels).map(({ kernel, side }) => `${kernel.release}: ${side}`);
}

describe('the kernels that are asked', () => {
  test('lie on both sides of a change of mainline', () => {
    expect(askedAbout('groFixedIdNeedsDf')).toEqual(['6.17.13: last without', '6.18.15: first with']);
  });

  test('lie on both sides of a backport, too', () => {
    expect(askedAbout('groRefusesZcopy')).toEqual([
      '6.18.15: last without',
      '7.3.4: first with',
      '6.12.43: last without',
      '6.12.117: first with',
    ]);
  });

  test('are all those of a range, and its ends', () => {
    expect(askedAbout('unmapReadsAddressFirst')).toEqual([
      '7.0.13: unknown',
      '6.18.15: last without',
      '7.3.4: first with',
      '6.12.43: last without',
      '6.12.117: first with',
    ]);
  });

  test('are none for a function that the module has a copy of', () =>
    expect(askedAbout('kcmUnlinksEmpty')).toEqual([]));

  test('are none where all lie on one side', () => expect(askedAbout('smallHeadCache')).toEqual([]));
});

test('the rules that one commit changed are one change', () => {
  const group = changeGroups(['tracksDmaMappings']);
  expect(group.map(({ rules }) => rules.map(({ rule }) => rule))).toEqual([
    [
      ...['destroyUnmapsOutstanding', 'tracksDmaMappings', 'destroyStopsSync', 'deviceMayGoAfterDestroy'],
      'unmapReadsAddressFirst',
    ],
  ]);
});

test('programs on which the models of two values differ are found, the same ones for the same seed', () => {
  const groups = changeGroups(['napiSmallPageFrag']);
  const [question] = questionsOf(groups, kernels);
  const profile = kernelProfile(question.kernel.release);
  const around = rulesAround(question);
  if (around === undefined) throw new Error('6.12.117 has both values of napiSmallPageFrag');
  const search = (): string[] =>
    [
      ...distinguish({ profile, abi: profile.abi, ...around }, [findScenario('core') as Scenario], firstProgram(1), {
        wanted: 2,
        tried: 400,
      }),
    ].map(({ program }) => printProgram(program));
  const found = search();
  expect(found).toHaveLength(2);
  expect(search()).toEqual(found);
});

test('only scenarios that a kernel can run are tried', () => {
  const names = kernelScenarios().map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['core', 'gro', 'xsk']));
  expect(names).not.toContain('races');
  expect(names).not.toContain('rfc-2018');
});

test('a kernel is not asked about a change that a later change of the same rule hides on its side', () => {
  const two = kernels
    .filter(({ release }) => release === '7.3.4')
    .concat({ target: 'linux-6.1.192', release: '6.1.192' });
  const questions = questionsOf(changeGroups(['uncloneLeavesSmallHeads']), two);
  // 7.3.4 is the first with both changes, and has the value of the second.
  const first = questions
    .filter(({ kernel }) => kernel.release === '7.3.4')
    .map((question) => [question.group.rules[0].after, rulesAround(question) === undefined]);
  expect(first).toContainEqual([true, true]);
  expect(first).toContainEqual([false, false]);
});
