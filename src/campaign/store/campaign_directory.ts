import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { firstLine, TargetUnavailableError, UsageError } from '../../session/errors';
import { makeFolder, tryLock } from '../../targets/linux/cache';
import { assertSamePlan, type AskedPlan, type CampaignPlan } from '../plan';
import { writeAtomically } from './atomic_write';

const PLAN = 'campaign.json';
const LOCK = 'lock';

/** Makes the directory of a campaign and locks it until `release`. */
export function enterDirectory(directory: string): { readonly release: () => void } {
  const lock = join(directory, LOCK);
  try {
    makeFolder(directory);
    // The first try drops a lock whose owner has died.
    if (tryLock(lock) || tryLock(lock)) return { release: () => rmSync(lock, { force: true }) };
  } catch (error) {
    throw new UsageError(`cannot use ${directory}: ${firstLine(error)}; choose another --dir`);
  }
  throw new TargetUnavailableError(`${directory} is at work already: process ${ownerOf(lock)}; choose another --dir`);
}

function ownerOf(lock: string): string {
  try {
    return readFileSync(lock, 'utf8').split(' ')[0];
  } catch {
    return 'that has just ended';
  }
}

/** The plan of a directory; undefined when it has none yet. */
export function readPlan(directory: string): CampaignPlan | undefined {
  const path = join(directory, PLAN);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new TargetUnavailableError(`cannot read ${path}: ${firstLine(error)}`);
  }
  const plan = parsed(text);
  if (plan?.format === 1 && Array.isArray(plan.lanes) && plan.lanes.length > 0) return plan;
  throw new UsageError(`${path} is no plan of a campaign that this version of skbcheck can continue`);
}

function parsed(text: string): CampaignPlan | undefined {
  try {
    return JSON.parse(text) as CampaignPlan;
  } catch {
    return undefined;
  }
}

/**
 * The plan of the directory, or a new one, which is written there.
 * @throws UsageError where the directory's plan differs from `asked`
 */
export async function planOf(
  directory: string,
  asked: AskedPlan,
  make: () => CampaignPlan,
): Promise<{ readonly plan: CampaignPlan; readonly isNew: boolean }> {
  const there = readPlan(directory);
  if (there !== undefined) {
    assertSamePlan(directory, there, asked);
    return { plan: there, isNew: false };
  }
  const plan = make();
  await writeAtomically(join(directory, PLAN), `${JSON.stringify(plan, null, 2)}\n`);
  return { plan, isNew: true };
}
