import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../../session/errors';
import { readRecord, withSetupLock } from './cache';
import { compareVersions } from './debian/release_order';
import { forgetSize } from './list/kernel_size';
import type { KernelFiles } from './kernel_files';

/** The cache's record of one target. */
export interface KernelRecord {
  readonly target: string;
  readonly release: string;
}

/**
 * Reads the cache's record of a target; undefined when the target is not set up.
 * @param cache - the cache directory, which need not exist
 * @param target - linux-6.1, linux-7.0.4
 */
export function readKernelRecord(cache: string, target: string): KernelRecord | undefined {
  const record = readRecord<KernelRecord>(recordPath(cache, target));
  return isRecord(record) && existsSync(cachedKernel(cache, record).image) ? record : undefined;
}

/**
 * Reads the cache's record of a kernel that is set up for programs of user space alone; undefined when there is none.
 * @param cache - the cache directory, which need not exist
 * @param target - linux-7.0.4
 */
export function readImageRecord(cache: string, target: string): KernelRecord | undefined {
  const record = readRecord<KernelRecord>(imagePath(cache, target));
  return isRecord(record) && existsSync(cachedKernel(cache, record).image) ? record : undefined;
}

/** A damaged record counts as none. A release without a name would be the folder of all kernels. */
function isRecord(record: KernelRecord | undefined): record is KernelRecord {
  const { target, release } = record ?? {};
  return typeof target === 'string' && typeof release === 'string' && /^\d[\w.+~-]*$/.test(release);
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
  const modules = join(folder, lib ?? 'lib/modules', release);
  const image = [join(folder, 'boot', `vmlinuz-${release}`), join(modules, 'vmlinuz')];
  return {
    target,
    image: image.find((path) => existsSync(path)) ?? image[0],
    buildTree: join(folder, 'usr', 'src', `linux-headers-${release}`),
    modules,
  };
}

export function kernelFolder(cache: string, release: string): string {
  return join(cache, 'kernels', release);
}

/** Removes halves of kernels, whose setup was killed. The lock of the setup must be held. */
export function dropHalves(cache: string): void {
  const folder = join(cache, 'kernels');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.part')) : [];
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}

/** Records of kernels without headers stand apart, so that nobody builds a module for one. */
export function imagePath(cache: string, target: string): string {
  return join(cache, 'images', `${target}.json`);
}

export function recordPath(cache: string, target: string): string {
  return join(cache, 'targets', `${target}.json`);
}

export function writeRecord(path: string, record: KernelRecord): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, `${JSON.stringify(record)}\n`);
  renameSync(`${path}.part`, path);
}

/** Removes the files of a release that no target means any more. Returns whether they were removed. */
export function dropUnnamed(cache: string, release: string): boolean {
  if ([...setUpKernels(cache), ...setUpImageRecords(cache)].some((record) => record.release === release)) return false;
  rmSync(kernelFolder(cache, release), { recursive: true, force: true });
  forgetSize(cache, release);
  return true;
}

/** All targets that are set up, by name. */
export function setUpKernels(cache: string): KernelRecord[] {
  return recordsIn(join(cache, 'targets'), (target) => readKernelRecord(cache, target));
}

/** All targets that are set up for programs of user space alone, by name. */
export function setUpImageRecords(cache: string): KernelRecord[] {
  return recordsIn(join(cache, 'images'), (target) => readImageRecord(cache, target));
}

function recordsIn(folder: string, read: (target: string) => KernelRecord | undefined): KernelRecord[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return names
    .map((name) => read(name.replace(/\.json$/, '')))
    .filter((record) => record !== undefined)
    .sort((a, b) => compareVersions(a.release, b.release));
}

/**
 * Removes targets, and the files of their kernels when no other target means them. Throws UsageError, and removes none,
 * when one is not set up.
 * @param cache - the cache directory
 * @param names - linux-7.0.4, 7.0.4
 * @param say - receives a line when another process must end first
 */
export function removeKernels(
  cache: string,
  names: readonly string[],
  say: (line: string) => void = () => undefined,
): Promise<KernelRecord[]> {
  return withSetupLock(cache, say, () => {
    const setUp = setUpKernels(cache);
    const records = names.map((name) => {
      const target = `linux-${name.replace(/^linux-/, '')}`;
      const record = setUp.find((each) => each.target === target) ?? readImageRecord(cache, target);
      if (record !== undefined) return record;
      const others = setUp.length === 0 ? 'none' : setUp.map((each) => each.target).join(', ');
      throw new UsageError(`target ${target} is not set up; set up: ${others}`);
    });
    for (const { target, release } of records) {
      for (const path of [recordPath, imagePath]) rmSync(path(cache, target), { force: true });
      dropUnnamed(cache, release);
    }
    return Promise.resolve(records);
  });
}
