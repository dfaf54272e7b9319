import type { Level } from '../commands/outside/step';
import { DRIVERLESS_SCENARIOS } from '../generate/scenarios/outside';
import type { Scenario } from '../generate/scenario';
import { printCall, printProgram } from '../program/print';
import type { Program } from '../program/program';
import type { Mutant } from '../rules/mutants';
import type { Profile } from '../rules/profiles';
import { UsageError } from '../session/errors';
import { Session } from '../session/session';
import { sessionOptions } from '../session/session_options';
import { blameOnLink, blameOnModels, type Blamed } from './blame';
import { factText } from './condition';
import { Class } from './features';
import { findCondition, type FoundCondition } from './find_condition';
import { hintsOf } from './hints';
import { Inside, type Guilty } from './inside';
import type { WatchedFunction } from './probes';
import type { ReachKernel } from './reach_kernel';
import type { NotReached, ReachCondition, ReachResult } from './reach_result';
import { ReachSearch, type Searched, type TracedOutside } from './search_outside';
import { tellsApart } from './tells_apart';

/** Programs that are tried for what they show: on two models, and on a kernel. */
const TRIED = 6000;
const TRIED_ON_LINK = 240;

/** A question: from where can a finding be reached? */
export interface ReachQuestion {
  /** A program of kernel functions, and its name for the answer. */
  readonly program: Program;
  readonly finding: string;
  readonly kernel: ReachKernel;
  readonly profile: Profile;
  /** The rule that the program shows broken; absent: the kernel itself differs from the model. */
  readonly mutant?: Mutant;
  /** The position of the guilty call; absent: the verdict names it. */
  readonly call?: number;
  /** Of random programs of kernel functions. */
  readonly scenario: Scenario;
  /** In the order in which they are searched. */
  readonly levels: readonly Level[];
  /** Of user space, at each level. */
  readonly programs: number;
  readonly seed: number;
  /** Programs of user space that are tried first. */
  readonly first?: readonly Program[];
  readonly isOver: () => boolean;
  readonly say: (line: string) => void;
}

/**
 * Learns the condition of a finding inside, and searches the outside for a program that fulfils it.
 * @throws UsageError when the program shows nothing and no call is named
 */
export async function reach(question: ReachQuestion): Promise<ReachResult> {
  const { guilty, found } = await lookInside(question);
  const { modelOnly } = guilty.program.calls[guilty.place.call].command;
  const base = {
    ...(modelOnly === undefined ? {} : { modelOnly }),
    finding: question.finding,
    target: question.kernel.name,
    call: printCall(guilty.program.calls[guilty.place.call], guilty.program.names),
    at: guilty.place.call,
  };
  if (found === undefined) return { ...base, notReached: [] };
  if (found.facts.length === 0) return { ...base, condition: conditionOf(found), notReached: [] };
  question.say(`${found.watched.name}: ${found.facts.map((fact) => factText(found.watched, fact)).join(', ')}`);
  const condition = conditionOf(found);
  const notReached: NotReached[] = [];
  for (const as of question.levels) {
    const searched = await searchOutside(question, found, as);
    if (searched.reached !== undefined) {
      const { programs } = searched;
      return {
        ...base,
        condition,
        notReached,
        reached: { as, programs, program: printProgram(searched.reached.program) },
      };
    }
    notReached.push(notReachedOf(searched, found));
  }
  return { ...base, condition, notReached };
}

async function lookInside(
  question: ReachQuestion,
): Promise<{ readonly guilty: Guilty; readonly found?: FoundCondition }> {
  const { program, profile, mutant, kernel } = question;
  const { link, tracer } = await kernel.inside();
  const sessionOf = (broken: Mutant | undefined): Session =>
    new Session({ ...sessionOptions(profile, broken, link.abi, program.abuse === true), checks: false });
  const session = sessionOf(undefined);
  const blame = mutant === undefined ? blameOnLink(session, link) : blameOnModels(session, sessionOf(mutant));
  const shown = await blame(program);
  const guilty = guiltyOf(question, shown);
  const inside = new Inside(link, tracer, session, question.scenario, profile, guilty.place.command);
  const judge =
    shown?.place.call === guilty.place.call
      ? { blame, tried: mutant === undefined ? TRIED_ON_LINK : TRIED }
      : { tried: TRIED_ON_LINK };
  const found = await findCondition(inside, tracer, guilty, judge, question.isOver);
  await tracer.unwatch();
  return { guilty, found };
}

function guiltyOf({ program, call, finding, kernel }: ReachQuestion, shown: Blamed | undefined): Guilty {
  const at = call ?? shown?.place.call;
  if (at === undefined)
    throw new UsageError(`${finding} shows nothing on ${kernel.name}, so no call is guilty; name one: --call N`);
  // A finding of settle has its cause before: the last call of the program is the nearest.
  const position = Math.min(at, program.calls.length - 1);
  const place = { call: position, command: program.calls[position].command.name, settling: false };
  return { program, place, signature: shown?.signature ?? '' };
}

async function searchOutside(
  { kernel, profile, seed, first = [], programs, isOver }: ReachQuestion,
  { watched, facts, marks, path }: FoundCondition,
  as: Level,
): Promise<Searched> {
  const wanted = new Set(
    facts
      .filter(({ at }) => at >= watched.features.length)
      .map(({ at }) => watched.blocks[at - watched.features.length]),
  );
  let counted: readonly WatchedFunction[] = [];
  const open = async (): Promise<TracedOutside> => {
    const outside = await kernel.outside();
    [, ...counted] = await outside.tracer.watch([watched.name], (_, offset) => wanted.has(offset), path);
    return outside;
  };
  const reopen = async (): Promise<TracedOutside> => {
    await kernel.forgetOutside();
    return open();
  };
  const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
  const lacking = facts
    .filter(({ at, value }) => at < watched.features.length && value === Class.Zero)
    .map(({ at }) => watched.features[at].text);
  const target = await open();
  const search = new ReachSearch({
    ...{ target, reopen, watched, facts, path: counted, session, profile, level: as, seed, first },
    hints: hintsOf(marks, lacking),
    scenarios: DRIVERLESS_SCENARIOS,
  });
  return search.run({ programs, isOver });
}

function conditionOf(found: FoundCondition): ReachCondition {
  const { watched, facts, guiltyPrograms, cleanPrograms, ordinary, alike, hasLine } = found;
  return {
    function: watched.name,
    facts: facts.map((fact) => factText(watched, fact)),
    ...{ guiltyPrograms, cleanPrograms, ordinary, alike, hasLine },
    tellsApart: tellsApart(found),
  };
}

function notReachedOf(
  { as, programs, entered, deaths, closest }: Searched,
  { watched, facts }: FoundCondition,
): NotReached {
  if (closest === undefined) return { as, programs, entered, deaths };
  const missing = closest.missing.map((fact) => factText(watched, fact));
  return { as, programs, entered, deaths, closest: { satisfied: closest.satisfied, wanted: facts.length, missing } };
}
