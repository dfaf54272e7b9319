import { compareReleases, releaseOf } from '../../../rules/history/release';
import { kernelProfile } from '../../../rules/kernel_profile';
import type { BugKernel } from '../../../search/bugs/search_release';
import { TargetUnavailableError, UsageError } from '../../../session/errors';
import { bootTarget } from '../../../targets/linux';
import { cachePath } from '../../../targets/linux/cache';
import { vmLink } from '../../../targets/linux/link';
import { setUpKernels } from '../../../targets/linux/set_up_kernels';
import { stableRelease } from '../../../targets/linux/stable_release';
import { note } from '../output';

/**
 * The kernels that are set up, the oldest first; of a release that is a series' newest one, once.
 * @param asked - 6.12.43, linux-7.0; none: all
 */
export function bugKernels(asked: readonly string[]): BugKernel[] {
  const all = kernels();
  if (all.length === 0) throw new TargetUnavailableError('no Linux target is set up: npx skbcheck kernel setup --all');
  if (asked.length === 0) return all;
  return asked.map((text) => {
    const name = text.replace(/^linux-/, '');
    const kernel = all.find(({ target, release }) => target === `linux-${name}` || release === name);
    if (kernel !== undefined) return kernel;
    throw new UsageError(
      `'${text}' is not set up; set up: ${all.map(({ release }) => release).join(', ')}; ` +
        `to set it up: npx skbcheck kernel setup ${name}`,
    );
  });
}

function kernels(): BugKernel[] {
  const cache = cachePath();
  const byRelease = new Map<string, BugKernel>();
  for (const kernel of setUpKernels(cache)) {
    const { target } = kernel;
    const release = stableRelease(cache, kernel);
    const open: BugKernel['open'] = async (signal) =>
      vmLink(target, await bootTarget(target, { say: note, signal }), kernelProfile(release));
    byRelease.set(release, { target, release, open });
  }
  return [...byRelease.values()].sort((a, b) => compareReleases(releaseOf(a.release), releaseOf(b.release)));
}
