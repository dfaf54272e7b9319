import {
  IP_HLEN,
  IP_PROTOCOL,
  IPPROTO_TCP,
  IPPROTO_UDP,
  read16,
  read8,
  TCP_DOFF,
  TCP_HLEN,
  UDP_HLEN,
} from '../../model/net/headers/net_headers';
import type { Napi } from '../../model/structs/napi';
import { SKB_FCLONE_UNAVAILABLE, type SkBuff } from '../../model/structs/sk_buff';
import { CONTEXT_PROCESS, type World } from '../../model/world/world';
import { payloadBytes } from './gro_payload';
import { isSole, sendsUserPages } from '../skb/skb_contract';
import { skbCloned, skbHasFragList, skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';
import { ETH_HLEN, ETH_P_ARP, ETH_P_IP } from '../../model/structs/if_ether';

/** Ethernet, IPv4 and the longest TCP header. */
const HEADERS_MAX = ETH_HLEN + IP_HLEN + 60;

/** GRO runs in the NAPI poll of its device. */
export function inPoll(world: World): boolean {
  return world.context !== CONTEXT_PROCESS;
}

/**
 * Returns whether a driver may pass the skb to napi_gro_receive. The driver must be the only user of head and frags,
 * since skb_gro_receive moves them without a test. The Ethernet header must be in the linear part for eth_type_trans,
 * and state IPv4 or a protocol without GRO. The sk_buff whose head was stolen goes to the NAPI cache, so it must not be
 * half of an fclone.
 */
export function mayEnterGro(world: World, skb: SkBuff): boolean {
  if (!isSole(skb) || sendsUserPages(skb) || (skbCloned(skb) && !mayBeCloned(world, skb))) return false;
  if (skb.fclone !== SKB_FCLONE_UNAVAILABLE && skb.headFrag) return false;
  // A GSO packet must state its number of segments: GRO adds them up.
  if (skb.data.gsoSize !== 0 && skb.data.gsoSegs === 0) return false;
  const headlen = skbHeadlen(skb);
  if (headlen < ETH_HLEN) return false;
  // Drivers do not put headers into a frag_list.
  if (skbHasFragList(skb) && headlen < Math.min(HEADERS_MAX, skb.len)) return false;
  return isGroProtocol(read16(world, skb.data.head + skb.dataOffset + 12));
}

/**
 * Returns whether the queue of the NAPI may have received the packet. The buffers for its payload come from one pool,
 * so all of them are in device memory, or none. A packet of device memory has its headers, and nothing else, in the
 * linear part, because no skb has frags of both kinds ("net: add support for skbs with unreadable frags",
 * 65249feb6b3d). The driver has just made it, so it has no clone.
 */
export function isOfQueue(world: World, napi: Napi, skb: SkBuff): boolean {
  if (skb.unreadable && (skbCloned(skb) || skbHeadlen(skb) > headersLength(world, skb))) return false;
  for (const { list } of napi.groHash) for (const p of list) if (p.unreadable !== skb.unreadable) return false;
  return true;
}

/** The bytes of Ethernet, IPv4 and TCP or UDP headers at the start of the skb, as far as they are linear. */
function headersLength(world: World, skb: SkBuff): number {
  const start = skb.data.head + skb.dataOffset;
  const headlen = skbHeadlen(skb);
  const transport = ETH_HLEN + IP_HLEN;
  if (headlen < transport || read16(world, start + 12) !== ETH_P_IP) return ETH_HLEN;
  const protocol = read8(world, start + ETH_HLEN + IP_PROTOCOL);
  if (protocol === IPPROTO_UDP) return transport + UDP_HLEN;
  if (protocol !== IPPROTO_TCP || headlen < transport + TCP_HLEN) return transport;
  return transport + (read8(world, start + transport + TCP_DOFF) >>> 4) * 4;
}

function mayBeCloned(world: World, skb: SkBuff): boolean {
  const { groMayReceiveCloned } = world.rules;
  return groMayReceiveCloned === 'any' || (groMayReceiveCloned === 'kmalloc_heads' && !skb.headFrag);
}

function isGroProtocol(protocol: number): boolean {
  return protocol === ETH_P_IP || protocol === ETH_P_ARP;
}

/** The same for napi.skb: without an Ethernet header napi_gro_frags continues with NULL. */
export function mayReceiveFrags(world: World, napi: Napi): boolean {
  const skb = napi.skb;
  if (skb === null || skb.len < ETH_HLEN || !isOfQueue(world, napi, skb)) return false;
  const [high, low] = payloadBytes(world, skb.payload, 12, 2);
  return isGroProtocol((high << 8) | low);
}
