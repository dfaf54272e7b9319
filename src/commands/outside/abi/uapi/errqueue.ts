/** Made by tools/make_uapi.js from time.h, linux/errqueue.h. */

export const SO_EE_CODE_ZEROCOPY_COPIED = 1;
export const SO_EE_ORIGIN_ZEROCOPY = 5;
