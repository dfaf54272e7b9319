import type { CampaignReport } from '../../../campaign/campaign_types';
import { canEndSo, isAvailable } from '../../../commands/available';
import { findScenario } from '../../../generate/scenarios/registry';
import type { Reachable } from '../../../report/campaign_report/campaign_figures';

/** The outcomes that the searched lanes of a campaign can reach. A lane that was not searched has missed nothing. */
export function reachableOutcomes({ lanes }: CampaignReport): Reachable {
  const reachable = new Map<string, Set<string>>();
  for (const { lane, commands } of lanes) {
    if (commands === 0) continue;
    for (const command of findScenario(lane.scenario)?.commands ?? []) {
      if (!isAvailable(command, lane.profile)) continue;
      if (lane.target !== 'model' && command.modelOnly !== undefined) continue;
      const outcomes = reachable.get(command.name) ?? new Set();
      for (const outcome of command.outcomes) if (canEndSo(command, outcome, lane.profile)) outcomes.add(outcome);
      reachable.set(command.name, outcomes);
    }
  }
  return reachable;
}
