// Bugs that a release has and later ones mend (src/rules/bugs/): the histories and the mutants say which, and a search
// on such a release lists them as known and goes on. A violation that stays without them is another bug's.

import { findScenario } from '../src/generate/scenarios/registry';
import type { Scenario } from '../src/generate/scenario';
import { Batch } from '../src/lockstep/batch';
import { rulesAtText } from '../src/report/rules_text';
import { BUG_TABLE } from '../src/rules/bugs/bug_table';
import { bugsOf, mendedRules, NEWEST_RULES, ownProgramOf } from '../src/rules/bugs/release_bugs';
import { HISTORIES, rulesOf, type RuleName } from '../src/rules/history/histories';
import { findMutant, MUTANTS, profileWith } from '../src/rules/mutants';
import type { Mutant } from '../src/rules/mutants/mutant';
import { ReleaseBugs } from '../src/search/release_bugs';
import { searchModel, type SearchResult } from '../src/search/search_model';
import type { Program } from '../src/program/program';
import type { Rules } from '../src/rules/rules';
import { runOnModel } from '../src/session/run_model';
import { Session } from '../src/session/session';
import { profileOf, programOf, sessionOf } from './support/model';

/** The only one of the releases that lacks nearly all fixes of 2026. */
const OLD = '6.12.43';

const idsOf = (release: string): string[] => bugsOf(release).map(({ id }) => id);

const scenarioOf = (name: string): Scenario => findScenario(name) as Scenario;

function mutantOf(id: string): Mutant {
  const mutant = findMutant(id);
  if (mutant === undefined) throw new Error(`no mutant ${id}`);
  return mutant;
}

test('a release has the bugs that its series mends later, and not those that it has mended', () => {
  expect(idsOf('6.12.43')).toContain('C5');
  expect(idsOf('6.12.74')).not.toContain('C5');
  expect(idsOf('6.12.74')).toEqual(expect.arrayContaining(['A18', 'H3', 'C11', 'E17']));
  expect(idsOf('6.12.117')).not.toContain('A18');
  expect(bugsOf('6.12.74').find(({ id }) => id === 'A18')?.mendedIn).toBe('6.12.115');
  expect(bugsOf('7.1.13').find(({ id }) => id === 'A3')).toMatchObject({ mendedIn: '7.2', commit: '24ef02f934ee' });
});

test('with all its bugs mended, a release has the rules of today where a bug is concerned', () => {
  for (const release of ['6.1', OLD, '6.16.12', '7.0.13']) {
    const bugs = bugsOf(release);
    const rules = mendedRules(rulesOf(release), bugs);
    for (const bug of bugs)
      for (const rule of Object.keys(bug.mended) as (keyof typeof rules)[])
        expect(rules[rule]).toBe(NEWEST_RULES[rule]);
  }
});

/**
 * The invariants say nothing of these on the old release: AF_XDP's are known findings and forgiven there, C12 and
 * J3-skb-zerocopy meet callers that a release without the fix does not let in, the programs of H13 and U6 show nothing
 * there, H4 and J3-gro are mutants with other values.
 */
const SILENT: readonly string[] = ['R1', 'X17', 'X18', 'X19', 'C12', 'J3-skb-zerocopy', 'H13', 'U6', 'H4', 'J3-gro'];

/** Mutants whose program shows a bug of the old release on one CPU. */
const shown = bugsOf(OLD)
  .flatMap(({ id }) => findMutant(id) ?? [])
  .filter(({ id, needs }) => needs !== 'schedule' && !SILENT.includes(id));

test.each(shown)('$id: its program fails on a release that has it, and the bug is named', ({ id, program }) => {
  const profile = profileOf(`linux-${OLD}`);
  const session = sessionOf(profile);
  const ownProgram = programOf(profile, program);
  const { verdict } = runOnModel(session, ownProgram);
  expect(verdict.kind).toBe('violation');
  const behind = new ReleaseBugs(session.options, profile).behind(ownProgram, verdict) ?? [];
  expect(behind.map((bug) => bug.id)).toContain(id);
});

const harmless = Object.keys(BUG_TABLE).filter((id) => BUG_TABLE[id].is === 'no bug of a kernel');

test.each(harmless.filter((id) => mutantOf(id).scenario !== 'struct-page'))(
  '%s is no bug of the release before: its program is clean there',
  (id) => {
    const profile = profileOf('linux-6.1');
    expect(runOnModel(sessionOf(profile), programOf(profile, mutantOf(id).program)).verdict.kind).toBe('clean');
    expect(idsOf('6.1')).not.toContain(id);
  },
);

test('the table of bugs has each mutant of a rule that changed from one release to another', () => {
  const hasChanged = (rule: string): boolean => HISTORIES[rule as RuleName].changes.length > 0;
  const changed = MUTANTS.filter(({ changes }) => Object.keys(changes).some(hasChanged)).map(({ id }) => id);
  expect(changed.filter((id) => !(id in BUG_TABLE))).toEqual([]);
  const ofMutants = Object.keys(BUG_TABLE).filter((id) => BUG_TABLE[id].is !== 'a value of its own');
  expect(ofMutants.filter((id) => !changed.includes(id))).toEqual([]);
});

/** Each bug with the newest release of these that has it. */
const BUGGY: readonly (readonly [string, string])[] = Object.keys(BUG_TABLE).flatMap((id) => {
  const release = ['7.2.12', '7.1.13', '7.0.13', '6.19.14', '6.18.15', '6.16.12', '6.12.117', OLD, '6.1.192'].find(
    (one) => idsOf(one).includes(id),
  );
  return release === undefined ? [] : [[id, release] as const];
});

/** The answers of the model with some rules to a program: its return values and all that can be observed. */
function answersOf(rules: Rules, release: string, text: string): string[] {
  const profile = profileOf(`linux-${release}`);
  const session = new Session({ profile: profile.name, rules, abi: profile.abi, checks: false });
  const batch = new Batch();
  batch.beginProgram(0);
  runOnModel(session, programOf(profile, text), ({ call, outcome }) => {
    if (outcome >= 0) batch.executed(session.world, call);
  });
  return Array.from({ length: batch.calls }, (_, i) => `${batch.rets[i]} ${batch.digests[i]}`);
}

test.each(BUGGY)('%s: its own program tells %s from the same release with the bug mended', (id, release) => {
  const own = ownProgramOf(id);
  if ('none' in own) {
    expect(own.none).toMatch(/\w{3}/);
    return;
  }
  // Other bugs of the release may show in the program, too: all of them are mended.
  const bugs = bugsOf(release);
  const mended = mendedRules(rulesOf(release), bugs);
  const rules = mendedRules(
    rulesOf(release),
    bugs.filter((bug) => bug.id !== id),
  );
  const profile = profileOf(`linux-${release}`);
  const [broken, clean] = [rules, mended].map((some) => {
    const session = new Session({ profile: profile.name, rules: some, abi: profile.abi });
    return runOnModel(session, programOf(profile, own.text)).verdict.kind;
  });
  expect(clean).toBe('clean');
  if (broken !== 'clean') return;
  // No invariant tells them apart, but what can be observed does.
  expect(answersOf(rules, release, own.text)).not.toEqual(answersOf(mended, release, own.text));
});

test('bugs that are behind a violation are the same whichever programs came before', () => {
  const profile = profileOf(`linux-${OLD}`);
  const session = sessionOf(profile);
  const runs = shown.map(({ program }) => programOf(profile, program));
  const namedIn = (programs: readonly Program[]): Map<Program, string> => {
    const bugs = new ReleaseBugs(session.options, profile);
    return new Map(
      programs.map((program) => {
        const { verdict } = runOnModel(session, program);
        bugs.count(verdict, () => program);
        return [program, (bugs.behind(program, verdict) ?? []).map(({ id }) => id).join()];
      }),
    );
  };
  const forward = namedIn(runs);
  const backward = namedIn([...runs].reverse());
  for (const program of runs) expect(backward.get(program)).toBe(forward.get(program));
});

function searched(scenario: string, profileName: string, mutant?: string, commands = 4000): SearchResult {
  const profile = profileOf(profileName);
  const broken = mutant === undefined ? profile : profileWith(profile, mutantOf(mutant));
  const limits = { commands, findings: 8, stop: () => false };
  return searchModel(scenarioOf(scenario), profile, sessionOf(broken), 1, limits);
}

test('a search on an old release meets its bugs, lists them with their releases, and finds nothing new', () => {
  const { findings, known } = searched('core', 'linux-6.12.74');
  expect(findings).toEqual([]);
  const met = known.find(({ id }) => id === 'A18');
  expect(met?.mendedIn).toBe('6.12.115');
  expect(met?.programs).toBeGreaterThan(0);
});

test('a bug that no history has is found on an old release, though another bug breaks the same invariants', () => {
  const { findings, known } = searched('core', 'linux-6.12.74', 'F1');
  expect(known.map(({ id }) => id)).toContain('A18');
  expect(findings.map(({ verdict }) => (verdict.kind === 'violation' ? verdict.invariant : verdict.kind))).toEqual(
    expect.arrayContaining([mutantOf('F1').expected[0]]),
  );
});

test.each([
  ['6.12.43', 'X12-skb'],
  ['6.18.15', 'X12'],
])('known bugs of the sockets of %s do not hide %s, which they make no longer reachable', (release, mutant) => {
  const { findings } = searched('xsk', `linux-${release}`, mutant);
  const [invariant] = mutantOf(mutant).expected;
  expect(findings.map(({ verdict }) => (verdict.kind === 'violation' ? verdict.invariant : ''))).toContain(invariant);
});

test('a release has no bug of code that came later', () => {
  expect(idsOf('6.1.192')).not.toContain('X17');
  expect(idsOf('6.16.12')).not.toContain('X22');
  expect(idsOf('6.12.43')).toContain('X17');
  expect(idsOf('6.18.15')).toContain('X22');
});

test('a rule that a mutant breaks in another way is not taken for the bug of the release', () => {
  const profile = profileOf('linux-6.12.74');
  const broken = profileWith(profile, { ...mutantOf('A18'), changes: { poolFragsAligned: true } });
  const session = sessionOf(broken);
  const program = programOf(profile, mutantOf('A18').program);
  expect(runOnModel(session, program).verdict.kind).toBe('clean');
  const others = sessionOf(profileWith(profile, mutantOf('J3-gro')));
  const { verdict } = runOnModel(others, program);
  expect(new ReleaseBugs(others.options, profile).behind(program, verdict)?.map(({ id }) => id)).toEqual(['A18']);
});

test('a program that is dropped leaves nothing in its batch', () => {
  const profile = profileOf('linux-6.12');
  const session = sessionOf(profile);
  const batch = new Batch();
  const fill = (text: string): void => {
    batch.beginProgram(batch.programs.length);
    runOnModel(session, programOf(profile, text), ({ call, outcome }) => {
      if (outcome >= 0) batch.executed(session.world, call);
    });
  };
  fill('skb1 = alloc_skb(size: 0)\n');
  const [before, calls] = [batch.request(), batch.calls];
  fill('skb1 = alloc_skb(size: 64)\nskb_put(skb: skb1, len: 1)\n');
  expect(batch.dropProgram()).toBeGreaterThan(0);
  expect(batch.request().equals(before)).toBe(true);
  expect(batch.calls).toBe(calls);
});

test('rules --at names the bugs of the release, with the release that mends each', () => {
  expect(rulesAtText('6.12.74', [], bugsOf('6.12.74'))).toMatch(/^bug A18: .*; mended in 6\.12\.115: page_pool: keep/m);
});
