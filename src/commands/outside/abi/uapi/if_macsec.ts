/** Made by tools/make_uapi.js from linux/if_macsec.h. */

export const MACSEC_ATTR_IFINDEX = 1;
export const MACSEC_ATTR_RXSC_CONFIG = 2;
export const MACSEC_ATTR_SA_CONFIG = 3;
export const MACSEC_CMD_ADD_RXSA = 7;
export const MACSEC_CMD_ADD_RXSC = 1;
export const MACSEC_CMD_ADD_TXSA = 4;
export const MACSEC_GENL_VERSION = 1;
export const MACSEC_RXSC_ATTR_ACTIVE = 2;
export const MACSEC_RXSC_ATTR_SCI = 1;
export const MACSEC_SA_ATTR_ACTIVE = 2;
export const MACSEC_SA_ATTR_AN = 1;
export const MACSEC_SA_ATTR_KEY = 4;
export const MACSEC_SA_ATTR_KEYID = 5;
export const MACSEC_SA_ATTR_PN = 3;
