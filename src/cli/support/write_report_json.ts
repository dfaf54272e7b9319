import { join } from 'node:path';
import type { CampaignReport } from '../../campaign/campaign_types';
import { Patience } from '../../campaign/store/disk_full_retry';
import { writeWholePatiently } from '../../campaign/store/whole_file';

/**
 * Writes report.json, from which the other reports can be made anew. Waits while the disk is full.
 *
 * @param say - called with the reason of a wait
 */
export async function writeReportJson(
  directory: string,
  report: CampaignReport,
  say: (line: string) => void,
): Promise<void> {
  const patience = new Patience(say);
  await writeWholePatiently(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`, patience);
}
