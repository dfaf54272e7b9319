import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isFull, type DiskFullRetry } from './disk_full_retry';

/** Replaces a file. A reader finds the old text or the new, even when this process is killed in between. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const newPath = `${path}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(newPath, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(newPath, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(newPath, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The same for a file that must be written: waits while the disk is full. */
export function writeAtomicallyRetrying(path: string, text: string, retry: DiskFullRetry): Promise<void> {
  return retry.untilWritten(path, () => writeAtomically(path, text));
}

/** The same for a file that is written again soon: on a full disk the old text stays. */
export async function writeAtomicallyIfRoom(path: string, text: string): Promise<void> {
  try {
    await writeAtomically(path, text);
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

/** Writes the names in a folder to the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
