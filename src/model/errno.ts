/** Errors that the modelled functions return, as the kernel does: negative. */
export const EIO = 5;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EBUSY = 16;
export const EINVAL = 22;
export const EOVERFLOW = 75;
export const ENOBUFS = 105;
