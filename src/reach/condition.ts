import { Class, type ArgumentFeature } from './features';
import type { Invocation } from './invocations';
import type { WatchedFunction } from './probes';

/** The class of each feature of an invocation: of its arguments first, then of its blocks (One: it ran). */
export type Vector = Uint8Array;

/** A feature with a class that an invocation must have. */
export interface Fact {
  readonly at: number;
  readonly value: Class;
}

/** A line is rare if at most this share of the ordinary invocations runs it, or leaves it out. */
const RARE = 0.25;

/** The condition of a finding: what invocations of one function must be like. */
export interface Condition {
  readonly facts: readonly Fact[];
  /** Invocations of clean calls that it was weighed with, and those of them that fulfil it. */
  readonly ordinary: number;
  readonly alike: number;
  /** A line of the function is among the facts; false: its arguments alone are, which other calls may have, too. */
  readonly hasLine: boolean;
}

export function vectorOf({ features, isSet }: WatchedFunction, { values, blocks: ran }: Invocation): Vector {
  const vector = new Uint8Array(features.length + isSet.length);
  features.forEach((feature, at) => (vector[at] = feature.of(values)));
  isSet.forEach((hasProbe, at) => {
    vector[features.length + at] = !hasProbe ? Class.Unknown : ran.has(at) ? Class.One : Class.Zero;
  });
  return vector;
}

/** The facts that all of these have in common; a feature that could not be read is none. */
export function commonFacts(vectors: readonly Vector[]): Fact[] {
  const [first, ...others] = vectors;
  return [...first.entries()]
    .filter(([at, value]) => value !== Number(Class.Unknown) && others.every((other) => other[at] === value))
    .map(([at, value]) => ({ at, value }));
}

export const has = (vector: Vector, { at, value }: Fact): boolean => vector[at] === Number(value);

/** How many of the facts an invocation has. */
export function satisfied(vector: Vector, facts: readonly Fact[]): number {
  return facts.reduce((sum, fact) => sum + (has(vector, fact) ? 1 : 0), 0);
}

/**
 * Learns the condition: of the facts that the guilty invocations have in common, the lines that are rare among ordinary
 * ones, the marks of owners, and as many facts more as tell it from every clean invocation. Where several facts tell as
 * much, all of them count: nothing says which is accidental.
 * @param guilty - of programs that show the finding, at least one
 * @param ordinary - of clean random programs: they say what is rare
 * @param near - of clean programs like the finding's
 * @param features - of arguments; those behind them are blocks
 */
export function learnCondition(
  guilty: readonly Vector[],
  ordinary: readonly Vector[],
  near: readonly Vector[],
  features: readonly Pick<ArgumentFeature, 'owner'>[],
): Condition {
  const firstBlock = features.length;
  const common = commonFacts(guilty);
  const clean = [...ordinary, ...near];
  const isRare = (fact: Fact): boolean =>
    ordinary.filter((vector) => has(vector, fact)).length <= RARE * ordinary.length;
  const isOwner = ({ at, value }: Fact): boolean => value === features[at].owner;
  const facts = common.filter((fact) => (fact.at >= firstBlock ? isRare(fact) : isOwner(fact)));
  let alike: readonly Vector[] = clean.filter((vector) => facts.every((fact) => has(vector, fact)));
  while (alike.length > 0) {
    const best = bestOf(common, alike);
    if (best.length === 0) break;
    facts.push(...best);
    alike = alike.filter((vector) => best.every((fact) => has(vector, fact)));
  }
  return {
    facts: facts.sort((one, other) => one.at - other.at),
    ordinary: clean.length,
    alike: alike.length,
    hasLine: facts.some(({ at }) => at >= firstBlock),
  };
}

/** The facts that the fewest of these invocations have; none if all have all. */
function bestOf(facts: readonly Fact[], alike: readonly Vector[]): Fact[] {
  const counts = facts.map((fact) => alike.filter((vector) => has(vector, fact)).length);
  const fewest = Math.min(alike.length, ...counts);
  return fewest === alike.length ? [] : facts.filter((_, at) => counts[at] === fewest);
}

/** A fact in words: `skb->cloned is one`, `skb_try_coalesce+0x5c runs`. */
export function factText({ name, features, blocks }: WatchedFunction, { at, value }: Fact): string {
  if (at >= features.length) {
    const offset = blocks[at - features.length];
    const place = `${name}${offset < 0 ? '-' : '+'}0x${Math.abs(offset).toString(16)}`;
    return `${place} ${value === Class.One ? 'runs' : 'does not run'}`;
  }
  return `${features[at].text} is ${CLASS_WORDS[value]}`;
}

const CLASS_WORDS: Readonly<Record<Class, string>> = {
  [Class.Zero]: '0',
  [Class.One]: '1',
  [Class.More]: 'more than 1',
  [Class.Negative]: 'negative',
  [Class.Unknown]: 'unreadable',
};
