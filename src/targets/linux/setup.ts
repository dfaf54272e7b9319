import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TargetUnavailableError } from '../../session/errors';
import { openCache, readRecord, withLock } from './cache';
import { compareReleases } from './debian_packages';
import { fetchKernel, newestKernel, refreshLists } from './fetch_kernel';
import type { KernelFiles } from './kernel_files';
import { ensureInitrd } from './module_build';
import { ensurePrerequisites, isDebian } from './prerequisites';
import { pruneCache } from './prune';

/** The series that have targets of their own: linux-6.1 and linux-6.12. */
export const SERIES = ['6.1', '6.12'] as const;

/** The cache's record of one target. */
export interface KernelRecord {
  readonly target: string;
  readonly release: string;
}

/** One kernel that is set up. */
export interface SetUpKernel extends KernelRecord {
  /** False when it was there already. */
  readonly fetched: boolean;
  /** Path of the initramfs that belongs to it. */
  readonly initrd: string;
}

/** Options of the setup. */
export interface SetupOptions {
  /** Receives a line for each step that takes time. */
  readonly say?: (line: string) => void;
}

/**
 * Makes the Linux targets usable: installs missing packages (Debian, root), fetches the newest kernel of each series
 * into the cache, and builds the module. When all of this is done already, it starts only apt-cache.
 * @param options - the receiver of messages
 */
export async function setupKernels(options: SetupOptions = {}): Promise<SetUpKernel[]> {
  const say = options.say ?? (() => undefined);
  await ensurePrerequisites(say);
  const cache = openCache();
  return withLock(cache, 'setup', async () => {
    const canFetch = isDebian() && (await refreshLists(say));
    const done: SetUpKernel[] = [];
    for (const series of SERIES) done.push(await setUpSeries(cache, series, canFetch, say));
    const removed = pruneCache(
      cache,
      done.map(({ initrd }) => initrd),
    );
    if (removed.length > 0) say(`removed from the cache what was not used for 14 days: ${removed.length}`);
    return done;
  });
}

async function setUpSeries(
  cache: string,
  series: string,
  canFetch: boolean,
  say: (line: string) => void,
): Promise<SetUpKernel> {
  const target = `linux-${series}`;
  const cached = readKernelRecord(cache, target);
  const newest = canFetch ? await newestKernel(series) : undefined;
  let record = cached;
  if (newest && (!cached || compareReleases(newest.release, cached.release) > 0)) {
    say(`downloading ${newest.release}`);
    try {
      await fetchKernel(newest, kernelFolder(cache, newest.release));
      record = { target, release: newest.release };
      writeRecord(recordPath(cache, target), record);
      if (cached) rmSync(kernelFolder(cache, cached.release), { recursive: true, force: true });
    } catch (error) {
      if (!cached) throw error;
      say(`keeping ${cached.release}: ${(error as Error).message}`);
    }
  }
  if (!record) throw new TargetUnavailableError(noKernel(series));
  const initrd = await ensureInitrd(cachedKernel(cache, record), cache, say);
  return { ...record, fetched: record !== cached, initrd };
}

function noKernel(series: string): string {
  if (!isDebian()) {
    return (
      `no kernel ${series} in the cache, and it can be fetched only on Debian; ` +
      'use a kernel of your own: --target DIR'
    );
  }
  return (
    `apt knows no linux-image-${series}*-amd64 with headers; ` +
    'as root, run: apt-get update (bookworm-security has both series)'
  );
}

/**
 * Reads the cache's record of a target; undefined when the target is not set up.
 * @param cache - the cache directory, which need not exist
 * @param target - linux-6.1, linux-6.12
 */
export function readKernelRecord(cache: string, target: string): KernelRecord | undefined {
  const record = readRecord<KernelRecord>(recordPath(cache, target));
  return record && existsSync(cachedKernel(cache, record).image) ? record : undefined;
}

/**
 * The files of a kernel in the cache.
 * @param cache - the cache directory
 * @param record - of the kernel
 */
export function cachedKernel(cache: string, record: KernelRecord): KernelFiles {
  const { target, release } = record;
  const folder = kernelFolder(cache, release);
  const lib = [join('lib', 'modules'), join('usr', 'lib', 'modules')].find((path) => existsSync(join(folder, path)));
  return {
    target,
    image: join(folder, 'boot', `vmlinuz-${release}`),
    buildTree: join(folder, 'usr', 'src', `linux-headers-${release}`),
    modules: join(folder, lib ?? 'lib/modules', release),
  };
}

/** Names of all releases in the cache. */
export function cachedReleases(cache: string): string[] {
  return existsSync(join(cache, 'kernels')) ? readdirSync(join(cache, 'kernels')).sort(compareReleases) : [];
}

function kernelFolder(cache: string, release: string): string {
  return join(cache, 'kernels', release);
}

function recordPath(cache: string, target: string): string {
  return join(cache, 'targets', `${target}.json`);
}

function writeRecord(path: string, record: KernelRecord): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, `${JSON.stringify(record)}\n`);
  renameSync(`${path}.part`, path);
}
