/** Made by tools/make_uapi.js from linux/netlink.h. */

export const NETLINK_CAP_ACK = 10;
export const NETLINK_EXT_ACK = 11;
export const NLA_F_NESTED = 32768;
export const NLMSGERR_ATTR_MSG = 1;
export const NLMSG_DONE = 3;
export const NLMSG_ERROR = 2;
export const NLM_F_ACK = 4;
export const NLM_F_ACK_TLVS = 512;
export const NLM_F_APPEND = 2048;
export const NLM_F_CAPPED = 256;
export const NLM_F_CREATE = 1024;
export const NLM_F_DUMP = 768;
export const NLM_F_EXCL = 512;
export const NLM_F_REPLACE = 256;
export const NLM_F_REQUEST = 1;
