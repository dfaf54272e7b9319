/** Made by tools/make_uapi.js from linux/fou.h. */

export const FOU_ATTR_AF = 2;
export const FOU_ATTR_IPPROTO = 3;
export const FOU_ATTR_PORT = 1;
export const FOU_ATTR_TYPE = 4;
export const FOU_CMD_ADD = 1;
export const FOU_ENCAP_DIRECT = 1;
export const FOU_ENCAP_GUE = 2;
export const FOU_GENL_VERSION = 1;
