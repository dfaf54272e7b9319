import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareReleases, releaseIn, seriesOf, type Release } from '../../rules/history/release';
import { TargetUnavailableError } from '../../session/errors';
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
  const wanted = numbersOf(release);
  const sameSeries = kernels.filter((kernel) => seriesOf(kernel.release) === seriesOf(release));
  const away = (kernel: KernelRecord): number => patchesBetween(numbersOf(kernel.release), wanted);
  const [nearest] = [...sameSeries].sort((a, b) => (away(a) < away(b) ? -1 : Number(away(a) > away(b))));
  return (
    nearest ?? kernels.findLast((kernel) => compareReleases(numbersOf(kernel.release), wanted) < 0) ?? kernels.at(0)
  );
}

/** A name without numbers comes before all others. */
function numbersOf(name: string): Release {
  return releaseIn(name) ?? { major: 0, minor: 0, patch: 0 };
}

/** Debian's 6.1.0-57 has no number of a stable release: it is as far as can be from those that have one. */
function patchesBetween(a: Release, b: Release): number {
  return a.patch === b.patch ? 0 : Math.abs(a.patch - b.patch);
}
