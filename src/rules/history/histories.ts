import type { Rules } from '../rules';
import { GRO_HISTORY } from './gro';
import { valueAt, type Histories, type History } from './history';
import { MVNETA_HISTORY } from './mvneta';
import { PAGE_POOL_HISTORY } from './page_pool';
import { releaseOf } from './release';
import { RFC_2018_HISTORY } from './rfc_2018';
import { SEGMENT_HISTORY } from './segment';
import { SKB_HISTORY } from './skb';
import { SPLICE_HISTORY } from './splice';
import { STACK_HISTORY } from './stack';
import { XDP_HISTORY } from './xdp';
import { XSK_HISTORY } from './xsk';

/** The history of every rule. A rule without one does not compile. */
export const HISTORIES: Histories<Rules> = {
  ...PAGE_POOL_HISTORY,
  ...SKB_HISTORY,
  ...RFC_2018_HISTORY,
  ...XDP_HISTORY,
  ...MVNETA_HISTORY,
  ...SEGMENT_HISTORY,
  ...GRO_HISTORY,
  ...SPLICE_HISTORY,
  ...XSK_HISTORY,
  ...STACK_HISTORY,
};

export type RuleName = keyof Rules;

/** The histories by the name of their file. */
const BY_FILE: Readonly<Record<string, object>> = {
  ...{ page_pool: PAGE_POOL_HISTORY, skb: SKB_HISTORY, rfc_2018: RFC_2018_HISTORY, xdp: XDP_HISTORY, gro: GRO_HISTORY },
  ...{ mvneta: MVNETA_HISTORY, segment: SEGMENT_HISTORY, splice: SPLICE_HISTORY, xsk: XSK_HISTORY },
  ...{ stack: STACK_HISTORY },
};

/** The file that the rule is of: gro. */
export function fileOfRule(rule: RuleName): string {
  const file = Object.entries(BY_FILE).find(([, histories]) => rule in histories);
  if (file === undefined) throw new Error(`rule ${rule} is in no file of histories`);
  return file[0];
}

/** The names of all rules, in the order of their files. */
export const RULE_NAMES = Object.keys(HISTORIES) as readonly RuleName[];

/** The rules by their values: releases with the same rules share one record, which areBroken knows. */
const RULES_BY_VALUES = new Map<string, Rules>();

const RULES_BY_RELEASE = new Map<string, Rules>();

/**
 * Computes the rules of a release from their histories. The same release always has the same record.
 * @param release - 6.12.43, 7.0.4; the name of a series, 6.12, means its newest release
 */
export function rulesOf(release: string): Rules {
  const known = RULES_BY_RELEASE.get(release);
  if (known !== undefined) return known;
  const at = releaseOf(release);
  const values = RULE_NAMES.map((name) => valueAt(HISTORIES[name] as History<unknown>, at));
  const key = JSON.stringify(values);
  // The copy has fast properties; an object that grew property by property is a slow table.
  const made = { ...(Object.fromEntries(RULE_NAMES.map((name, i) => [name, values[i]])) as unknown as Rules) };
  const rules = RULES_BY_VALUES.get(key) ?? made;
  RULES_BY_VALUES.set(key, rules);
  RULES_BY_RELEASE.set(release, rules);
  return rules;
}

/** Returns whether some release has these very rules. */
export function areOfRelease(rules: Rules): boolean {
  return [...RULES_BY_VALUES.values()].includes(rules);
}
