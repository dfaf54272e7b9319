import { join } from 'node:path';
import type { CampaignReport } from '../../campaign/campaign_types';
import { DiskFullRetry } from '../../campaign/store/disk_full_retry';
import { writeAtomicallyRetrying } from '../../campaign/store/atomic_write';

/**
 * report.json: what everything else that a campaign leaves can be made from. A full disk is waited out.
 * @param say - told what is waited for
 */
export async function writeReportJson(
  directory: string,
  report: CampaignReport,
  say: (line: string) => void,
): Promise<void> {
  const retry = new DiskFullRetry(say);
  await writeAtomicallyRetrying(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`, retry);
}
