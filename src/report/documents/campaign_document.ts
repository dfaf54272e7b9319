import type { CampaignReport, LaneReport } from '../../campaign/campaign_types';
import { evaluationsIn, type Counts } from './counts';

/** A campaign: what `campaign --json` prints, and report.json holds. */
export interface CampaignDocument extends Omit<CampaignReport, 'format' | 'version'>, Counts {
  /** The version of skbcheck. */
  readonly skbcheck: string;
}

export function campaignDocument({ format: _format, version, ...report }: CampaignReport): CampaignDocument {
  return { skbcheck: version, ...report, ...campaignCounts(report) };
}

/** The report of a document. */
export function campaignReportOf({ skbcheck, ...report }: CampaignDocument): CampaignReport {
  return { ...report, format: 1, version: skbcheck };
}

export function campaignCounts({ lanes }: Pick<CampaignReport, 'lanes'>): Counts {
  const sum = (of: (lane: LaneReport) => number): number => lanes.reduce((total, lane) => total + of(lane), 0);
  return {
    executed: sum(({ commands }) => commands),
    skipped: sum(({ commandCounts }) =>
      Object.values(commandCounts).reduce((total, { skipped }) => total + skipped, 0),
    ),
    evaluated: sum(({ invariants }) => evaluationsIn(invariants)),
    compared: sum((lane) => comparedIn(lane)),
    notSearched: lanes.filter(({ commands }) => commands === 0).length,
  };
}

/** Every call of a lane on a target is compared before its lease is done. */
function comparedIn({ lane, commands }: LaneReport): number {
  return lane.target === 'model' ? 0 : commands;
}
