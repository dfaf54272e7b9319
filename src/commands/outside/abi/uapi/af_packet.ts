/** Made by tools/make_uapi.js from linux/if_packet.h. */

export const PACKET_FANOUT_CBPF = 6;
export const PACKET_FANOUT_CPU = 2;
export const PACKET_FANOUT_EBPF = 7;
export const PACKET_FANOUT_HASH = 0;
export const PACKET_FANOUT_LB = 1;
export const PACKET_FANOUT_QM = 5;
export const PACKET_FANOUT_RND = 4;
export const PACKET_FANOUT_ROLLOVER = 3;
export const TPACKET_V1 = 0;
export const TPACKET_V2 = 1;
export const TPACKET_V3 = 2;
export const TP_STATUS_SEND_REQUEST = 1;
export const TP_STATUS_USER = 1;
