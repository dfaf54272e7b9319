import { HISTORIES, type RuleName } from '../history/histories';
import { hasChange, valueAt, type History } from '../history/history';
import { releaseOf } from '../history/release';
import type { RuleValue } from '../history/rule_facts';
import { MUTANTS, type Mutant } from '../mutants';
import { findProfile } from '../profiles';
import { BUG_TABLE } from './bug_table';
import { bugsOf } from './release_bugs';

/** A bug of the list that none of some kernels has, and why. */
export interface AbsentBug {
  readonly id: string;
  readonly cause: string;
}

/** Mutants that are a bug of none of the releases. */
export function absentBugs(releases: readonly string[]): AbsentBug[] {
  const there = new Set(releases.flatMap(bugsOf).map(({ id }) => id));
  return MUTANTS.filter(({ id }) => !there.has(id)).map((mutant) => ({
    id: mutant.id,
    cause: causeOf(mutant, releases),
  }));
}

function causeOf({ id, profile, changes }: Mutant, releases: readonly string[]): string {
  const facts = id in BUG_TABLE ? BUG_TABLE[id] : undefined;
  if (facts?.is === 'no bug of a kernel') return `a value of older kernels, which was no bug there: ${facts.why}`;
  const { modelOnly } = findProfile(profile) ?? {};
  if (modelOnly !== undefined) return `it is of the profile ${profile}: ${modelOnly}`;
  const rules = Object.keys(changes) as RuleName[];
  const histories = rules.map((rule) => HISTORIES[rule] as History<RuleValue>);
  if (histories.every((history) => history.changes.length === 0))
    return 'the fix is older than 6.1, or is in a driver or subsystem whose history the rules do not follow';
  const values = rules.map((rule) => changes[rule]);
  const mended = histories.filter(({ first, changes: later }, i) =>
    [first, ...later.map(({ value }) => value)].includes(values[i] as RuleValue),
  );
  if (mended.length === 0) return 'no release has this value: it breaks the rule in another way than the kernels did';
  const isMended = releases.every((release) =>
    mended.some((history, i) => valueAt(history, releaseOf(release)) !== values[i]),
  );
  const fixed = releases.some((release) =>
    mended.some(({ changes: later }) => later.some((change) => hasChange(change, releaseOf(release)))),
  );
  return isMended && fixed
    ? 'every kernel of the table has the fix, or is older than the bug'
    : 'the kernels of the table have only some of its values';
}
