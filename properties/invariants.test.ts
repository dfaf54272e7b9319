// The invariants themselves: each is evaluated, each can fail, and the check of touched objects misses nothing.

import { searchModel } from '../src/search/search_model';
import { isSearchedWith, type Scenario } from '../src/generate/scenario';
import { findScenario, SCENARIOS } from '../src/generate/scenarios/registry';
import { INVARIANTS } from '../src/invariants/registry';
import { printProgram } from '../src/program/print';
import type { Program } from '../src/program/program';
import { MUTANTS } from '../src/rules/mutants';
import { ALL_PROFILES, PROFILES, type Profile } from '../src/rules/profiles';
import { firstProgram } from '../src/generate/seed';
import { effort } from './support/effort';
import { EVALUATIONS } from './support/evaluations';
import { HARMS } from './support/harms';
import { brokenProfile, profileOf, programOf, programsFrom, sessionOf, verdictOf } from './support/model';
import {
  belongsProblem,
  compareChecks,
  evaluationProblem,
  everyByteProblem,
  harmProblem,
  mutantProblem,
} from './support/invariant_suite';

const SEED = 20261121;
const core = findScenario('core') as Scenario;
const newest = profileOf('linux-6.12');

describe(`the check of touched objects against that of the whole world (seed ${SEED})`, () => {
  /** Runs programs of the base profile under both checks; returns how many of them failed. */
  function compare(profile: Profile, programs: readonly Program[]): number {
    let failed = 0;
    for (const program of programs) {
      const { problem, first } = compareChecks(profile, program);
      // Compared as text: expect() costs more than the programs.
      if (problem !== null) throw new Error(`${problem}\n${printProgram(program)}`);
      if (first !== null) failed++;
    }
    return failed;
  }

  test.each(PROFILES)('$name: neither check complains about 400 programs', (profile) => {
    expect(compare(profile, programsFrom(profile, SEED, 400))).toBe(0);
  });

  /** Programs of each profile, which its mutants execute. */
  const programsOf = new Map(ALL_PROFILES.map((profile) => [profile.name, programsFrom(profile, SEED, effort(50))]));

  test.each(MUTANTS.map((mutant) => [mutant.id, mutant] as const))(
    'mutant %s: both find the same violation first, at the same call',
    (_id, mutant) => {
      expect(mutantProblem(mutant)).toBeNull();
      compare(brokenProfile(mutant), programsOf.get(mutant.profile) as readonly Program[]);
    },
  );
});

describe(`a search (seed ${SEED})`, () => {
  test.each(PROFILES)('$name: evaluates every invariant on worlds in which it could fail', (profile) => {
    const wanted = INVARIANTS.filter((invariant) => invariant.belongsTo?.(profile.rules) !== false);
    const unseen = new Set(wanted.map(({ name }) => name));
    // The core first; the remaining invariants are of the systems around it.
    for (const scenario of SCENARIOS) {
      if (!isSearchedWith(scenario, profile)) continue;
      const session = sessionOf(profile);
      const limits = { commands: effort(scenario === core ? 60_000 : 12_000), findings: 1, stop: () => false };
      expect(searchModel(scenario, profile, session, firstProgram(SEED), limits).findings).toEqual([]);
      for (const [name, count] of Object.entries(session.checker.counts())) if (count > 0) unseen.delete(name);
    }
    expect([...unseen]).toEqual([]);
  });
});

describe('an invariant can fail', () => {
  test.each(HARMS.map((harm) => [harm.invariant || 'none', harm.what, harm] as const))(
    '%s, when %s',
    (_invariant, _what, harm) => expect(harmProblem(harm)).toBeNull(),
  );

  test('bytes, at every byte of a payload', () => expect(everyByteProblem()).toBeNull());

  test('covers each of them', () => {
    const broken = new Set(HARMS.flatMap((harm) => harm.invariant.split(', ')));
    expect(INVARIANTS.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});

describe('both checks evaluate the same', () => {
  test.each(EVALUATIONS.map((evaluation) => [evaluation.what, evaluation] as const))('with %s', (_what, evaluation) =>
    expect(evaluationProblem(evaluation)).toBeNull(),
  );

  test('and no-pool-page-in-frags belongs to 2018 alone', () => expect(belongsProblem()).toBeNull());
});

describe('abuse by a caller is caught', () => {
  test.each([
    [
      'abuse_kfree_skb_twice',
      'skb1 = alloc_skb(size: 0)\nabuse_kfree_skb_twice(skb: skb1)\n',
      ['no-double-free', 'no-use-after-free'],
    ],
    ['abuse_use_after_free', 'skb1 = alloc_skb(size: 0)\nabuse_use_after_free(skb: skb1)\n', ['no-use-after-free']],
    ['abuse_put_page_twice', 'page1 = alloc_pages()\nabuse_put_page_twice(page: page1)\n', ['no-double-free']],
    [
      'abuse_put_page_twice, of a page that an skb holds',
      `page1 = alloc_pages()
page2 = get_page(page: page1)
skb1 = build_skb(page: page1, frag_size: 4096)
abuse_put_page_twice(page: page2)\n`,
      ['page-refcount', 'no-use-after-free'],
    ],
  ])('%s', (_name, text, expected) => {
    const program = programOf(newest, text);
    const verdict = verdictOf(sessionOf(newest, { abuse: true }), program);
    if (verdict.kind !== 'violation') throw new Error(`${verdict.kind}: ${printProgram(program)}`);
    expect(expected).toContain(verdict.invariant);
    expect(verdict.place).toMatchObject({ call: program.calls.length - 1, settling: false });
  });

  test('and does not run without --abuse', () => {
    const program = programOf(newest, 'skb1 = alloc_skb(size: 0)\nabuse_kfree_skb_twice(skb: skb1)\n');
    expect(verdictOf(sessionOf(newest), program)).toEqual({ kind: 'clean' });
  });
});
