import { ETH_HLEN } from '../model/structs/if_ether';
import { IP_HLEN, TCP_HLEN } from '../model/net/headers/net_headers';

/* Limits of the numbers in programs. They hold for every target, so they do not depend on the ABI. */

export const PAGE_BYTES = 4096;
/** PAGE_ALLOC_COSTLY_ORDER. */
export const ORDER_MAX = 3;
/** Bytes of the largest page. */
export const REGION_MAX = PAGE_BYTES << ORDER_MAX;
export const TRUESIZE_MAX = 2 * REGION_MAX;
export const CACHE_LINE = 64;
/** tot_len of IPv4 has 16 bits; a reassembled datagram is never longer (callers of inet_frag_reasm_prepare drop it). */
export const DATAGRAM_MAX = 0xffff;
const TCP_OPTIONS = 12;
/** Bytes of the headers that programs write in front of a packet: Ethernet, IPv4, TCP with options. */
export const HEADERS_MAX = ETH_HLEN + IP_HLEN + TCP_HLEN + TCP_OPTIONS;
