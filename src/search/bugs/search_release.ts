import { findScenario } from '../../generate/scenarios/registry';
import type { Scenario } from '../../generate/scenario';
import { whyNotRun } from '../../generate/why_not_run';
import type { OpenTarget } from '../../lockstep/limited_link';
import { bugsOf, type ReleaseBug } from '../../rules/bugs/release_bugs';
import { firstLine } from '../../session/errors';
import { BlindKernel } from './blind_kernel';
import { BlindSearch, type BlindLimits } from './blind_search';
import type { BlindScenario, BugOnRelease, BugsOnRelease } from './bug_outcome';
import { causeOfMiss, whyNotSearched } from './cause';

/** A kernel that is set up. */
export interface BugKernel {
  readonly target: string;
  readonly release: string;
  readonly open: OpenTarget;
}

/** Called while a kernel is searched. */
export interface BugEvents {
  readonly onScenario: (scenario: string) => void;
  readonly onFound: (bug: BugOnRelease) => void;
}

/** The bugs and scenarios that a result is about: a choice of scenarios, each searched in the same way. */
export interface Asked {
  readonly bug: (bug: ReleaseBug) => boolean;
  /** Scenarios to search; null: those of the bugs. */
  readonly scenarios: readonly string[] | null;
}

/**
 * Searches one kernel for the bugs that it has by the histories: blind, each in its scenario. Those that were not found
 * get a cause. Other bugs that are found belong in the result, too.
 */
export async function searchRelease(
  { target, release, open }: BugKernel,
  asked: Asked,
  limits: BlindLimits,
  events: BugEvents,
): Promise<BugsOnRelease> {
  const kernel = new BlindKernel(release, open, limits.now_ms);
  const wanted = askedOf(kernel.bugs, asked);
  const found: BugOnRelease[] = [];
  const scenarios: BlindScenario[] = [];
  try {
    // The boot is no time of the first search.
    const searched = scenariosOf(wanted, asked, kernel);
    if (searched.length > 0) await kernel.abi();
    for (const scenario of searched) {
      if (limits.interrupted()) break;
      events.onScenario(scenario.name);
      const search = new BlindSearch(kernel, scenario, limits, events.onFound);
      scenarios.push(await search.run());
      found.push(...search.found);
    }
    const has = kernel.bugs.filter((bug) => wanted.includes(bug) || found.some((one) => one.bug === bug.id));
    const bugs: BugOnRelease[] = [];
    for (const bug of has) {
      const isOver = limits.interrupted();
      bugs.push(found.find((one) => one.bug === bug.id) ?? (await missed(kernel, bug, scenarios, isOver)));
    }
    return { target, release, has, scenarios, bugs };
  } finally {
    await kernel.close();
  }
}

function askedOf(bugs: readonly ReleaseBug[], { bug: isAsked, scenarios }: Asked): ReleaseBug[] {
  return bugs.filter((bug) => isAsked(bug) && (scenarios === null || scenarios.includes(bug.scenario)));
}

/** The scenarios that are asked for, or those of the bugs that a kernel can run. */
function scenariosOf(bugs: readonly ReleaseBug[], { scenarios }: Asked, { profile }: BlindKernel): Scenario[] {
  const own = bugs.filter((bug) => whyNotSearched(bug, profile) === undefined).map(({ scenario }) => scenario);
  return [...new Set(scenarios ?? own)]
    .flatMap((name) => findScenario(name) ?? [])
    .filter((scenario) => whyNotRun(scenario, profile) === undefined);
}

async function missed(
  kernel: BlindKernel,
  bug: ReleaseBug,
  scenarios: readonly BlindScenario[],
  isOver: boolean,
): Promise<BugOnRelease> {
  const why = whyNotSearched(bug, kernel.profile);
  if (why !== undefined) return notSearched(bug, why);
  const searched = scenarios.find(({ scenario }) => scenario === bug.scenario);
  if (searched === undefined || isOver) return notSearched(bug, 'the search was interrupted');
  if (searched.compared === 0) {
    const ended = searched.ended ?? 'the kernel died in each batch';
    return notSearched(bug, `no observation of scenario ${bug.scenario} was compared: ${ended}`);
  }
  return { ...notSearched(bug, await causeOf(kernel, bug)), outcome: 'not found' };
}

function notSearched({ id }: ReleaseBug, cause: string): BugOnRelease {
  const none = { scenario: null, afterSeconds: null, with: [], after: [], sentence: null, program: null };
  return { bug: id, outcome: 'not searched', ...none, cause };
}

/** The result for a kernel that could not be asked at all. */
export function unsearched({ target, release }: BugKernel, asked: Asked, cause: string): BugsOnRelease {
  const has = askedOf(bugsOf(release), asked);
  return { target, release, has, scenarios: [], bugs: has.map((bug) => notSearched(bug, cause)) };
}

async function causeOf(kernel: BlindKernel, bug: ReleaseBug): Promise<string> {
  try {
    return await causeOfMiss(kernel, bug);
  } catch (error) {
    return `asked with its own program, the kernel gave no answer: ${firstLine(error)}`;
  }
}
