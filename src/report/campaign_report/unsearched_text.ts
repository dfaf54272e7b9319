import type { CampaignReport, Lane } from '../../campaign/campaign_types';
import { plural } from '../figures';

/** The lanes of a campaign that were not searched, by target. */
export interface UnsearchedOnTarget {
  /** The target with the profile: `linux-6.12`, `model (linux-6.1)`. */
  readonly where: string;
  readonly scenarios: readonly string[];
}

/** In one line: how many lanes were not searched. Undefined when every lane was. */
export function unsearchedSentence({ unsearched, lanes }: CampaignReport): string | undefined {
  if (unsearched.length === 0) return undefined;
  if (unsearched.length === lanes.length) return 'nothing was searched: no command was executed in any lane';
  return `not searched: ${unsearched.length} of ${plural(lanes.length, 'lane')}`;
}

/** The result of a campaign without findings. It claims nothing about lanes that were not searched. */
export function nothingFoundText({ unsearched, lanes }: CampaignReport): string {
  if (unsearched.length === 0) return 'nothing found';
  if (unsearched.length === lanes.length) return 'nothing found, because nothing was searched';
  const searched = lanes.length - unsearched.length;
  return `nothing found in the ${plural(searched, 'lane')} that ${searched === 1 ? 'was' : 'were'} searched`;
}

/** The lanes that were not searched, each named once. */
export function unsearchedByTarget({ unsearched, lanes }: CampaignReport): UnsearchedOnTarget[] {
  const missing = new Set(unsearched);
  const byTarget = new Map<string, string[]>();
  for (const { lane } of lanes) {
    if (!missing.has(lane.id)) continue;
    const scenarios = byTarget.get(whereOf(lane)) ?? [];
    byTarget.set(whereOf(lane), [...scenarios, lane.scenario]);
  }
  return [...byTarget].map(([where, scenarios]) => ({ where, scenarios }));
}

function whereOf({ target, profile, mutant }: Lane): string {
  const rules = [...(profile === target ? [] : [profile]), ...(mutant === undefined ? [] : [`mutant ${mutant}`])];
  return rules.length === 0 ? target : `${target} (${rules.join(', ')})`;
}
