import { HISTORIES, RULE_NAMES, rulesOf, type RuleName } from '../history/histories';
import { hasChange, sinceIn, type Change, type History } from '../history/history';
import { byRelease, compareReleases, releaseOf, type Since } from '../history/release';
import type { RuleValue } from '../history/rule_facts';
import { findMutant, type Mutant } from '../mutants';
import type { Rules } from '../rules';
import type { Companion } from './bug_facts';
import { BUG_TABLE } from './bug_table';

/** A bug that a release has, and that a later release mends. */
export interface ReleaseBug {
  /** That of the mutant with the same rules: A18. */
  readonly id: string;
  readonly title: string;
  /** The scenario whose search finds it. */
  readonly scenario: string;
  /** The condition that triggers it besides the calls, as of a mutant. */
  readonly needs: Mutant['needs'] | null;
  /** Invariants that it breaks on the model, as of a mutant. */
  readonly expected: readonly string[];
  /** The rules that are otherwise once it is mended, with their values. */
  readonly mended: Partial<Rules>;
  /** The first release of the same series that mends it, or the first of mainline. */
  readonly mendedIn: string;
  /** The commit that mends it; null where no history names one. */
  readonly commit: string | null;
  /** The title of the commit, or the text that tells of it. */
  readonly source: string;
}

/** A bug by its rules, before a release is asked. */
interface Bug extends Pick<ReleaseBug, 'id' | 'title' | 'scenario' | 'needs' | 'expected'> {
  readonly rules: readonly RuleName[];
  /** Empty: any values but the mended ones. */
  readonly values: Partial<Rules>;
  readonly code: Partial<Rules>;
  readonly companions: readonly Companion[];
}

/** Rules of one bug that a commit changed together with others, which say what callers may do then. */
const CALLER_RULES: readonly RuleName[] = ['skbZerocopyMayMeetWriters', 'groChainsSplittable', 'xskSkbListsAddrs'];
/** Those of them that a contract asks. */
export const CONTRACT_RULES: readonly RuleName[] = ['skbZerocopyMayMeetWriters'];

const BUGS: readonly Bug[] = Object.keys(BUG_TABLE).flatMap(bugNamed);

const BY_RELEASE = new Map<string, readonly ReleaseBug[]>();

/** The newest rules that the histories know: those after their last change. */
export const NEWEST_RULES: Rules = rulesOf(newestRelease());

/**
 * The bugs that a release has and later ones mend, as far as the rules tell: in the order of the table of bugs.
 * @param release - 6.12.74; a series, 6.12, means its newest release
 */
export function bugsOf(release: string): readonly ReleaseBug[] {
  const known = BY_RELEASE.get(release);
  if (known !== undefined) return known;
  const rules = rulesOf(release);
  const bugs = BUGS.filter((bug) => isIn(bug, rules)).map((bug) => releaseBug(bug, release, rules));
  BY_RELEASE.set(release, bugs);
  return bugs;
}

/** The ids of all bugs that some release may have. */
export function allBugIds(): string[] {
  return BUGS.map(({ id }) => id);
}

/** The program that shows a bug on a release that has it, without its profile; or why there is none. */
export function ownProgramOf(id: string): { readonly text: string } | { readonly none: string } {
  const facts = BUG_TABLE[id];
  if (facts.is === 'no bug of a kernel') return { none: facts.why };
  if (facts.program !== 'of the mutant') return facts.program;
  return { text: mutantNamed(id).program };
}

/** The rules with the given bugs mended. */
export function mendedRules(rules: Rules, bugs: readonly ReleaseBug[]): Rules {
  return bugs.reduce<Rules>((mended, bug) => ({ ...mended, ...bug.mended }), rules);
}

function bugNamed(id: string): Bug[] {
  const facts = BUG_TABLE[id];
  switch (facts.is) {
    case 'no bug of a kernel':
      return [];
    case 'a value of its own': {
      const { title, scenario, rules, expected, code, companions } = facts;
      return [{ id, title, scenario, needs: null, expected, rules, values: {}, code, companions }];
    }
    case 'the value of the mutant': {
      const { title, scenario = 'core', needs = null, changes, expected } = mutantNamed(id);
      const { code, companions } = facts;
      const rules = Object.keys(changes) as RuleName[];
      return [{ id, title, scenario, needs, expected, rules, values: changes, code, companions }];
    }
  }
}

function mutantNamed(id: string): Mutant {
  const mutant = findMutant(id);
  if (mutant === undefined) throw new Error(`the table of bugs has ${id}, and there is no such mutant`);
  return mutant;
}

function isIn({ rules, values, code }: Bug, at: Rules): boolean {
  return hasAll(at, values) && hasAll(at, code) && rules.some((rule) => at[rule] !== NEWEST_RULES[rule]);
}

function hasAll(at: Rules, wanted: Partial<Rules>): boolean {
  return (Object.keys(wanted) as RuleName[]).every((rule) => at[rule] === wanted[rule]);
}

function releaseBug(bug: Bug, release: string, at: Rules): ReleaseBug {
  const { id, title, scenario, needs, expected, rules, companions } = bug;
  const isDue = (rule: RuleName): boolean => at[rule] !== NEWEST_RULES[rule];
  const own = rules.filter(isDue);
  const change = own.map((rule) => mendingChange(rule, release)).reduce((a, b) => later(a, b, release));
  const others = companions.filter(({ where }) => hasAll(at, where)).map(({ rule }) => rule);
  const all = [...own, ...[...companionsOf(own), ...others].filter(isDue)];
  const mended = Object.fromEntries(all.map((rule) => [rule, NEWEST_RULES[rule]])) as Partial<Rules>;
  const { commit = null, source } = change;
  const mendedIn = byRelease(firstWith(change, release));
  return { id, title, scenario, needs, expected, mended, mendedIn, commit, source };
}

/** The last change of the rule, which gives it the value of today. */
function mendingChange(rule: RuleName, release: string): Change<RuleValue> {
  const { changes }: History<RuleValue> = HISTORIES[rule];
  const change = changes.findLast((one) => !hasChange(one, releaseOf(release))) ?? changes.at(-1);
  if (change === undefined) throw new Error(`rule ${rule} never changed`);
  return change;
}

/** The first release of its series that has the change, else the first of mainline, or of a stable series. */
function firstWith(change: Change<unknown>, release: string): Since {
  const since = sinceIn(change, releaseOf(release)) ?? Object.values(change.backports ?? {}).at(0);
  if (since === undefined) throw new Error(`no release has ${change.source}`);
  return since;
}

function later<T>(a: Change<T>, b: Change<T>, release: string): Change<T> {
  const [one, other] = [a, b].map((change) => releaseOf(byRelease(firstWith(change, release))));
  return compareReleases(one, other) >= 0 ? a : b;
}

/** The rules for callers that the commits of these rules changed as well. */
function companionsOf(rules: readonly RuleName[]): RuleName[] {
  const sources = new Set(rules.flatMap((rule) => HISTORIES[rule].changes.map(({ source }) => source)));
  return CALLER_RULES.filter((rule) => HISTORIES[rule].changes.some(({ source }) => sources.has(source)));
}

/** The newest release that a history names. */
function newestRelease(): string {
  const named = RULE_NAMES.flatMap((rule) => (HISTORIES[rule] as History<RuleValue>).changes).flatMap((change) =>
    change.since === null ? [] : [byRelease(change.since)],
  );
  return named.reduce((a, b) => (compareReleases(releaseOf(a), releaseOf(b)) >= 0 ? a : b));
}
