/**
 * Made by tools/make_uapi.js from sys/ioctl.h, linux/filter.h, linux/if.h, linux/if_tun.h, linux/if_arp.h,
 * linux/if_ether.h.
 */

export const ARPHRD_ETHER = 1;
export const ETH_P_8021AD = 34984;
export const ETH_P_8021Q = 33024;
export const ETH_P_ALL = 3;
export const ETH_P_ARP = 2054;
export const ETH_P_IP = 2048;
export const ETH_P_IPV6 = 34525;
export const ETH_P_MPLS_UC = 34887;
export const ETH_P_TEB = 25944;
export const IFF_MULTI_QUEUE = 256;
export const IFF_NAPI = 16;
export const IFF_NAPI_FRAGS = 32;
export const IFF_NO_PI = 4096;
export const IFF_TAP = 2;
export const IFF_TUN = 1;
export const IFF_UP = 1;
export const IFF_VNET_HDR = 16384;
export const TUNATTACHFILTER = 1074812117;
export const TUNSETCARRIER = 1074025698;
export const TUNSETFILTEREBPF = 2147767521;
export const TUNSETIFF = 1074025674;
export const TUNSETIFINDEX = 1074025690;
export const TUNSETOFFLOAD = 1074025680;
export const TUNSETQUEUE = 1074025689;
export const TUNSETSNDBUF = 1074025684;
export const TUNSETSTEERINGEBPF = 2147767520;
export const TUNSETVNETHDRSZ = 1074025688;
export const TUN_F_CSUM = 1;
export const TUN_F_TSO4 = 2;
export const TUN_F_TSO6 = 4;
export const TUN_F_TSO_ECN = 8;
export const TUN_F_UDP_TUNNEL_GSO = 128;
export const TUN_F_UDP_TUNNEL_GSO_CSUM = 256;
export const TUN_F_UFO = 16;
export const TUN_F_USO4 = 32;
export const TUN_F_USO6 = 64;
