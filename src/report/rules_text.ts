import { plural } from '../program/counts';
import type { ReleaseBug } from '../rules/bugs/release_bugs';
import type { RuleAt, RuleChange, RuleDifference, RuleHistory } from '../rules/history/rule_facts';
import type { Since } from '../rules/history/release';

const INDENT = '    ';

export function sinceText(since: Since): string {
  return typeof since === 'string' ? since : `after ${since.after}, by ${since.by}`;
}

/** `since 7.1 (7.0.11, 6.12.92), 4db79a322db8: net: gro: …`. */
export function changeText({ since, commit, backports, source }: RuleChange): string {
  const stable = Object.values(backports).map(sinceText).join('; ');
  const known = since === null ? '' : sinceText(since).replace(/^(?!after)/, 'since ');
  const releases = known === '' ? `since ${stable}` : known + (stable === '' ? '' : ` (${stable})`);
  return `${releases}${commit === null ? '' : `, ${commit}`}: ${source}`;
}

export function historiesText(histories: readonly RuleHistory[], rules: number): string {
  const lines = histories.flatMap(({ rule, first, changes }) => [
    rule,
    `${INDENT}${String(first)}`,
    ...changes.map((change) => `${INDENT}${String(change.value)}: ${changeText(change)}`),
  ]);
  const same = rules - histories.length;
  const rest = same > 0 ? [`${plural(same, 'other rule')} did not change in any kernel`] : [];
  return [...lines, ...rest].join('\n');
}

export function rulesAtText(at: string, rules: readonly RuleAt[], bugs: readonly ReleaseBug[]): string {
  const lines = rules.flatMap(({ rule, value, change, isOpen }) => [
    `${rule}: ${String(value)}${isOpen ? ', or not: a change lies in a range that has this release' : ''}`,
    ...(change === null ? [] : [INDENT + changeText(change)]),
  ]);
  const count = `${plural(rules.length, 'rule')} of ${at}, ${plural(bugs.length, 'bug')} that later releases mend`;
  return [...lines, ...bugs.map(bugText), count].join('\n');
}

/** `bug A18: …, mended in 6.12.115 by 1234: page_pool: …`. */
function bugText({ id, title, mendedIn, commit, source }: ReleaseBug): string {
  return `bug ${id}: ${title}; mended in ${mendedIn}${commit === null ? '' : ` by ${commit}`}: ${source}`;
}

export function rulesBetweenText(from: string, to: string, rules: number, differ: readonly RuleDifference[]): string {
  const lines = differ.flatMap(({ rule, from: old, to: now, changes, isOpen }) => [
    `${rule}: ${String(old)} -> ${String(now)}${isOpen ? ', as far as it is known' : ''}`,
    ...changes.map((change) => INDENT + changeText(change)),
  ]);
  return [...lines, `${differ.length} of ${plural(rules, 'rule')} differ between ${from} and ${to}`].join('\n');
}
