/** Made by tools/make_uapi.js from asm/ioctls.h, asm/sockios.h, linux/sockios.h. */

export const SIOCETHTOOL = 35142;
export const SIOCGIFINDEX = 35123;
export const SIOCINQ = 21531;
export const SIOCOUTQ = 21521;
export const SIOCSIFFLAGS = 35092;
export const SIOCSIFMTU = 35106;
export const SIOCSIFTXQLEN = 35139;
