import { NEWER_PROFILES, PROFILES, type Profile } from './profiles';

/**
 * Returns the newest profile of a kernel that is not newer than this one; the oldest profile for an older kernel.
 * @param code - LINUX_VERSION_CODE: major, minor and patch in a byte each, from the third byte on
 */
export function profileOfVersion(code: number): Profile {
  const kernels = [...PROFILES, ...NEWER_PROFILES];
  return kernels.findLast(({ name }) => codeOf(name) <= code) ?? kernels[0];
}

/**
 * Returns the profile that a kernel of Debian is compared with.
 * @param target - its name: linux-7.3, linux-7.0.4
 */
export function profileOfKernel(target: string): Profile {
  return profileOfVersion(codeOf(target));
}

/** LINUX_VERSION_CODE of the first release of a series: linux-6.12. */
function codeOf(name: string): number {
  const [major, minor] = name.replace('linux-', '').split('.').map(Number);
  return (major << 16) | (minor << 8);
}
