import { searchModel } from '../../src/campaign/search_model';
import { SCENARIOS } from '../../src/generate/scenarios/registry';
import { profilesOf, type Scenario } from '../../src/generate/scenario';
import { NO_DOUBLE_FREE } from '../../src/invariants/event';
import { INVARIANTS } from '../../src/invariants/registry';
import type { Program } from '../../src/program/program';
import { MUTANTS, type Mutant } from '../../src/rules/mutants';
import type { Profile } from '../../src/rules/profiles';
import { firstProgram } from '../../src/targets/program_number';
import { SKB, HARMS, type Harm } from './harms';
import { brokenProfile, profileOf, programOf, sessionOf, verdictOf } from './model';
import { Stepper, type FirstViolation } from './stepper';

/*
 * What properties/invariants.test.ts demands of the invariants, as functions that say in a line what is wrong, or null: the script that
 * edits the invariants (properties/edits) asks the same hundreds of times.
 */

const SEED = 20261121;
const COMMANDS_OF_A_SCENARIO = 4_000;

const newest = (): Profile => profileOf('linux-6.12');
const namesOf = (violations: readonly { readonly invariant: string }[]): string =>
  [...new Set(violations.map(({ invariant }) => invariant))].join(', ');

/** A harm is seen by both checks, as what it is and nothing else. */
export function harmProblem({ invariant, program, harm, profile: name, settled }: Harm): string | null {
  const profile = name === undefined ? newest() : profileOf(name);
  const stepper = new Stepper(profile, () => true);
  const { world, checker } = stepper;
  stepper.begin();
  for (const call of programOf(profile, settled === true ? SKB : program).calls)
    if (!stepper.step(call)) return `${call.command.name} was skipped`;
  if (!checker.wholeWorld(world)) return `before the harm: ${namesOf(world.violations)}`;
  harm(world);
  for (const skb of world.skbs) world.touchSkb(skb);
  for (const page of world.pages) world.touchPage(page);
  if (settled === true) checker.settled(world);
  else checker.afterCommand(world);
  if (namesOf(world.violations) !== invariant)
    return `touched: ${namesOf(world.violations) || 'nothing'} instead of ${invariant}`;
  if (settled === true) return null;
  // Told once, when it happens: there is nothing to find in the world.
  if (invariant === NO_DOUBLE_FREE.name) return null;
  world.violations.length = 0;
  checker.wholeWorld(world);
  return namesOf(world.violations) === invariant ? null : `whole world: ${namesOf(world.violations) || 'nothing'}`;
}

/** A mutant's own program is noticed, on both checks at the same call, as what it is. */
export function mutantProblem(mutant: Mutant): string | null {
  const profile = brokenProfile(mutant);
  const program = programOf(profileOf(mutant.profile), mutant.program);
  const verdict = verdictOf(sessionOf(profile), program);
  const seen = verdict.kind === 'violation' ? verdict.invariant : verdict.kind;
  if (seen !== mutant.expected[0]) return `${mutant.id}: ${seen} instead of ${mutant.expected[0]}`;
  return (
    compareChecks(profile, program).problem ??
    (verdictOf(sessionOf(profileOf(mutant.profile)), program).kind === 'clean'
      ? null
      : `${mutant.id}: not clean on its profile`)
  );
}

/** Looking at what a command touched finds something at the same call as looking at the whole world, and nothing that this does not find. */
export function compareChecks(
  profile: Profile,
  program: Program,
): { readonly problem: string | null; readonly clean: boolean } {
  const touched = new Stepper(profile, (checker, world) => checker.afterCommand(world)).run(program);
  const whole = new Stepper(profile, (checker, world) => checker.wholeWorld(world)).run(program);
  const invariants = new Set(whole?.violations.map(({ invariant }) => invariant));
  const agree =
    touched?.executed === whole?.executed && (touched === null || invariants.has(touched.violations[0].invariant));
  const problem = agree ? null : `whole world: ${inShort(whole)}; touched: ${inShort(touched)}`;
  return { problem, clean: whole === null };
}

function inShort(first: FirstViolation | null): string {
  return first === null
    ? 'clean'
    : `${first.violations[0].invariant} at executed call ${first.executed}, ${first.call}`;
}

/** A search on a correct profile finds nothing, and evaluates what it should. */
export function searchProblem(scenario: Scenario, profile: Profile, evaluated: Set<string>): string | null {
  const session = sessionOf(profile);
  const limits = { commands: COMMANDS_OF_A_SCENARIO, findings: 1, stop: () => false };
  const [finding] = searchModel(scenario, profile, session, firstProgram(SEED), limits).findings;
  for (const [name, count] of Object.entries(session.checker.counts())) if (count > 0) evaluated.add(name);
  return finding === undefined ? null : `${scenario.name} on ${profile.name}: ${finding.signature}`;
}

function searchesProblem(): string | null {
  const evaluated = new Set<string>();
  for (const scenario of SCENARIOS)
    for (const profile of profilesOf(scenario)) {
      const problem = searchProblem(scenario, profile, evaluated);
      if (problem !== null) return problem;
    }
  const never = INVARIANTS.map(({ name }) => name).filter((name) => !evaluated.has(name));
  return never.length === 0 ? null : `never evaluated: ${never.join(', ')}`;
}

/** The first complaint of all of them. */
export function firstProblem(): string | null {
  for (const harm of HARMS) {
    const problem = harmProblem(harm);
    if (problem !== null) return `when ${harm.what}: ${problem}`;
  }
  for (const mutant of MUTANTS) {
    const problem = mutantProblem(mutant);
    if (problem !== null) return problem;
  }
  return searchesProblem();
}
