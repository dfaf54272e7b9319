import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isLocked } from './cache';
import { fileLock } from './module_build';

/**
 * `initrd` has an image for each kernel and each state of kernel/, `vmlinux` has unpacked kernels. `build` has a
 * folder for each kernel that the module was built for.
 */
const FOLDERS = ['initrd', 'vmlinux', 'build'];
const UNUSED_MS = 14 * 24 * 3600 * 1000;

/**
 * Removes unneeded images and build folders from the cache. Unneeded means: not of these targets, not used
 * for 14 days (each use touches an image), and not in use now.
 * @param cache - the cache directory
 * @param needed - the images of the targets that are set up
 * @param now_ms - time of day
 * @returns the removed files
 */
export function pruneCache(cache: string, needed: readonly string[], now_ms = Date.now()): string[] {
  const old = FOLDERS.flatMap((folder) => entriesOf(join(cache, folder))).filter(
    (path) => !needed.includes(path) && age_ms(path, now_ms) > UNUSED_MS,
  );
  if (old.length === 0) return [];
  const commandLines = runningCommandLines();
  return old.filter((path) => {
    if (isLocked(cache, fileLock(path)) || commandLines.some((line) => line.includes(basename(path)))) return false;
    try {
      rmSync(path, { recursive: true });
      return true;
    } catch {
      return false; // another user owns the file, or it was just removed: the setup has succeeded anyway
    }
  });
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return []; // the folder does not exist yet; systems other than Linux have no /proc
  }
}

function age_ms(path: string, now_ms: number): number {
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: now_ms };
  return now_ms - mtimeMs;
}

/** The command lines of all processes. That of QEMU names its image, that of `make` names its folder. */
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
