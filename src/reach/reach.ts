import type { Level } from '../commands/outside/step';
import { OUTSIDE_SCENARIOS } from '../generate/scenarios/outside';
import type { Scenario } from '../generate/scenario';
import { printCall, printProgram } from '../program/print';
import type { Program } from '../program/program';
import type { Mutant } from '../rules/mutants';
import type { Profile } from '../rules/profiles';
import { UsageError } from '../session/errors';
import { Session } from '../session/session';
import { sessionOptions } from '../session/session_options';
import { kernelImageOf, openTracedLink, openTracedUserSpace } from '../targets/traced_targets';
import { factText } from './condition';
import { findCondition, type FoundCondition } from './find_condition';
import { Inside, type Guilty } from './inside';
import type { NotReached, ReachCondition, ReachResult } from './reach_result';
import { ReachSearch, type Searched, type TracedOutside } from './search_outside';
import { KernelCode, Tracer } from './tracer';

/** A question: from where can a finding be reached? */
export interface ReachQuestion {
  /** A program of kernel functions, and its name for the answer. */
  readonly program: Program;
  readonly finding: string;
  readonly target: string;
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
  readonly isOver: () => boolean;
  readonly say: (line: string) => void;
}

/**
 * Learns the condition of a finding inside, and searches the outside for a program that fulfils it.
 * @throws UsageError when the program shows nothing and no call is named
 */
export async function reach(question: ReachQuestion): Promise<ReachResult> {
  const code = new KernelCode(await kernelImageOf(question.target));
  const inside = await lookInside(question, code);
  const { guilty, found } = inside;
  const base = {
    finding: question.finding,
    target: question.target,
    call: printCall(guilty.program.calls[guilty.place.call], guilty.program.names),
    at: guilty.place.call,
  };
  if (found === undefined || found.facts.length === 0) return { ...base, notReached: [] };
  question.say(`${found.watched.name}: ${found.facts.map((fact) => factText(found.watched, fact)).join(', ')}`);
  const condition = conditionOf(found);
  const notReached: NotReached[] = [];
  for (const as of question.levels) {
    const searched = await searchOutside(question, code, found, as);
    if (searched.reached !== undefined) {
      const { programs } = searched;
      return { ...base, condition, notReached, reached: { as, programs, program: printProgram(searched.reached.program) } };
    }
    notReached.push(notReachedOf(searched, found));
  }
  return { ...base, condition, notReached };
}

async function lookInside(
  question: ReachQuestion,
  code: KernelCode,
): Promise<{ readonly guilty: Guilty; readonly found?: FoundCondition }> {
  const { program, profile, mutant, target, say } = question;
  const { link, tracing } = await openTracedLink(target, say);
  try {
    const tracer = await Tracer.open(tracing, code);
    const sessionOf = (broken: Mutant | undefined): Session =>
      new Session({ ...sessionOptions(profile, broken, link.abi, program.abuse === true), checks: false });
    const session = sessionOf(undefined);
    const blamed = mutant === undefined ? session : sessionOf(mutant);
    const inside = new Inside(link, tracer, session, blamed, question.scenario, profile);
    const shown = await inside.blame(program);
    const guilty = guiltyOf(question, shown);
    const { command } = guilty.program.calls[guilty.place.call];
    const entered = await tracer.entered(() => inside.duringCall(program, guilty.place.call));
    const functions = [...new Set([...(tracer.has(command.name) ? [command.name] : []), ...entered])];
    say(`${command.name} enters ${functions.join(', ')}`);
    const showsAgain = shown !== undefined && shown.place.call === guilty.place.call;
    return { guilty, found: await findCondition(inside, tracer, guilty, showsAgain, functions, question.isOver) };
  } finally {
    await link.close();
  }
}

function guiltyOf({ program, call, finding, target }: ReachQuestion, shown: Guilty | undefined): Guilty {
  const at = call ?? shown?.place.call;
  if (at === undefined)
    throw new UsageError(`${finding} shows nothing on ${target}, so no call is guilty; name one: --call N`);
  // A finding of settle has its cause before: the last call of the program is the nearest.
  const position = Math.min(at, program.calls.length - 1);
  const place = { call: position, command: program.calls[position].command.name, settling: false };
  return { program, place, signature: shown?.signature ?? '' };
}

async function searchOutside(
  question: ReachQuestion,
  code: KernelCode,
  { watched, facts }: FoundCondition,
  as: Level,
): Promise<Searched> {
  const { target, profile, say } = question;
  const wanted = new Set(
    facts.filter(({ at }) => at >= watched.features.length).map(({ at }) => watched.blocks[at - watched.features.length]),
  );
  const open = async (): Promise<TracedOutside> => {
    const { link, tracing } = await openTracedUserSpace(target, say);
    const tracer = await Tracer.open(tracing, code);
    await tracer.watch([watched.name], (_, offset) => wanted.has(offset));
    return { link, tracer };
  };
  const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
  const search = new ReachSearch(
    ...([await open(), open, watched, facts, session, OUTSIDE_SCENARIOS, profile, as, question.seed] as const),
  );
  try {
    return await search.run(question);
  } finally {
    await search.close();
  }
}

function conditionOf(found: FoundCondition): ReachCondition {
  const { watched, facts, guiltyPrograms, cleanPrograms, ordinary, alike } = found;
  return {
    function: watched.name,
    facts: facts.map((fact) => factText(watched, fact)),
    ...{ guiltyPrograms, cleanPrograms, ordinary, alike },
  };
}

function notReachedOf({ as, programs, entered, deaths, closest }: Searched, { watched, facts }: FoundCondition): NotReached {
  if (closest === undefined) return { as, programs, entered, deaths };
  const missing = closest.missing.map((fact) => factText(watched, fact));
  return { as, programs, entered, deaths, closest: { satisfied: closest.satisfied, wanted: facts.length, missing } };
}
