import type { Scenario } from '../../generate/scenario';
import { SCENARIOS } from '../../generate/scenarios/registry';
import { judgeOnLink } from '../../lockstep/judge';
import type { Link } from '../../lockstep/link';
import { sinceIn } from '../../rules/history/history';
import { releaseOf, type Since } from '../../rules/history/release';
import { kernelProfile } from '../../rules/kernel_profile';
import { fileOfRule, type RuleName } from '../../rules/history/histories';
import type { Profile } from '../../rules/profile';
import type { Rules } from '../../rules/rules';
import type { Verdict } from '../../session/verdict';
import { distinguish, observingSession, type Distinguishing } from './distinguish';
import { RulePrograms } from './rule_programs';
import { rulesAround, type HistoryKernel, type Question, type Side } from './plan';

/** The kernel's own answers, program by program: those of the rules without the change, with it, both or neither. */
export type Fits = 'without' | 'with' | 'both' | 'neither';

/**
 * The result for one change and one kernel: the kernel is where the history says, or it is not; or nothing is shown,
 * because no program tells the values apart, or the answers fit both or neither.
 */
export type Shown = 'as the history says' | 'not as the history says' | 'narrows' | 'not shown';

/** The answer of one kernel about one change. */
export interface HistoryAnswer {
  readonly rules: readonly string[];
  readonly source: string;
  readonly since: Since | null;
  readonly target: string;
  readonly release: string;
  readonly side: Side;
  /** Programs on which the models of the two values differ, and which the kernel executed. */
  readonly programs: number;
  /** The scenarios that they are from. */
  readonly scenarios: readonly string[];
  readonly fits: Fits | null;
  readonly shown: Shown;
  /** Why nothing is shown, or the first difference; null: it is as the history says. */
  readonly detail: string | null;
}

export interface HistoryLimits {
  readonly seed: number;
  /** Programs for each change and kernel. */
  readonly wanted: number;
  /** Programs of each scenario that are tried for them. */
  readonly tried: number;
}

/** Scenarios that kernels can run, of one CPU. */
export function kernelScenarios(): Scenario[] {
  return SCENARIOS.filter(
    ({ modelOnly, schedules, profiles, commands }) =>
      modelOnly === undefined &&
      schedules === undefined &&
      profiles === undefined &&
      commands.every((command) => command.modelOnly === undefined),
  );
}

/** Asks one kernel about all its changes. */
export async function askKernel(
  kernel: HistoryKernel,
  questions: readonly Question[],
  open: () => Promise<Link>,
  limits: HistoryLimits,
  onAnswer: (answer: HistoryAnswer) => void,
): Promise<void> {
  let link: Link | null = null;
  let reads: RulePrograms | null = null;
  try {
    for (const question of questions) {
      link ??= await open();
      reads ??= new RulePrograms(kernelProfile(kernel.release), link.abi, limits.seed, limits.tried);
      const { answer, died } = await ask(kernel, question, link, limits, reads);
      onAnswer(answer);
      if (!died) continue;
      await link.close();
      link = null;
    }
  } finally {
    await link?.close();
  }
}

async function ask(
  kernel: HistoryKernel,
  question: Question,
  link: Link,
  limits: HistoryLimits,
  reads: RulePrograms,
): Promise<{ answer: HistoryAnswer; died: boolean }> {
  const { group, side } = question;
  const facts = {
    rules: group.rules.map(({ rule }) => rule),
    source: group.source,
    since: sinceIn(group.change, releaseOf(kernel.release)),
    ...kernel,
    side,
  };
  const around = rulesAround(question);
  if (around === undefined) {
    const detail = 'later changes of these rules hide it in this kernel';
    return { answer: { ...facts, programs: 0, scenarios: [], fits: null, shown: 'not shown', detail }, died: false };
  }
  const profile = kernelProfile(kernel.release);
  const scenarios = inOrder(kernelScenarios(), facts.rules);
  const positions = (scenario: Scenario): readonly number[] => reads.positions(scenario, facts.rules);
  const found = [...distinguish({ profile, abi: link.abi, ...around }, scenarios, limits.seed, limits, positions)];
  if (found.length === 0) {
    const isRead = scenarios.some((scenario) => positions(scenario).length > 0);
    const detail = isRead
      ? 'no program was found on which the models of the two values differ'
      : 'no program of a scenario that kernels run asks for these rules';
    return { answer: { ...facts, programs: 0, scenarios: [], fits: null, shown: 'not shown', detail }, died: false };
  }
  const told = await tell(link, profile, around, found);
  const answer = {
    ...facts,
    programs: told.programs,
    scenarios: [...new Set(found.map(({ scenario }) => scenario))],
    fits: told.fits,
    ...judged(side, told),
  };
  return { answer, died: told.died };
}

interface Told {
  readonly fits: Fits;
  readonly programs: number;
  readonly died: boolean;
  /** The first difference from the rules without the change, and with it. */
  readonly without: string | null;
  readonly with: string | null;
}

/**
 * Runs each program with both models. A program speaks for one of them if the kernel agrees with that one only; where
 * it differs from both, another difference comes before.
 */
async function tell(
  link: Link,
  profile: Profile,
  around: { readonly without: Rules; readonly with: Rules },
  found: readonly Distinguishing[],
): Promise<Told> {
  const fits = new Set<Fits>();
  const first: { without: string | null; with: string | null } = { without: null, with: null };
  let programs = 0;
  for (const { program } of found) {
    const differs: typeof first = { without: null, with: null };
    for (const side of ['without', 'with'] as const) {
      const { verdict } = await judgeOnLink(observingSession(profile, around[side], link.abi), link, program);
      if (verdict.kind === 'splat') await link.rearm();
      if (verdict.kind !== 'clean') differs[side] = lineOf(verdict);
      first[side] ??= differs[side];
      if (verdict.kind === 'death') return { fits: 'neither', programs, died: true, ...first };
    }
    programs++;
    fits.add(fitsOf(differs));
  }
  return { fits: ofAll(fits), programs, died: false, ...first };
}

function fitsOf(differs: { without: string | null; with: string | null }): Fits {
  if (differs.without === null) return differs.with === null ? 'both' : 'without';
  return differs.with === null ? 'with' : 'neither';
}

function ofAll(fits: ReadonlySet<Fits>): Fits {
  if (fits.has('without') !== fits.has('with')) return fits.has('with') ? 'with' : 'without';
  return fits.size === 1 && fits.has('both') ? 'both' : 'neither';
}

function judged(side: Side, told: Told): { shown: Shown; detail: string | null } {
  const expected = side === 'last without' ? 'without' : 'with';
  if (told.fits === 'both') return { shown: 'not shown', detail: 'the kernel answers as both values say' };
  if (told.fits === 'neither')
    return { shown: 'not shown', detail: `the kernel differs from both: ${told.without}; ${told.with}` };
  if (side === 'unknown') return { shown: 'narrows', detail: told.fits };
  if (told.fits === expected) return { shown: 'as the history says', detail: null };
  return { shown: 'not as the history says', detail: told[expected] };
}

function lineOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'clean':
      return 'clean';
    case 'divergence':
    case 'violation':
    case 'promise':
    case 'limit':
      return verdict.message;
    default:
      return verdict.title;
  }
}

/** Scenarios that exercise the rules of a file; those of other files are all tried as well. */
const NEAR: Readonly<Record<string, readonly string[]>> = {
  skb: ['core', 'multicast', 'tcp-stream', 'forwarding'],
  page_pool: ['core'],
  gro: ['gro', 'gateway'],
  segment: ['segment', 'gateway'],
  splice: ['splice', 'gateway'],
  xdp: ['xdp', 'cpumap', 'driver'],
  mvneta: ['driver', 'xdp'],
  xsk: ['xsk'],
  stack: ['stack-sock'],
};

/** The scenarios of the rules' files first. */
function inOrder(scenarios: readonly Scenario[], rules: readonly RuleName[]): Scenario[] {
  const near = new Set(rules.flatMap((rule) => NEAR[fileOfRule(rule)] ?? []));
  const isNear = ({ name }: Scenario): boolean => near.has(name);
  return [...scenarios.filter(isNear), ...scenarios.filter((scenario) => !isNear(scenario))];
}
