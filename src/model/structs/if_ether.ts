/* Ethernet, after include/uapi/linux/if_ether.h. */

export const ETH_HLEN = 14;
export const ETH_FCS_LEN = 4;
export const ETH_DATA_LEN = 1500;
export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;
