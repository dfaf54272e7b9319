/** Made by tools/make_uapi.js from linux/if_packet.h. */

export const PACKET_FANOUT = 18;
export const PACKET_FANOUT_CBPF = 6;
export const PACKET_FANOUT_CPU = 2;
export const PACKET_FANOUT_DATA = 22;
export const PACKET_FANOUT_EBPF = 7;
export const PACKET_FANOUT_HASH = 0;
export const PACKET_FANOUT_LB = 1;
export const PACKET_FANOUT_QM = 5;
export const PACKET_FANOUT_RND = 4;
export const PACKET_FANOUT_ROLLOVER = 3;
export const PACKET_IGNORE_OUTGOING = 23;
export const PACKET_LOSS = 14;
export const PACKET_QDISC_BYPASS = 20;
export const PACKET_RESERVE = 12;
export const PACKET_RX_RING = 5;
export const PACKET_TX_HAS_OFF = 19;
export const PACKET_TX_RING = 13;
export const PACKET_TX_TIMESTAMP = 16;
export const PACKET_VERSION = 10;
export const PACKET_VNET_HDR = 15;
export const TPACKET_V1 = 0;
export const TPACKET_V2 = 1;
export const TPACKET_V3 = 2;
export const TP_STATUS_SEND_REQUEST = 1;
export const TP_STATUS_USER = 1;
