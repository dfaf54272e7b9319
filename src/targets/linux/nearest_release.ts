import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TargetUnavailableError } from '../../session/errors';
import { seriesOf, shortRelease } from './debian/releases';
import { locateKernel } from './locate';
import type { KernelRecord } from './set_up_kernels';

/** A built tree has its release in one of them. */
const RELEASE_FILES = ['include/config/kernel.release', 'include/generated/utsrelease.h'];

/**
 * The release of a built tree, as `uname -r` will print it.
 * @param directory - a target: a tree, or the folder of a build
 */
export function releaseOfTree(directory: string): string {
  const { buildTree } = locateKernel(directory);
  for (const file of RELEASE_FILES.map((name) => join(buildTree, name)).filter((path) => existsSync(path))) {
    const release = /\d+\.\d+[\w.+~-]*/.exec(readFileSync(file, 'utf8'))?.[0];
    if (release !== undefined) return release;
  }
  throw new TargetUnavailableError(`${buildTree} does not say its release; run there: make prepare`);
}

/**
 * The kernel that is nearest to a release: of the same series the one whose number is nearest; else the newest that is
 * older; else the oldest.
 * @param kernels - the oldest first
 */
export function nearestRelease(release: string, kernels: readonly KernelRecord[]): KernelRecord | undefined {
  const [wanted, patch] = numbersOf(release);
  const sameSeries = kernels.filter((kernel) => seriesOf(kernel.release) === seriesOf(release));
  const [nearest] = [...sameSeries].sort(
    (a, b) => Math.abs(numbersOf(a.release)[1] - patch) - Math.abs(numbersOf(b.release)[1] - patch),
  );
  return nearest ?? kernels.findLast((kernel) => numbersOf(kernel.release)[0] < wanted) ?? kernels.at(0);
}

/** The series as one number, and the number of the stable release; Debian's 6.1.0-57 has none. */
function numbersOf(release: string): readonly [series: number, patch: number] {
  const [major, minor, patch] = shortRelease(release)
    .split('.')
    .map((part) => parseInt(part, 10) || 0);
  return [major * 1000 + minor, patch ?? 0];
}
