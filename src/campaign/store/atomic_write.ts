import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isFull, type DiskFullRetry } from './disk_full_retry';

/** Write a file whole: whoever reads it, and whenever this process is killed, finds the old text or the new. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(beside, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The same for what must be written: a full disk is waited out. */
export function writeAtomicallyRetrying(path: string, text: string, retry: DiskFullRetry): Promise<void> {
  return retry.untilWritten(path, () => writeAtomically(path, text));
}

/** The same for what will be written again soon: on a full disk the old text stays. */
export async function writeAtomicallyIfRoom(path: string, text: string): Promise<void> {
  try {
    await writeAtomically(path, text);
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

/** The names in a folder are on the disk from now on. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
