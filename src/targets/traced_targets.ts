import type { Link } from '../lockstep/link';
import type { OutsideLink } from '../lockstep/outside_link';
import type { Tracing } from '../protocol/tracing';
import { TargetUnavailableError, UsageError } from '../session/errors';
import { isKernel } from './choose_target';
import { bootTarget, profileOfTarget } from './linux';
import { openCache } from './linux/cache';
import { vmLink } from './linux/link';
import { locateKernel } from './linux/locate';
import { openTracedOutside } from './linux/outside/outside_link';
import { tracingOf } from './linux/outside/tracing';
import { uncompressedImage } from './linux/uncompressed_image';

/** Code lies where the image says, at each boot. */
const SAME_ADDRESSES = 'nokaslr';

/** A kernel that runs programs of kernel functions, with its tracing. */
export interface TracedLink {
  readonly link: Link;
  readonly tracing: Tracing;
}

/**
 * Boots a kernel with the module.
 * @param say - receives a line for each slow step
 * @throws UsageError when the target is no kernel
 */
export async function openTracedLink(name: string, say: (line: string) => void): Promise<TracedLink> {
  assertKernel(name);
  const vm = await bootTarget(name, { say, extraAppend: SAME_ADDRESSES });
  return { link: vmLink(name, vm, profileOfTarget(name)), tracing: tracingOf(vm) };
}

/** Boots a kernel for programs of user space. */
export function openTracedUserSpace(
  name: string,
  say: (line: string) => void,
): Promise<{ readonly link: OutsideLink; readonly tracing: Tracing }> {
  assertKernel(name);
  return openTracedOutside(name, { say, extraAppend: SAME_ADDRESSES });
}

/**
 * The uncompressed kernel that a target boots: its code and types.
 * @throws TargetUnavailableError when it boots another form
 */
export async function kernelImageOf(name: string): Promise<string> {
  assertKernel(name);
  const { image } = locateKernel(name);
  const path = await uncompressedImage(image, openCache());
  if (path !== image) return path;
  throw new TargetUnavailableError(`${image} cannot be unpacked here, so its code cannot be read`);
}

function assertKernel(name: string): void {
  if (!isKernel(name))
    throw new UsageError(
      `only functions of a kernel can be watched, not ${name}; name one, such as: --target linux-7.3`,
    );
}
