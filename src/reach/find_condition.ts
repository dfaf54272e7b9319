import type { Program } from '../program/program';
import type { Blame } from './blame';
import { commonFacts, learnCondition, vectorOf, type Condition, type Vector } from './condition';
import { Class } from './features';
import type { Guilty, Inside } from './inside';
import type { Invocation } from './invocations';
import type { WatchedFunction } from './probes';
import type { Tracer } from './tracer';

/** Programs of each kind that are enough. */
const GUILTY_ENOUGH = 24;
const NEAR_ENOUGH = 40;
const ORDINARY_ENOUGH = 60;
/** Programs with one more call before the guilty one, and those of one command that count if they show the finding. */
const CHANGED_TRIED = 2000;
const CHANGED_OF_COMMAND = 3;
/** Invocations of a function that say what is ordinary. */
const ORDINARY_MAX = 4000;
/** Functions that a guilty call enters and that are looked at. */
const FUNCTIONS_MAX = 6;

/** The lines that a guilty call runs through, and when. */
export interface FoundCondition extends Condition {
  readonly watched: WatchedFunction;
  /** Functions that lead from the guilty call to this one, the outermost first; none where the call is of this one. */
  readonly path: readonly string[];
  /** Marks that all guilty invocations have, and the structures on the path: they hint at system calls. */
  readonly marks: readonly string[];
  /** Programs that show the finding, and clean ones. */
  readonly guiltyPrograms: number;
  readonly cleanPrograms: number;
}

interface Samples {
  readonly guilty: (readonly Invocation[])[];
  readonly near: Invocation[];
  readonly ordinary: Invocation[];
}

/** Tells programs that show the finding from clean ones. */
export interface FindingJudge {
  /** Absent: nothing can; the finding's program stands for itself. */
  readonly blame?: Blame;
  /** Programs that are tried at most. */
  readonly tried: number;
}

/** Programs by what they show. */
export interface Programs {
  readonly guilty: readonly Guilty[];
  /** Clean ones that make the guilty call, too. */
  readonly near: readonly Program[];
  readonly ordinary: readonly Program[];
}

/** Makes programs like the finding's and random ones, and sorts them by what they show. */
export async function sortPrograms(
  inside: Inside,
  guilty: Guilty,
  judge: FindingJudge,
  isOver: () => boolean,
): Promise<Programs> {
  const shows: Guilty[] = [];
  const variants: Guilty[] = [];
  const near: Program[] = [];
  const ordinary: Program[] = [];
  const isEnough = (): boolean =>
    shows.length + variants.length >= GUILTY_ENOUGH && near.length >= NEAR_ENOUGH && ordinary.length >= ORDINARY_ENOUGH;
  for (let seed = 1; seed <= judge.tried && !isEnough() && !isOver(); seed++) {
    const isRandom = seed % 2 === 0;
    const other = isRandom ? undefined : inside.random(seed);
    const program = other === undefined ? inside.random(seed) : inside.variant(seed, guilty.program, other);
    const blamed = await judge.blame?.(program);
    if (blamed === undefined) {
      const calls = program.calls.some(({ command }) => command.name === guilty.place.command);
      if (isRandom) ordinary.push(program);
      else if (calls && judge.blame !== undefined) near.push(program);
    } else if (blamed.place.command === guilty.place.command && blamed.signature === guilty.signature)
      (isRandom ? shows : variants).push({ program, ...blamed });
  }
  // Random ones have least in common by accident.
  const kept = [guilty, ...shows, ...variants].slice(0, GUILTY_ENOUGH);
  const changed = judge.blame === undefined ? [] : await changedBefore(inside, kept, judge.blame, isOver);
  return {
    guilty: [...kept, ...changed],
    near: near.slice(0, NEAR_ENOUGH),
    ordinary: ordinary.slice(0, ORDINARY_ENOUGH),
  };
}

/** Programs whose guilty call meets its objects in another state, and shows the finding all the same. */
async function changedBefore(
  inside: Inside,
  of: readonly Guilty[],
  blame: Blame,
  isOver: () => boolean,
): Promise<readonly Guilty[]> {
  const found: Guilty[] = [];
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= CHANGED_TRIED && !isOver(); seed++) {
    // A small program lacks the objects for many calls, and a large one has others by accident.
    const guilty = of[seed % of.length];
    const varied = inside.changedBefore(seed, guilty);
    const count = counts.get(varied?.command ?? '') ?? 0;
    if (varied === undefined || count >= CHANGED_OF_COMMAND) continue;
    const blamed = await blame(varied.program);
    if (blamed?.place.call !== guilty.place.call + 1 || blamed.signature !== guilty.signature) continue;
    counts.set(varied.command, count + 1);
    found.push({ program: varied.program, ...blamed });
  }
  return found;
}

/**
 * Learns the condition of a finding from the kernel: by programs like it that show it, and by those that do not. The
 * function that the guilty call is named for comes first; if nothing in it tells the finding from clean calls, those
 * that it enters.
 * @param guilty - the finding
 * @returns undefined when no function of the kernel that can be watched was entered
 */
export async function findCondition(
  inside: Inside,
  tracer: Tracer,
  guilty: Guilty,
  judge: FindingJudge,
  isOver: () => boolean,
): Promise<FoundCondition | undefined> {
  const { command } = guilty.place;
  const programs = await sortPrograms(inside, guilty, judge, isOver);
  const own = tracer.has(command) ? await conditionIn([command], inside, tracer, programs, isOver) : undefined;
  // The conditions of functions that it enters say nothing of the call: other callers fulfil them as well.
  if (own !== undefined && own.facts.length > 0) return own;
  const entered = await inside.enteredBy(guilty.program, guilty.place.call);
  const others = entered.filter(({ name }) => name !== command && tracer.has(name)).slice(0, FUNCTIONS_MAX);
  if (others.length === 0) return own;
  const names = others.map(({ name }) => name);
  const other = await conditionIn(names, inside, tracer, programs, isOver);
  if (other === undefined) return own;
  const { path = [] } = others.find(({ name }) => name === other.watched.name) ?? {};
  const structures = tracer.structuresOf([...path, other.watched.name]);
  return { ...other, path, marks: [...other.marks, ...structures] };
}

const isExact = ({ alike, hasLine }: Condition): boolean => alike === 0 && hasLine;

/**
 * How little a condition tells a finding from clean calls: the share of these that fulfil it, and one more where
 * arguments alone are in it.
 */
const likeness = ({ alike, ordinary, hasLine }: Condition): number => alike / (ordinary + 1) + (hasLine ? 0 : 1);

async function conditionIn(
  functions: readonly string[],
  inside: Inside,
  tracer: Tracer,
  programs: Programs,
  isOver: () => boolean,
): Promise<FoundCondition | undefined> {
  const watched = await tracer.watch(functions);
  const samples = await sample(inside, programs, isOver);
  const conditions = watched.flatMap((each, of) => {
    const learned = learnFor(each, of, samples, programs);
    return learned === undefined ? [] : [learned];
  });
  // The first function whose condition no clean call fulfils; else the one that tells most apart.
  return conditions.find(isExact) ?? conditions.sort((one, other) => likeness(one) - likeness(other)).at(0);
}

async function sample(inside: Inside, programs: Programs, isOver: () => boolean): Promise<Samples> {
  const samples: Samples = { guilty: [], near: [], ordinary: [] };
  for (const { program, place } of programs.guilty) {
    if (samples.guilty.length > 0 && isOver()) break;
    samples.guilty.push(await inside.duringCall(program, place.call));
  }
  for (const program of programs.near) if (!isOver()) samples.near.push(...(await inside.during(program)));
  for (const program of programs.ordinary) if (!isOver()) samples.ordinary.push(...(await inside.during(program)));
  return samples;
}

function learnFor(
  watched: WatchedFunction,
  of: number,
  samples: Samples,
  programs: Programs,
): FoundCondition | undefined {
  const vectors = (invocations: readonly Invocation[]): Vector[] =>
    invocations.filter((each) => each.of === of).map((each) => vectorOf(watched, each));
  const [first, ...others] = samples.guilty.map(vectors);
  const ordinary = vectors(samples.ordinary).slice(0, ORDINARY_MAX);
  const near = vectors(samples.near).slice(0, ORDINARY_MAX);
  if (first.length === 0) return undefined;
  // A call may enter a function more than once: the invocation that is least like ordinary ones is the guilty one.
  const base = leastLike(first, ordinary);
  const guilty = [base, ...others.filter((each) => each.length > 0).map((each) => mostLike(each, base))];
  const condition = learnCondition(guilty, ordinary, near, watched.features);
  return {
    ...condition,
    watched,
    path: [],
    marks: marksIn(watched, guilty),
    guiltyPrograms: guilty.length,
    cleanPrograms: programs.near.length + programs.ordinary.length,
  };
}

function marksIn({ features }: WatchedFunction, guilty: readonly Vector[]): string[] {
  const set = commonFacts(guilty).filter(({ at, value }) => at < features.length && value !== Class.Zero);
  return set.map(({ at }) => features[at].text);
}

function leastLike(candidates: readonly Vector[], ordinary: readonly Vector[]): Vector {
  const likenessOf = (vector: Vector): number => ordinary.reduce((sum, other) => sum + same(vector, other), 0);
  return best(candidates, (vector) => -likenessOf(vector));
}

const mostLike = (candidates: readonly Vector[], base: Vector): Vector =>
  best(candidates, (vector) => same(vector, base));

function same(one: Vector, other: Vector): number {
  let count = 0;
  for (let at = 0; at < one.length; at++) if (one[at] === other[at]) count++;
  return count;
}

function best(candidates: readonly Vector[], scoreOf: (vector: Vector) => number): Vector {
  let found = candidates[0];
  let score = candidates.length > 1 ? scoreOf(found) : 0;
  for (const candidate of candidates.slice(1)) {
    const own = scoreOf(candidate);
    if (own > score) [found, score] = [candidate, own];
  }
  return found;
}
