import type { KernelFiles } from './kernel_files';
import type { ModuleFile } from './virtio_modules';

/** The modules of a kernel that programs of the outside need. */
export interface DistributionModules {
  /** In load order, with those that they depend on. */
  readonly files: readonly ModuleFile[];
  /** Wanted, and neither a file nor built in. */
  readonly missing: readonly string[];
}

export function distributionModules(_kernel: KernelFiles): DistributionModules {
  return { files: [], missing: [] };
}
