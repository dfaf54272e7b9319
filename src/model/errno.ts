/** Errors that the modelled functions return, as the kernel does: negative. */
export const EIO = 5;
export const ENOMEM = 12;
export const EINVAL = 22;
