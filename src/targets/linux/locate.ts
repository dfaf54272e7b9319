import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PROFILES } from '../../rules/profiles';
import { TargetUnavailableError, UsageError } from '../../session/errors';
import { cachePath, isThere, openCache } from './cache';
import { kernelsNamed } from './debian/releases';
import { compareVersions } from './debian/release_order';
import type { KernelFiles } from './kernel_files';
import {
  cachedKernel,
  imagePath,
  readImageRecord,
  readKernelRecord,
  recordPath,
  setUpKernels,
  type KernelRecord,
} from './set_up_kernels';
import { SERIES } from './setup';

const SETUP = 'npx skbcheck kernel setup';

/** Returns whether a target name means a kernel that `kernel setup` provides, or has set up. */
export function isSeriesTarget(name: string): boolean {
  return SERIES.some((series) => name === `linux-${series}`) || setUpKernel(name) !== undefined;
}

/**
 * The kernel that a target name means: a release (linux-7.0.4), or the newest of a series that is set up (linux-7.3).
 * Undefined when none is. A kernel that is set up for programs of user space alone counts.
 */
export function setUpKernel(name: string): KernelRecord | undefined {
  if (!/^linux-\d+\.\d+/.test(name)) return undefined;
  const cache = cachePath();
  return (
    readKernelRecord(cache, name) ??
    kernelsNamed(name.replace('linux-', ''), setUpKernels(cache)).at(-1) ??
    readImageRecord(cache, name)
  );
}

/**
 * Finds the files of the kernel that a target name means: linux-6.1, linux-7.0.4, or a directory with a bzImage and a
 * build tree. Throws UsageError when no target has that name, TargetUnavailableError when the target is unusable.
 * @param name - as the user typed it
 */
export function locateKernel(name: string): KernelFiles {
  if (!isSeriesTarget(name)) return locateDirectory(name);
  const cache = existsSync(cachePath()) ? openCache() : cachePath();
  const record = setUpKernel(name);
  if (!record) throw new TargetUnavailableError(`target ${name} is not set up; set it up with: ${SETUP}`);
  for (const path of [recordPath, imagePath]) isThere(path(cache, record.target));
  return cachedKernel(cache, record);
}

/** Lists the targets that `kernel setup` has set up. It starts nothing. */
export function availableTargets(): string[] {
  try {
    return setUpKernels(cachePath()).map(({ target }) => target);
  } catch {
    return []; // the use of a target reports an unreadable cache
  }
}

/** The kernels that have a target: those of the profiles, and all others that are set up, oldest first. */
export function kernelTargets(): { readonly name: string; readonly isSetUp: boolean }[] {
  const setUp = availableTargets();
  const missing = PROFILES.map(({ name }) => name).filter((name) => !setUp.includes(name));
  return [...missing.map((name) => ({ name, isSetUp: false })), ...setUp.map((name) => ({ name, isSetUp: true }))].sort(
    (a, b) => compareVersions(a.name, b.name),
  );
}

function locateDirectory(name: string): KernelFiles {
  const folder = resolve(name);
  if (!existsSync(folder)) {
    if (/^linux-\d+\.\d/.test(name))
      throw new UsageError(`target ${name} is not set up; set it up with: ${SETUP} ${name.replace('linux-', '')}`);
    throw new UsageError(
      `no target ${name}: ` +
        `it is neither model, ${SERIES.map((series) => `linux-${series}`).join(', ')}, nor a directory`,
    );
  }
  if (!statSync(folder).isDirectory()) {
    throw new UsageError(`target ${name} is a file; give the directory with bzImage and the build tree`);
  }
  const image = findImage(folder);
  if (!image) {
    throw new TargetUnavailableError(
      `no bzImage in ${folder} (looked for bzImage, arch/x86/boot/bzImage, vmlinuz*); ` +
        'build one with: make bzImage, or: npx skbcheck kernel build --source TREE -o DIR',
    );
  }
  const buildTree = [folder, join(folder, 'build')].find(isBuildTree);
  if (!buildTree) {
    throw new TargetUnavailableError(
      `no build tree in ${folder} or ${join(folder, 'build')} (Makefile, .config, Module.symvers); ` +
        'run there: make bzImage modules',
    );
  }
  return { target: folder, image, buildTree: realpathSync(buildTree), modules: realpathSync(buildTree) };
}

function findImage(folder: string): string | undefined {
  const fixed = ['bzImage', 'arch/x86/boot/bzImage', 'build/arch/x86/boot/bzImage'].map((path) => join(folder, path));
  const installed = readdirSync(folder)
    .filter((file) => file.startsWith('vmlinuz'))
    .sort();
  return [...fixed, ...installed.map((file) => join(folder, file))].find((path) => existsSync(path));
}

function isBuildTree(folder: string): boolean {
  return ['Makefile', '.config', 'Module.symvers'].every((file) => existsSync(join(folder, file)));
}
