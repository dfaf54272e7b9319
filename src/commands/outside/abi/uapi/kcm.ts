/** Made by tools/make_uapi.js from linux/sockios.h, linux/kcm.h. */

export const SIOCKCMATTACH = 35296;
export const SIOCKCMUNATTACH = 35297;
