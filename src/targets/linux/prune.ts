import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isLocked } from './cache';
import { initrdLock } from './module_build';

/** What is made once for each kernel and each state of kernel/, and what a build that was killed leaves behind. */
const FOLDERS = ['initrd', 'build'];
const UNUSED_MS = 14 * 24 * 3600 * 1000;

/**
 * Removes initramfs images and build folders of the cache that nobody needs: not of these targets, not used for 14 days
 * (an image is touched when it is used), and not in use now.
 * @param cache - the cache directory
 * @param needed - the images of the targets that are set up
 * @param now_ms - time of day
 * @returns what was removed
 */
export function pruneCache(cache: string, needed: readonly string[], now_ms = Date.now()): string[] {
  const old = FOLDERS.flatMap((folder) => entriesOf(join(cache, folder))).filter(
    (path) => !needed.includes(path) && age_ms(path, now_ms) > UNUSED_MS,
  );
  if (old.length === 0) return [];
  const commandLines = runningCommandLines();
  return old.filter((path) => {
    if (isLocked(cache, initrdLock(path)) || commandLines.some((line) => line.includes(basename(path)))) return false;
    try {
      rmSync(path, { recursive: true });
      return true;
    } catch {
      return false; // it belongs to someone else, or has just gone: setting up has succeeded all the same
    }
  });
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return []; // nothing was made there yet; elsewhere than on Linux, no /proc
  }
}

function age_ms(path: string, now_ms: number): number {
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: now_ms };
  return now_ms - mtimeMs;
}

/** QEMU names its image, and make its folder, on the command line. */
function runningCommandLines(): string[] {
  return entriesOf('/proc')
    .filter((path) => /\/\d+$/.test(path))
    .map((path) => {
      try {
        return readFileSync(join(path, 'cmdline'), 'utf8');
      } catch {
        return ''; // it has ended
      }
    });
}
