import { findProfile, type Profile } from '../../src/rules/profiles';
import type { Link } from '../../src/lockstep/link';
import { availableTargets, bootTarget } from '../../src/targets/linux';
import { vmLink, type VmLinkOptions } from '../../src/targets/linux/link';
import { opens } from './opened';

const isRequired = process.env.SKBCHECK_REQUIRE_LINUX === '1';

/**
 * The Linux targets to test on: all where they are required, otherwise those that are set up. One line names the
 * others.
 */
export function linuxTargets(wanted: readonly string[]): readonly string[] {
  const ready = isRequired ? wanted : availableTargets();
  const missing = wanted.filter((target) => !ready.includes(target));
  if (missing.length > 0) {
    process.stderr.write(`${missing.join(', ')}: not set up, tests skipped; set up with: npx skbcheck kernel setup\n`);
  }
  return wanted.filter((target) => ready.includes(target));
}

/** Boots a Linux target as a link. It is closed when the tests of the file end, if not before. */
export async function openLinux(target: string, options: VmLinkOptions = {}): Promise<Link> {
  const vm = await bootTarget(target);
  return opens(vmLink(target, vm, findProfile(target) as Profile, options));
}
