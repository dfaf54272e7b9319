import type { RuleAt, RuleDifference, RuleHistory } from '../../rules/history/rule_facts';

/** `rules`: the histories. */
export interface RulesDocument {
  /** The number of rules that were asked for. */
  readonly rules: number;
  /** Those that some kernel changed; each that was named, if some were named. */
  readonly histories: readonly RuleHistory[];
}

/** `rules --at`: the values at a release. */
export interface RulesAtDocument {
  readonly at: string;
  readonly rules: readonly RuleAt[];
}

/** `rules --between`: the rules that differ. */
export interface RulesBetweenDocument {
  readonly from: string;
  readonly to: string;
  /** The number of rules that were compared. */
  readonly rules: number;
  readonly differences: readonly RuleDifference[];
}
