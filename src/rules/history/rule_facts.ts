import { HISTORIES, RULE_NAMES, type RuleName } from './histories';
import { changeAt, hasChange, isOpenAt, valueAt, type Change, type History } from './history';
import { releaseOf, type Since } from './release';

export type RuleValue = boolean | number | string;

/** One change of a rule. */
export interface RuleChange {
  readonly value: RuleValue;
  /** The first series of mainline that has it, or the range that it lies in; null: only stable series have it. */
  readonly since: Since | null;
  readonly commit: string | null;
  /** By series: the first stable release that has it. */
  readonly backports: Readonly<Record<string, Since>>;
  readonly source: string;
}

/** The history of one rule. */
export interface RuleHistory {
  readonly rule: RuleName;
  readonly first: RuleValue;
  readonly changes: readonly RuleChange[];
}

/** The value of one rule at a release. */
export interface RuleAt {
  readonly rule: RuleName;
  readonly value: RuleValue;
  /** The change that made it so; null: it is the first value. */
  readonly change: RuleChange | null;
  /** True when a change lies in a range in which the release is, so that the value may be another. */
  readonly isOpen: boolean;
}

/** A rule whose value differs between two releases. */
export interface RuleDifference {
  readonly rule: RuleName;
  readonly from: RuleValue;
  readonly to: RuleValue;
  /** The changes that one of the two releases has and the other has not. */
  readonly changes: readonly RuleChange[];
  readonly isOpen: boolean;
}

function historyOf(rule: RuleName): History<RuleValue> {
  return HISTORIES[rule];
}

function factsOf({ value, since, commit, backports, source }: Change<RuleValue>): RuleChange {
  return { value, since, commit: commit ?? null, backports: backports ?? {}, source };
}

export function ruleHistory(rule: RuleName): RuleHistory {
  const { first, changes } = historyOf(rule);
  return { rule, first, changes: changes.map(factsOf) };
}

/** The rules that some kernel changed. */
export function changedRules(): RuleName[] {
  return RULE_NAMES.filter((rule) => historyOf(rule).changes.length > 0);
}

/** @param release - 7.0.4, or a series: its newest release */
export function ruleAt(rule: RuleName, release: string): RuleAt {
  const at = releaseOf(release);
  const change = changeAt(historyOf(rule), at);
  return {
    rule,
    value: valueAt(historyOf(rule), at),
    change: change === undefined ? null : factsOf(change),
    isOpen: isOpenAt(historyOf(rule), at),
  };
}

/** The rules whose values differ between two releases. */
export function rulesBetween(from: string, to: string, rules: readonly RuleName[] = RULE_NAMES): RuleDifference[] {
  const [before, after] = [releaseOf(from), releaseOf(to)];
  return rules.flatMap((rule) => {
    const history = historyOf(rule);
    const [old, now] = [valueAt(history, before), valueAt(history, after)];
    if (old === now) return [];
    const changes = history.changes.filter((change) => hasChange(change, before) !== hasChange(change, after));
    const isOpen = isOpenAt(history, before) || isOpenAt(history, after);
    return [{ rule, from: old, to: now, changes: changes.map(factsOf), isOpen }];
  });
}
