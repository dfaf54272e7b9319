import type { Program } from '../program/program';
import { learnCondition, vectorOf, type Condition, type Vector } from './condition';
import type { Guilty, Inside } from './inside';
import type { Invocation } from './invocations';
import type { WatchedFunction } from './probes';
import type { Tracer } from './tracer';

/** Programs like the finding's that are run, and those of them that show it and are enough. */
const VARIANTS = 240;
const GUILTY_ENOUGH = 24;
/** Random programs of the same scenario. */
const RANDOM_PROGRAMS = 150;
/** Invocations of a function that say what is ordinary. */
const ORDINARY_MAX = 4000;
/** Functions that a guilty call enters and that are looked at. */
const FUNCTIONS_MAX = 6;

/** The lines that a guilty call runs through, and when. */
export interface FoundCondition extends Condition {
  readonly watched: WatchedFunction;
  /** Programs that show the finding, and clean ones. */
  readonly guiltyPrograms: number;
  readonly cleanPrograms: number;
}

interface Samples {
  readonly guilty: (readonly Invocation[])[];
  readonly near: Invocation[];
  readonly ordinary: Invocation[];
  cleanPrograms: number;
}

/**
 * Learns the condition of a finding from the kernel: by programs like it that show it, and by those that do not.
 * @param guilty - the finding
 * @param showsAgain - whether the verdict can tell a finding; else the program stands for itself
 * @param functions - that the guilty call enters, the most likely first
 * @returns undefined when no function of the kernel that can be watched was entered
 */
export async function findCondition(
  inside: Inside,
  tracer: Tracer,
  guilty: Guilty,
  showsAgain: boolean,
  functions: readonly string[],
  isOver: () => boolean,
): Promise<FoundCondition | undefined> {
  const watched = await tracer.watch(functions.slice(0, FUNCTIONS_MAX));
  const samples = await sample(inside, guilty, showsAgain, isOver);
  const conditions = watched.flatMap((each, of) => {
    const learned = learnFor(each, of, samples);
    return learned === undefined ? [] : [learned];
  });
  // The first function whose condition no clean call fulfils; else the one that tells most apart.
  return (
    conditions.find(({ alike, facts }) => alike === 0 && facts.length > 0) ??
    conditions.sort((one, other) => one.alike / (one.ordinary + 1) - other.alike / (other.ordinary + 1)).at(0)
  );
}

async function sample(
  inside: Inside,
  guilty: Guilty,
  showsAgain: boolean,
  isOver: () => boolean,
): Promise<Samples> {
  const samples: Samples = {
    guilty: [await inside.duringCall(guilty.program, guilty.place.call)],
    near: [],
    ordinary: [],
    cleanPrograms: 0,
  };
  for (let seed = 1; seed <= VARIANTS && showsAgain && !isOver(); seed++) {
    if (samples.guilty.length >= GUILTY_ENOUGH && seed > VARIANTS / 2) break;
    await addVariant(inside, guilty, inside.variant(seed, guilty.program), samples);
  }
  for (let seed = 1; seed <= RANDOM_PROGRAMS && !isOver(); seed++) {
    const program = inside.random(seed);
    if (showsAgain && (await inside.blame(program)) !== undefined) continue;
    samples.cleanPrograms++;
    samples.ordinary.push(...(await inside.during(program)));
    if (samples.ordinary.length > ORDINARY_MAX * FUNCTIONS_MAX) break;
  }
  return samples;
}

async function addVariant(inside: Inside, guilty: Guilty, program: Program, samples: Samples): Promise<void> {
  const blamed = await inside.blame(program);
  if (blamed === undefined) {
    samples.cleanPrograms++;
    samples.near.push(...(await inside.during(program)));
  } else if (blamed.signature === guilty.signature && blamed.place.command === guilty.place.command) {
    if (samples.guilty.length < GUILTY_ENOUGH)
      samples.guilty.push(await inside.duringCall(program, blamed.place.call));
  }
}

function learnFor(watched: WatchedFunction, of: number, samples: Samples): FoundCondition | undefined {
  const vectors = (invocations: readonly Invocation[]): Vector[] =>
    invocations.filter((each) => each.of === of).map((each) => vectorOf(watched, each));
  const [first, ...others] = samples.guilty.map(vectors);
  const ordinary = vectors(samples.ordinary).slice(0, ORDINARY_MAX);
  const near = vectors(samples.near).slice(0, ORDINARY_MAX);
  if (first.length === 0) return undefined;
  // A call may enter a function more than once: the invocation that is least like ordinary ones is the guilty one.
  const base = leastLike(first, ordinary);
  const guilty = [base, ...others.filter((each) => each.length > 0).map((each) => mostLike(each, base))];
  const condition = learnCondition(guilty, ordinary, near);
  return { ...condition, watched, guiltyPrograms: guilty.length, cleanPrograms: samples.cleanPrograms };
}

function leastLike(candidates: readonly Vector[], ordinary: readonly Vector[]): Vector {
  const likeness = (vector: Vector): number => ordinary.reduce((sum, other) => sum + same(vector, other), 0);
  return best(candidates, (vector) => -likeness(vector));
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
