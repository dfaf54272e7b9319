import { searchModel } from '../../src/search/search_model';
import { SCENARIOS } from '../../src/generate/scenarios/registry';
import { profilesOf, type Scenario } from '../../src/generate/scenario';
import { NO_DOUBLE_FREE } from '../../src/invariants/event';
import { Checker } from '../../src/invariants/checker';
import { PFMEMALLOC_IS_REAL } from '../../src/invariants/pfmemalloc_is_real';
import { Sock } from '../../src/model/structs/sock';
import { World } from '../../src/model/world/world';
import type { Program } from '../../src/program/program';
import { MUTANTS, type Mutant } from '../../src/rules/mutants';
import type { Profile } from '../../src/rules/profiles';
import { NO_POOL_PAGE_IN_FRAGS } from '../../src/invariants/no_pool_page_in_frags';
import { firstProgram } from '../../src/generate/seed';
import { pageAddress } from '../../src/model/mm/page_alloc';
import type { SkBuff } from '../../src/model/structs/sk_buff';
import { LISTED } from './harms/paged';
import { HARMS, type Harm } from './harms';
import { EVALUATIONS, type Evaluation } from './evaluations';
import { brokenProfile, profileOf, programOf, sessionOf, verdictOf } from './model';
import { Stepper, type FirstViolation } from './stepper';

/*
 * The demands of properties/invariants.test.ts on the invariants, as functions that return the problem in one line, or
 * null. The script that edits the invariants (properties/edits) runs them hundreds of times.
 */

const SEED = 20261121;
const COMMANDS_OF_A_SCENARIO = 300;

const newest = (): Profile => profileOf('linux-6.12');
const namesOf = (violations: readonly { readonly invariant: string }[]): string =>
  [...new Set(violations.map(({ invariant }) => invariant))].join(', ');

/** One world for one program after the other: a new one costs more than most programs. */
const shared = new World(newest().rules, newest().abi);

/** Both checks see a harm with its invariants and no others. Some changes do no harm: no invariant fails. */
export function harmProblem(one: Harm): string | null {
  const profile = one.profile === undefined ? newest() : profileOf(one.profile);
  const stepper = new Stepper(profile, () => true, shared);
  stepper.begin();
  for (const call of programOf(profile, one.program).calls)
    if (!stepper.step(call)) return `${call.command.name} was skipped`;
  const { world, checker } = stepper;
  if (!checker.wholeWorld(world) || !checker.afterCommand(world))
    return `before the harm: ${namesOf(world.violations)}`;
  one.harm(world);
  if (one.untouched !== true) touchAll(world);
  if (one.settled === true) {
    const holds = checker.settled(world);
    if (checker.counts()['no-leak'] !== 1) return 'the remaining objects are checked, but the check is not counted';
    return seenProblem(one, world, one.invariant, holds, 'settled');
  }
  if (one.untouched === true) {
    const problem = leavesAloneProblem(one, checker, world);
    if (problem !== null) return problem;
  }
  const touched = checker.afterCommand(world);
  const problem = seenProblem(one, world, one.untouched === true ? '' : one.invariant, touched, 'touched');
  // Reported once, when it happens: the world keeps no trace of it.
  if (problem !== null || TOLD_ONCE.includes(one.invariant)) return problem;
  world.violations.length = 0;
  return seenProblem(one, world, one.invariant, checker.wholeWorld(world), 'whole world');
}

/** Where a command does another harm, only that one is reported. */
function leavesAloneProblem(one: Harm, checker: Checker, world: World): string | null {
  const sock = world.add(world.socks, new Sock());
  sock.wmemAlloc++;
  const holds = checker.afterCommand(world);
  world.remove(world.socks, sock);
  const problem = seenProblem({ ...one, times: 1 }, world, 'socket-charge', holds, 'besides');
  world.violations.length = 0;
  return problem;
}

const TOLD_ONCE: readonly string[] = [NO_DOUBLE_FREE.name, PFMEMALLOC_IS_REAL.name];

function seenProblem(one: Harm, world: World, expected: string, holds: boolean, who: string): string | null {
  const { violations } = world;
  const seen = namesOf(violations);
  if (seen !== expected) return `${who}: ${seen || 'nothing'} instead of ${expected || 'nothing'}`;
  if (holds !== (expected === '')) return `${who}: ${expected || 'nothing'}, but the answer is ${holds}`;
  const times = one.times ?? expected.split(', ').length;
  return expected === '' || one.anyTimes === true || violations.length === times
    ? null
    : `${who}: ${violations.length} violations, not ${times}`;
}

function touchAll(world: World): void {
  for (const skb of world.skbs) world.touchSkb(skb);
  for (const page of world.pages) world.touchPage(page);
}

/** Both checks count exactly those invariants as evaluated that could have failed on the world of the program. */
export function evaluationProblem({ program, profile: name, evaluated }: Evaluation): string | null {
  const profile = name === undefined ? newest() : profileOf(name);
  const stepper = new Stepper(profile, () => true, shared);
  stepper.begin();
  for (const call of programOf(profile, program).calls)
    if (!stepper.step(call)) return `${call.command.name} was skipped`;
  touchAll(shared);
  for (const check of ['afterCommand', 'wholeWorld'] as const) {
    const checker = new Checker();
    checker[check](shared);
    checker[check](shared);
    const wrong = Object.entries(checker.counts()).filter(([, count]) => count !== 0 && count !== 2);
    if (wrong.length > 0) return `${check}: ${wrong[0][0]} was counted ${wrong[0][1]} times, not twice`;
    const counted = Object.entries(checker.counts()).filter(([, count]) => count > 0);
    const seen = counted.map(([invariant]) => invariant).join(', ');
    if (seen !== evaluated) return `${check}: evaluated ${seen}`;
  }
  return null;
}

/** Both checks notice a mutant's own program, at the same call, with its invariant. */
export function mutantProblem(mutant: Mutant): string | null {
  const base = profileOf(mutant.profile);
  const program = programOf(base, mutant.program);
  const broken = brokenProfile(mutant);
  const { problem, first } = compareChecks(broken, program);
  if (problem !== null) return `${mutant.id}: ${problem}`;
  const seen = first === null ? verdictName(broken, program) : first.violations[0].invariant;
  if (seen !== mutant.expected[0]) return `${mutant.id}: ${seen} instead of ${mutant.expected[0]}`;
  const onBase = compareChecks(base, program);
  return onBase.first === null ? onBase.problem : `${mutant.id} on its profile: ${inShort(onBase.first)}`;
}

/** The verdict of a session: it runs the calls of the other CPU in the middle of a call, where a Stepper does not. */
function verdictName(profile: Profile, program: Program): string {
  const verdict = verdictOf(sessionOf(profile), program);
  return verdict.kind === 'violation' ? verdict.invariant : verdict.kind;
}

/**
 * The check of touched objects finds a violation at the same call as the check of the whole world, and none that this
 * does not find.
 */
export function compareChecks(
  profile: Profile,
  program: Program,
): { readonly problem: string | null; readonly first: FirstViolation | null } {
  const touched = new Stepper(profile, (checker, world) => checker.afterCommand(world), shared).run(program);
  const whole = new Stepper(profile, (checker, world) => checker.wholeWorld(world), shared).run(program);
  const invariants = new Set(whole?.violations.map(({ invariant }) => invariant));
  const agree =
    touched?.executed === whole?.executed && (touched === null || invariants.has(touched.violations[0].invariant));
  const problem = agree ? null : `whole world: ${inShort(whole)}; touched: ${inShort(touched)}`;
  return { problem, first: touched };
}

function inShort(first: FirstViolation | null): string {
  return first === null
    ? 'clean'
    : `${first.violations[0].invariant} at executed call ${first.executed}, ${first.call}`;
}

/** A search on a correct profile finds nothing. */
function searchProblem(scenario: Scenario, profile: Profile): string | null {
  const session = sessionOf(profile);
  const limits = { commands: COMMANDS_OF_A_SCENARIO, findings: 1, stop: () => false };
  const [finding] = searchModel(scenario, profile, session, firstProgram(SEED), limits).findings;
  return finding === undefined ? null : `${scenario.name} on ${profile.name}: ${finding.signature}`;
}

/** One bit of payload after the other flips: each is reported with its place. */
export function everyByteProblem(): string | null {
  const stepper = new Stepper(newest(), () => true, shared);
  stepper.begin();
  for (const call of programOf(newest(), LISTED).calls) stepper.step(call);
  const { world, checker } = stepper;
  const [skb] = world.skbs;
  const addresses = addressesOf(world, skb);
  for (let i = 0; i < skb.len; i++) {
    world.memory.bytes[addresses[i]] ^= 1;
    touchAll(world);
    checker.afterCommand(world);
    const told = world.violations.some(({ message }) => message.startsWith(`skb#${skb.id}: byte ${i} of its payload`));
    if (!told) return `byte ${i}: ${world.violations[0]?.message ?? 'nothing'}`;
    world.memory.bytes[addresses[i]] ^= 1;
    world.violations.length = 0;
  }
  return null;
}

function addressesOf(world: World, { data, dataOffset, len, dataLen }: SkBuff): number[] {
  const addresses: number[] = [];
  const add = (address: number, bytes: number): void => {
    for (let i = 0; i < bytes; i++) addresses.push(address + i);
  };
  add(data.head + dataOffset, len - dataLen);
  for (const { page, offset, size } of data.frags.slice(0, data.nrFrags)) add(pageAddress(world, page) + offset, size);
  for (let member = data.fragList; member !== null; member = member.next) addresses.push(...addressesOf(world, member));
  return addresses;
}

/** Only the design of 2018 keeps pages of pools out of frags. */
export function belongsProblem(): string | null {
  const belongs = (name: string): boolean => NO_POOL_PAGE_IN_FRAGS.belongsTo?.(profileOf(name).rules) !== false;
  return belongs('rfc-2018') && !belongs('linux-6.12') ? null : 'no-pool-page-in-frags belongs to another design';
}

/** All demands, the cheapest first: each returns the problem, or null. */
export const DEMANDS: readonly (() => string | null)[] = [
  ...HARMS.map((harm) => () => told(`when ${harm.what}`, harmProblem(harm))),
  () => told('when a bit of payload flips', everyByteProblem()),
  belongsProblem,
  ...EVALUATIONS.map((evaluation) => () => told(`with ${evaluation.what}`, evaluationProblem(evaluation))),
  ...MUTANTS.map((mutant) => () => mutantProblem(mutant)),
  ...SCENARIOS.flatMap((scenario) => profilesOf(scenario).map((profile) => () => searchProblem(scenario, profile))),
];

const told = (where: string, problem: string | null): string | null =>
  problem === null ? null : `${where}: ${problem}`;
