import type { ReleaseBug } from '../../rules/bugs/release_bugs';
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
  /** The bugs that the release has and later ones mend; of the rules that were asked for. */
  readonly bugs: readonly ReleaseBug[];
}

/** `rules --between`: the rules that differ. */
export interface RulesBetweenDocument {
  readonly from: string;
  readonly to: string;
  /** The number of rules that were compared. */
  readonly rules: number;
  readonly differences: readonly RuleDifference[];
}
