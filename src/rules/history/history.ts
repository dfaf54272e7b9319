import { isOpen, isSince, seriesOfRelease, type Release, type Since } from './release';

/** A new value of a rule. */
export interface Change<Value> {
  readonly value: Value;
  /** The first series of mainline that has it; null: only stable series do. */
  readonly since: Since | null;
  /** The commit of mainline, where a file or a search named it. */
  readonly commit?: string;
  /** The stable series that got it: for each, the first release that has it. */
  readonly backports?: Readonly<Record<string, Since>>;
  /** The title of the commit, or the text that tells of it. */
  readonly source: string;
}

/** The values of one rule over the releases: the first, and those that came after it, in the order of mainline. */
export interface History<Value> {
  readonly first: Value;
  readonly changes: readonly Change<Value>[];
}

/** A history for each rule of a record. */
export type Histories<RuleSet> = { readonly [Rule in keyof RuleSet]: History<RuleSet[Rule]> };

/** The history of a rule that no kernel ever changed: mutants and designs only have another value. */
export function always<Value>(value: Value): History<Value> {
  return { first: value, changes: [] };
}

/** The history of a rule whose value changed. */
export function changed<Value>(first: Value, ...changes: readonly Change<Value>[]): History<Value> {
  return { first, changes };
}

/** The point at which a change reaches a release's series: mainline's, or that of its backport; null: it does not. */
export function sinceIn({ since, backports }: Change<unknown>, release: Release): Since | null {
  if (since !== null && isSince(release, since)) return since;
  return backports?.[seriesOfRelease(release)] ?? since;
}

/** Returns whether the release has the change. */
export function hasChange(change: Change<unknown>, release: Release): boolean {
  const since = sinceIn(change, release);
  return since !== null && isSince(release, since);
}

/** The last change that the release has; undefined: the first value. */
export function changeAt<Value>({ changes }: History<Value>, release: Release): Change<Value> | undefined {
  return changes.findLast((change) => hasChange(change, release));
}

/** The value of the rule at a release. Where nobody knows whether it has a change, it has not. */
export function valueAt<Value>(history: History<Value>, release: Release): Value {
  const change = changeAt(history, release);
  return change === undefined ? history.first : change.value;
}

/** Returns whether nobody knows the value of the rule at the release: it lies between the ends of a range. */
export function isOpenAt({ changes }: History<unknown>, release: Release): boolean {
  return changes.some((change) => {
    const since = sinceIn(change, release);
    return since !== null && isOpen(release, since);
  });
}
