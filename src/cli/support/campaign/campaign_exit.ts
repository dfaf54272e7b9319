import type { CampaignReport } from '../../../campaign/campaign_types';
import { campaignCounts } from '../../../report/documents/campaign_document';
import { whySaysNothing } from '../../../report/documents/counts';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TARGET, EXIT_TOO_LITTLE } from '../exit';

/** The exit code of a campaign that ended. */
export function campaignExit(report: CampaignReport): number {
  if (report.end === 'interrupted') return EXIT_INTERRUPTED;
  if (report.end === 'failed') return EXIT_TARGET;
  // Even with findings, which an earlier run has reported with their own code: this run says nothing about anything.
  if (report.overBefore) return EXIT_TOO_LITTLE;
  return report.problems.length > 0 ? EXIT_FINDING : reportExit(report);
}

/** The exit code of the findings of a report, whatever ended its campaign. */
export function reportExit(report: CampaignReport): number {
  if (report.findings.some(({ state }) => state !== 'known')) return EXIT_FINDING;
  return whySaysNothing(campaignCounts(report), false) === undefined ? EXIT_CLEAN : EXIT_TOO_LITTLE;
}
