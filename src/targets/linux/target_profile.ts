import { splitDriver } from './outside/driver_target';
import { kernelProfile, profileOfKernel } from '../../rules/kernel_profile';
import type { Profile } from '../../rules/profile';
import { cachePath } from './cache';
import { setUpKernel } from './locate';
import { stableRelease } from './stable_release';

/**
 * Returns the profile that a kernel of Debian is compared with: that of its very release. linux-6.12 means the newest
 * release of 6.12 that is set up: where its rules are those of the series, the profile has the name of the series.
 * @param target - its name: linux-7.3, linux-7.0.4
 */
export function profileOfTarget(target: string): Profile {
  const { kernel: name } = splitDriver(target);
  const named = profileOfKernel(name);
  const kernel = setUpKernel(name);
  if (kernel === undefined) return named;
  const own = kernelProfile(stableRelease(cachePath(), kernel));
  return own.rules === named.rules ? named : own;
}
