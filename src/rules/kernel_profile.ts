import { DEBIAN_AMD64, type Abi } from './abi';
import { rulesOf } from './history/histories';
import { OLDEST, parseRelease, releaseOfVersionCode } from './history/release';
import type { Profile } from './profile';

/** Titles of those that `list profiles` shows. */
const TITLES: Readonly<Record<string, string>> = {
  '6.1': 'Linux 6.1 (Debian 12)',
  '6.12': 'Linux 6.12 (Debian 12 backports)',
  '7.3': 'Linux 7.3 (Debian 13 backports)',
};

/** SKB_SMALL_HEAD_CACHE_SIZE on amd64 (net/core/skbuff.c, 6.3). */
const SMALL_HEAD_CACHE_SIZE = 704;

const PROFILES = new Map<string, Profile>();

/**
 * Computes the profile of a kernel. The same release always has the same one.
 * @param release - 6.12.43, 7.0.4; a series, 6.12, means its newest release
 */
export function kernelProfile(release: string): Profile {
  const known = PROFILES.get(release);
  if (known !== undefined) return known;
  const rules = rulesOf(release);
  const abi: Abi = rules.smallHeadCache ? { ...DEBIAN_AMD64, smallHeadCacheSize: SMALL_HEAD_CACHE_SIZE } : DEBIAN_AMD64;
  const profile = { name: `linux-${release}`, title: TITLES[release] ?? `Linux ${release}`, release, rules, abi };
  PROFILES.set(release, profile);
  return profile;
}

/** Returns the profile of the kernel with this name, linux-6.16.12; undefined if no release from OLDEST on has it. */
export function kernelProfileNamed(name: string): Profile | undefined {
  if (!name.startsWith('linux-')) return undefined;
  const release = name.slice('linux-'.length);
  return parseRelease(release) === undefined ? undefined : kernelProfile(release);
}

/**
 * Returns the profile of the release that a kernel says it is; of the oldest that the rules know for an older one.
 * @param code - LINUX_VERSION_CODE
 */
export function profileOfVersion(code: number): Profile {
  const release = releaseOfVersionCode(code);
  return kernelProfile(parseRelease(release) === undefined ? OLDEST : release);
}

/**
 * Returns the profile that a kernel of Debian is compared with: that of its very release.
 * @param target - its name: linux-7.3, linux-7.0.4
 */
export function profileOfKernel(target: string): Profile {
  return kernelProfileNamed(target) ?? kernelProfile(OLDEST);
}
