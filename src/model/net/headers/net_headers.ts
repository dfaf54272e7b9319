import type { World } from '../../world/world';

/* These functions read and write headers in packet memory, in network order. */

export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IP_HLEN = 20;
export const TCP_HLEN = 20;
export const UDP_HLEN = 8;

/* struct iphdr: positions of the fields. */
export const IP_TOS = 1;
export const IP_TOT_LEN = 2;
export const IP_ID = 4;
export const IP_FRAG_OFF = 6;
export const IP_TTL = 8;
export const IP_PROTOCOL = 9;
export const IP_CHECK = 10;
export const IP_SADDR = 12;
export const IP_DADDR = 16;
export const IP_DF = 0x4000;
/** IP_MF | IP_OFFSET. */
export const IP_FRAGMENT = 0x3fff;

/* struct tcphdr: positions of the fields. */
export const TCP_SEQ = 4;
export const TCP_ACK_SEQ = 8;
/** tcp_flag_word(): 4 bytes, of which the first holds doff and the second the flags. */
export const TCP_FLAG_WORD = 12;
export const TCP_DOFF = 12;
export const TCP_FLAGS = 13;
export const TCP_CHECK = 16;
/** TCPHDR_FIN | TCPHDR_PSH: bits of the byte at TCP_FLAGS. */
export const TCPHDR_FIN_PSH = 0x09;
export const TCPHDR_CWR = 0x80;
/** Bits of tcp_flag_word(), host order. */
export const TCP_FLAG_FIN = 0x00010000;
export const TCP_FLAG_SYN = 0x00020000;
export const TCP_FLAG_RST = 0x00040000;
export const TCP_FLAG_PSH = 0x00080000;
export const TCP_FLAG_URG = 0x00200000;
export const TCP_FLAG_CWR = 0x00800000;

/* struct udphdr: positions of the fields. */
export const UDP_LEN = 4;
export const UDP_CHECK = 6;

export function read8(world: World, address: number): number {
  return world.memory.bytes[address];
}

export function read16(world: World, address: number): number {
  return world.memory.view.getUint16(address);
}

export function read32(world: World, address: number): number {
  return world.memory.view.getUint32(address);
}

export function write16(world: World, address: number, value: number): void {
  world.memory.view.setUint16(address, value);
  world.memory.writes.push(address, 2);
}

export function write32(world: World, address: number, value: number): void {
  world.memory.view.setUint32(address, value >>> 0);
  world.memory.writes.push(address, 4);
}

/** csum16_add(): adds the carry to the sum. */
export function csum16Add(a: number, b: number): number {
  const sum = a + b;
  return (sum & 0xffff) + (sum >>> 16);
}

/** Returns the sum folded to 16 bits, not complemented. */
export function csumFold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return folded;
}

/** Returns the folded sum of the 16-bit words of [address, address + length). The length is even. */
export function csumWords(world: World, address: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at += 2) sum += read16(world, address + at);
  return csumFold(sum);
}

/** ~csum_tcpudp_magic(saddr, daddr, length, proto, 0): returns the sum that hardware gets for the pseudo header. */
export function pseudoSum(world: World, iph: number, length: number, proto: number): number {
  return csumFold(csumWords(world, iph + 12, 8) + length + proto);
}
