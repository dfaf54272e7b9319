import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BugsDocument } from '../../report/documents/bugs_document';
import { ownFolder } from '../support/version';

/** Results of `history-of-bugs --json`, kept so that the page can be made again without kernels. */
const FOLDER = 'docs/explanation/real-bugs';

/** The kept results, by the names of their files. */
export function keptBugDocuments(): BugsDocument[] {
  const folder = join(ownFolder(), FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as BugsDocument);
}
