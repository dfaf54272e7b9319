import { TargetUnavailableError } from '../../session/errors';
import { openCache } from './cache';
import type { GuestAbi } from './hello';
import { locateKernel } from './locate';
import { ensureInitrd } from './module_build';
import { uncompressedImage } from './uncompressed_image';
import { Vm, type Boot, type BootOptions } from './vm';

export { availableTargets, isSeriesTarget, kernelTargets } from './locate';
export { profileOfTarget } from './target_profile';
export { listKernels, type KernelList, type ListedKernel } from './list/list_kernels';
export { removeKernels, type KernelRecord } from './set_up_kernels';
export { setUpImages } from './outside/set_up_images';
export { setupKernels, type SetUpKernel, type SetupOptions } from './setup';
export { buildKernel, type KernelBuildOptions } from './kernel_build';
export { parseSplats, type Splat, type SplatKind } from '../../lockstep/splats';
export type { VmDeath } from './death';
export type { GuestAbi } from './hello';
export { Vm, type Answer, type Exchange } from './vm';
export * from '../../protocol/message_bytes';
export * from '../../protocol/messages';

/** How to boot a target. */
export interface TargetOptions extends Partial<Omit<BootOptions, 'kernelImage' | 'initrd'>> {
  /** Receives a line for each step that takes time. */
  readonly say?: (line: string) => void;
}

/** The facts that `kernel info` prints of one target. */
export interface KernelInfo {
  readonly target: string;
  readonly image: string;
  readonly buildTree: string;
  readonly boot_ms: number;
  readonly abi: GuestAbi;
}

/**
 * Prepares a target once, so that it can be booted many times, for example after each death.
 * @param name - linux-6.1, linux-6.12, or a directory
 * @param options - how to boot
 */
export async function prepareTarget(name: string, options: TargetOptions = {}): Promise<() => Promise<Boot>> {
  const kernel = locateKernel(name);
  const cache = openCache();
  const initrd = await ensureInitrd(kernel, cache, options.say ?? (() => undefined));
  const kernelImage = await uncompressedImage(kernel.image, cache);
  return () => Vm.boot({ ...options, kernelImage, initrd });
}

/**
 * Boots a target. Throws TargetUnavailableError, in one line, when it cannot be prepared or does not boot.
 * @param name - linux-6.1, linux-6.12, or a directory
 * @param options - how to boot
 */
export async function bootTarget(name: string, options: TargetOptions = {}): Promise<Vm> {
  const boot = await (await prepareTarget(name, options))();
  if (boot.vm) return boot.vm;
  const { image } = locateKernel(name);
  throw new TargetUnavailableError(
    `${image} does not boot: ${boot.death.detail}; ` +
      'it needs virtio-mmio, virtio-console and a serial console (kernel/debug.config names the options)',
  );
}

/**
 * Boots a target once and describes it.
 * @param name - linux-6.1, linux-6.12, or a directory
 * @param options - how to boot
 */
export async function kernelInfo(name: string, options: TargetOptions = {}): Promise<KernelInfo> {
  const { target, image, buildTree } = locateKernel(name);
  const vm = await bootTarget(name, options);
  const { boot_ms, abi } = vm;
  await vm.close();
  return { target, image, buildTree, boot_ms: Math.round(boot_ms), abi };
}
