/** The files of one kernel: what boots, what modules are built against, and where its own modules are. */
export interface KernelFiles {
  /** Name of the target: linux-6.1, linux-6.12, or the directory that the user gave. */
  readonly target: string;
  /** A bzImage. */
  readonly image: string;
  /** A directory with Makefile, .config and Module.symvers. */
  readonly buildTree: string;
  /** Where modules of this kernel are looked for, at any depth. */
  readonly modules: string;
}
