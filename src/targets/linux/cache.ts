import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { firstLine, TargetUnavailableError } from '../../session/errors';

const LOCK_POLL_MS = 100;

/** The per-user cache directory: $SKBCHECK_CACHE, else $XDG_CACHE_HOME/skbcheck, else ~/.cache/skbcheck. */
export function cachePath(env: NodeJS.ProcessEnv = process.env): string {
  if (env.SKBCHECK_CACHE) return resolve(env.SKBCHECK_CACHE);
  if (env.XDG_CACHE_HOME) return join(resolve(env.XDG_CACHE_HOME), 'skbcheck');
  return join(env.HOME || homedir(), '.cache', 'skbcheck');
}

/** Makes the cache directory if it does not exist. Throws TargetUnavailableError when it cannot be read and written. */
export function openCache(): string {
  const path = cachePath();
  try {
    makeFolder(path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(path, error);
  }
  return path;
}

/** Like mkdirSync with recursive. That never returns where an existing parent refuses with ENOENT, as in /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Returns whether a file of the cache is there. It counts as used now: prune.ts removes files that were not used for
 * long.
 */
export function isThere(path: string): boolean {
  try {
    const now_s = Date.now() / 1000;
    utimesSync(path, now_s, now_s);
    return true;
  } catch {
    return existsSync(path); // it may belong to another user
  }
}

/**
 * Reads a small record of the cache; undefined when it was never written.
 * @param path - a JSON file
 */
export function readRecord<T>(path: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw unusable(path, error);
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined; // half a file of a killed process counts as none: it is made again
  }
}

/**
 * Holds a lock of the cache while `work` makes a file there. It takes over a lock whose owner has died.
 * @param cache - the cache directory
 * @param name - of the file or folder to make
 * @param work - done while the lock is held
 * @param waits - called once when another process holds it
 */
export async function withLock<T>(
  cache: string,
  name: string,
  work: () => Promise<T>,
  waits: () => void = () => undefined,
): Promise<T> {
  const lock = join(cache, `${name}.lock`);
  for (let hasSaid = false; !tryLock(lock);) {
    if (!hasSaid && isLocked(cache, name)) {
      hasSaid = true;
      waits();
    }
    await new Promise((wake) => setTimeout(wake, LOCK_POLL_MS));
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * Holds the lock under which kernels are fetched and removed. A process that waits for it is told so: it can take
 * minutes.
 * @param cache - the cache directory
 * @param say - receives that line
 * @param work - done while the lock is held
 */
export function withSetupLock<T>(cache: string, say: (line: string) => void, work: () => Promise<T>): Promise<T> {
  return withLock(cache, 'setup', work, () => say('waiting for another skbcheck that sets up kernels in this cache'));
}

/** Returns whether a running process holds a lock of the cache. */
export function isLocked(cache: string, name: string): boolean {
  const owner = readOwner(join(cache, `${name}.lock`));
  return owner !== undefined && lives(owner);
}

/**
 * A link appears whole or not at all, so a lock always names its owner.
 * @returns false when another process holds it; when that process has died, the next try may get it
 */
export function tryLock(lock: string): boolean {
  const mine = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(mine, ownerOf(process.pid));
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(lock, error);
    dropIfStale(lock);
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Removes a lock whose owner has died. One process at a time does so: another would remove the next owner's lock. */
function dropIfStale(lock: string): void {
  const guard = `${lock}.drop`;
  if (!isStale(lock) || !tryLock(guard)) return;
  try {
    // From here on a lock that is stale stays so until it is removed.
    if (isStale(lock)) rmSync(lock, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function isStale(lock: string): boolean {
  const owner = readOwner(lock);
  return owner !== undefined && !lives(owner);
}

function readOwner(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return undefined; // its owner has released it
  }
}

function lives(owner: string): boolean {
  return ownerOf(Number(owner.split(' ')[0])) === owner;
}

/**
 * Returns a process id with its start time, because ids are reused. Where /proc/PID is missing, 'self' or 'gone' stands
 * for the time.
 */
function ownerOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return `${pid} ${pid === process.pid ? 'self' : 'gone'}`;
  }
}

function unusable(path: string, error: unknown): TargetUnavailableError {
  const reason = firstLine(error);
  return new TargetUnavailableError(
    `cannot use the cache ${path}: ${reason}; set SKBCHECK_CACHE to a directory that you can write`,
  );
}
