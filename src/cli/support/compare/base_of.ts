import { note } from '../output';
import { TargetUnavailableError, UsageError } from '../../../session/errors';
import { isSeriesTarget } from '../../../targets/linux';
import { cachePath } from '../../../targets/linux/cache';
import { setUpKernel } from '../../../targets/linux/locate';
import { nearestRelease, releaseOfTree } from '../../../targets/linux/nearest_release';
import { setUpKernels } from '../../../targets/linux/set_up_kernels';

/** In the place of a base: the nearest release that is set up. */
const AUTO = 'auto';

/**
 * The target that a kernel is compared with.
 *
 * @param base - auto, a release (7.3.4), or any target
 * @param target - of the search
 */
export function baseOf(base: string, target: string): string {
  if (base !== AUTO) return isSeriesTarget(`linux-${base}`) ? `linux-${base}` : base;
  if (target === 'model') throw new UsageError('--base is of a search on a target; name one with --target');
  const release = setUpKernel(target)?.release ?? releaseOfTree(target);
  const others = setUpKernels(cachePath()).filter((kernel) => kernel.release !== release);
  const nearest = nearestRelease(release, others);
  if (nearest === undefined)
    throw new TargetUnavailableError(`no release is set up to compare ${target} with: npx skbcheck kernel setup`);
  note(`${target} is ${release}; the nearest release that is set up is ${nearest.target} (${nearest.release})`);
  return nearest.target;
}
