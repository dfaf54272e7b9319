/** Made by tools/make_uapi.js from linux/if.h, linux/if_tun.h, linux/if_arp.h, linux/if_ether.h. */

export const ARPHRD_ETHER = 1;
export const ETH_P_8021AD = 34984;
export const ETH_P_8021Q = 33024;
export const ETH_P_ALL = 3;
export const ETH_P_ARP = 2054;
export const ETH_P_IP = 2048;
export const ETH_P_IPV6 = 34525;
export const ETH_P_MPLS_UC = 34887;
export const ETH_P_TEB = 25944;
export const IFF_UP = 1;
