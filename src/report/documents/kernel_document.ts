import type { KernelInfo, KernelList, KernelRecord } from '../../targets/linux';
import type { BuiltKernel } from '../../targets/linux/kernel_build';

/** `kernel info` and `kernel setup`: the targets that were booted. */
export interface KernelInfoDocument {
  readonly targets: readonly KernelInfo[];
}

export type KernelBuildDocument = BuiltKernel;

/** `kernel list --json`: the kernels of Debian, and those that are set up. */
export type KernelListDocument = KernelList;

/** `kernel setup --image-only --json`: kernels for programs of user space, which were booted. */
export interface KernelImagesDocument {
  readonly targets: readonly (KernelRecord & { readonly boot_ms: number })[];
}

/** `kernel remove --json`. */
export interface KernelRemoveDocument {
  readonly removed: readonly KernelRecord[];
}
