import type { KernelInfo } from '../../targets/linux';
import type { BuiltKernel } from '../../targets/linux/kernel_build';

/** `kernel info` and `kernel setup`: the targets that were booted. */
export interface KernelInfoDocument {
  readonly targets: readonly KernelInfo[];
}

export type KernelBuildDocument = BuiltKernel;
