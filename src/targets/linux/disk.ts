import { statfsSync } from 'node:fs';
import { DiskFullError, firstLine } from '../../session/errors';

const MIB = 1 << 20;

/**
 * Throws DiskFullError, before anything is written, when a disk lacks the space that the work needs. Programs that meet
 * a full disk halfway say so in many ways, and some wait.
 * @param folder - on that disk
 * @param needed_mib - free space that the work needs
 * @param what - the work's result, as the subject of a sentence: a kernel
 */
export function assertFree(folder: string, needed_mib: number, what: string): void {
  const free_mib = freeMib(folder);
  if (free_mib < needed_mib)
    throw new DiskFullError(
      `the disk of ${folder} has ${free_mib} MiB left, and ${what} needs ${needed_mib}; ${REMEDY}`,
    );
}

/** The free space of the disk that a folder is on, in MiB. */
export function freeMib(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / MIB);
}

/**
 * Does work, whose failure for want of space is a DiskFullError, whichever program met it.
 * @param folder - on the disk that the work fills
 */
export async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiskFullError || !FULL.test(String(error))) throw error;
    throw new DiskFullError(`the disk of ${folder} is full: ${firstLine(error)}; ${REMEDY}`);
  }
}

/**
 * Throws DiskFullError when a program failed for want of space. It stands where a failure has another meaning.
 * @param folder - on the disk that the program fills
 * @param said - the program's own words
 */
export function assertNotFull(folder: string, said: string): void {
  const line = said.split('\n').find((each) => FULL.test(each));
  if (line !== undefined) throw new DiskFullError(`the disk of ${folder} is full: ${line.trim()}; ${REMEDY}`);
}

const FULL = /\bENOSPC\b|\bEDQUOT\b|No space left on device|enough free space|Disk quota exceeded/i;
const REMEDY = 'free some, or set SKBCHECK_CACHE to a directory on another disk';
