import { join } from 'node:path';
import type { CampaignReport } from '../../../campaign/campaign_types';
import { DiskFullRetry } from '../../../campaign/store/disk_full_retry';
import { writeAtomicallyRetrying } from '../../../campaign/store/atomic_write';
import { campaignDocument } from '../../../report/documents/campaign_document';
import { documentText } from '../../../report/documents/documents';

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
  const retry = new DiskFullRetry(say);
  await writeAtomicallyRetrying(
    join(directory, 'report.json'),
    documentText('campaign', campaignDocument(report)),
    retry,
  );
}
