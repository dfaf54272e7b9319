import { CANARIES_ENOUGH } from './canary';
import type { CampaignFinding, CampaignLimits, CampaignReport, LaneReport, StatsLine } from './campaign_types';
import { LaneTotals } from './store/lane_totals';
import { sumOfMet } from './store/sum_of_met';
import type { CampaignPlan } from './plan';

/** The data of a report. */
interface ReportFacts {
  readonly plan: CampaignPlan;
  readonly endedAt: string;
  readonly end: CampaignReport['end'];
  readonly limits: CampaignLimits;
  readonly overBefore: boolean;
  readonly problems: readonly string[];
  /** By id of the lane. */
  readonly lanes: ReadonlyMap<string, LaneTotals>;
  readonly last: StatsLine;
  readonly series: readonly Omit<StatsLine, 'workers'>[];
  readonly findings: readonly CampaignFinding[];
}

export function campaignReport({ plan, lanes, last, problems, ...facts }: ReportFacts): CampaignReport {
  const canaries = { hidden: 0, found: 0 };
  for (const lane of lanes.values()) {
    canaries.hidden += lane.canaries.hidden;
    canaries.found += lane.canaries.found;
  }
  const { seconds, programs, commands, corpus, features, branches, findings } = last;
  const laneReports = plan.lanes.map((lane): LaneReport => {
    const sum = (lanes.get(lane.id) ?? new LaneTotals(lane.id)).toSum();
    const { leases, programs, commands, cpuSeconds, commandCounts, invariants, met = [] } = sum;
    return { lane, leases, programs, commands, cpuSeconds, commandCounts, invariants, met };
  });
  return {
    format: 1,
    version: plan.version,
    startedAt: plan.createdAt,
    seed: plan.seed,
    ...facts,
    problems: [...problems, ...canaryProblems(canaries)],
    totals: { seconds, programs, commands, corpus, features, branches, findings },
    unsearched: unsearchedLanes(laneReports),
    lanes: laneReports,
    canaries,
    met: sumOfMet(laneReports.map((lane) => lane.met)),
  };
}

/** Ids of the lanes of which no command was executed. */
export function unsearchedLanes(lanes: readonly LaneReport[]): string[] {
  return lanes.filter(({ commands }) => commands === 0).map(({ lane }) => lane.id);
}

/** Problems with the canaries: a campaign that misses every broken rule would miss a broken kernel. */
export function canaryProblems({ hidden, found }: CampaignReport['canaries']): string[] {
  if (hidden < CANARIES_ENOUGH || found > 0) return [];
  return [
    `none of ${hidden} canaries was found: a rule was broken in 1 % of the programs, and the search did not notice`,
  ];
}
