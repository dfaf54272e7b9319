/** The files of one kernel: its image, the tree to build modules against, and the folder of its own modules. */
export interface KernelFiles {
  /** Name of the target: linux-6.1, linux-6.12, or the directory that the user gave. */
  readonly target: string;
  /** A bzImage. */
  readonly image: string;
  /** A directory with Makefile, .config and Module.symvers. */
  readonly buildTree: string;
  /** The folder to search for modules of this kernel, at any depth. */
  readonly modules: string;
}
