/** Made by tools/make_uapi.js from fcntl.h, sys/mman.h. */

export const AT_FDCWD = -100;
export const MADV_COLD = 20;
export const MADV_DONTNEED = 4;
export const MADV_FREE = 8;
export const MADV_PAGEOUT = 21;
export const MADV_REMOVE = 9;
export const MAP_ANONYMOUS = 32;
export const MAP_FIXED = 16;
export const MAP_POPULATE = 32768;
export const MAP_PRIVATE = 2;
export const MAP_SHARED = 1;
export const O_NONBLOCK = 2048;
export const O_RDONLY = 0;
export const O_RDWR = 2;
export const O_WRONLY = 1;
export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const SPLICE_F_GIFT = 8;
export const SPLICE_F_MORE = 4;
export const SPLICE_F_MOVE = 1;
export const SPLICE_F_NONBLOCK = 2;
