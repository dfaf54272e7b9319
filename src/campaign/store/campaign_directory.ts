import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { firstLine, TargetUnavailableError, UsageError } from '../../session/errors';
import { makeFolder, tryLock } from '../../targets/linux/cache';
import { assertSamePlan, type AskedPlan, type CampaignPlan } from '../plan';
import { writeAtomically } from './atomic_write';

const PLAN = 'campaign.json';
const LOCK = 'lock';

/** Makes the directory of a campaign, and keeps others out of it until `release`. */
export function enterDirectory(directory: string): { readonly release: () => void } {
  const lock = join(directory, LOCK);
  try {
    makeFolder(directory);
    // A lock whose owner has died is dropped by the first try.
    if (tryLock(lock) || tryLock(lock)) return { release: () => rmSync(lock, { force: true }) };
  } catch (error) {
    throw new TargetUnavailableError(`cannot use ${directory}: ${firstLine(error)}`);
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

/** The plan of a directory; undefined when there is none yet. */
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
  throw new UsageError(`${path} is no plan of a campaign that this version of skbcheck can go on with`);
}

function parsed(text: string): CampaignPlan | undefined {
  try {
    return JSON.parse(text) as CampaignPlan;
  } catch {
    return undefined;
  }
}

/** The plan of the directory where it agrees with what was asked for, else a new one, written. */
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
