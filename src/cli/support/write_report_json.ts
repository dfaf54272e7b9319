import { join } from 'node:path';
import type { CampaignReport } from '../../campaign/campaign_types';
import { Patience } from '../../campaign/store/disk_full_retry';
import { writeWholePatiently } from '../../campaign/store/whole_file';

/**
 * report.json: what everything else that a campaign leaves can be made from. A full disk is waited out.
 * @param say - told what is waited for
 */
export async function writeReportJson(
  directory: string,
  report: CampaignReport,
  say: (line: string) => void,
): Promise<void> {
  const patience = new Patience(say);
  await writeWholePatiently(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`, patience);
}
