/** Made by tools/make_uapi.js from linux/ethtool.h, linux/ethtool_netlink.h, linux/genetlink.h. */

export const CTRL_ATTR_FAMILY_ID = 1;
export const CTRL_ATTR_FAMILY_NAME = 2;
export const CTRL_CMD_GETFAMILY = 3;
export const ETHTOOL_A_BITSET_BITS = 3;
export const ETHTOOL_A_BITSET_BITS_BIT = 1;
export const ETHTOOL_A_BITSET_BIT_NAME = 2;
export const ETHTOOL_A_BITSET_BIT_VALUE = 3;
export const ETHTOOL_A_FEATURES_HEADER = 1;
export const ETHTOOL_A_FEATURES_WANTED = 3;
export const ETHTOOL_A_HEADER_DEV_INDEX = 1;
export const ETHTOOL_GENL_VERSION = 1;
export const ETHTOOL_MSG_FEATURES_SET = 12;
export const ETHTOOL_SCHANNELS = 61;
export const ETHTOOL_SFEATURES = 59;
export const ETHTOOL_SGRO = 44;
export const ETHTOOL_SGSO = 36;
export const ETHTOOL_SRINGPARAM = 17;
export const ETHTOOL_SRXCSUM = 21;
export const ETHTOOL_SSG = 25;
export const ETHTOOL_STSO = 31;
export const ETHTOOL_STXCSUM = 23;
export const GENL_ID_CTRL = 16;
