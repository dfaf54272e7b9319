/** Made by tools/make_uapi.js from linux/if_vlan.h. */

export const VLAN_FLAG_REORDER_HDR = 1;
