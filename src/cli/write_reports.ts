import { join } from 'node:path';
import type { CampaignReport } from '../campaign/campaign_types';
import { Patience } from '../campaign/patience';
import { writeWholePatiently } from '../campaign/whole_file';

/**
 * What a campaign leaves for people and machines to read. A full disk is waited out.
 * @param say - told what is waited for
 */
export async function writeReports(
  directory: string,
  report: CampaignReport,
  say: (line: string) => void,
): Promise<void> {
  const patience = new Patience(say);
  await writeWholePatiently(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`, patience);
}
