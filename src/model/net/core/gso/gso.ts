import { type SkBuff } from '../../../structs/sk_buff';
import type { World } from '../../../world/world';
import { skbHasFragList } from '../skbuff/skbuff_inlines';

/** The SKB_GSO_* (include/linux/skbuff.h) that programs set, with the bits of 6.1 and 6.12. */
export const SKB_GSO_TCPV4 = 1 << 0;
export const SKB_GSO_DODGY = 1 << 1;
export const SKB_GSO_TCP_ECN = 1 << 2;
export const SKB_GSO_TCP_FIXEDID = 1 << 3;
export const SKB_GSO_PARTIAL = 1 << 12;
export const SKB_GSO_SCTP = 1 << 14;
export const SKB_GSO_UDP_L4 = 1 << 17;
export const SKB_GSO_FRAGLIST = 1 << 18;
/** By 6.16. */
export const SKB_GSO_TCP_ACCECN = 1 << 19;

/** gso_size of a packet whose frag_list members are the segments (SCTP). */
export const GSO_BY_FRAGS = 0xffff;

/** Features of the transmitting device. The bits are our own, not the kernel's: positions in FEATURE_WORDS. */
export const NETIF_F_SG = 1 << 0;
export const NETIF_F_HW_CSUM = 1 << 1;
export const NETIF_F_FRAGLIST = 1 << 2;
export const NETIF_F_TSO = 1 << 3;
export const NETIF_F_GSO_UDP_L4 = 1 << 4;
export const NETIF_F_GSO_PARTIAL = 1 << 5;
export const NETIF_F_GSO_ROBUST = 1 << 6;
export const FEATURE_WORDS = ['sg', 'csum', 'fraglist', 'tso', 'udp_l4', 'partial', 'robust'] as const;

/** The feature that each gso type requires. */
const FEATURE_OF_TYPE: readonly (readonly [type: number, feature: number])[] = [
  [SKB_GSO_TCPV4, NETIF_F_TSO],
  [SKB_GSO_DODGY, NETIF_F_GSO_ROBUST],
  // NETIF_F_TSO_ECN, NETIF_F_TSO_MANGLEID and NETIF_F_GSO_ACCECN, for packets that GRO merged: no device of a program
  // has these features.
  [SKB_GSO_TCP_ECN, 0],
  [SKB_GSO_TCP_FIXEDID, 0],
  [SKB_GSO_TCP_ACCECN, 0],
  [SKB_GSO_PARTIAL, NETIF_F_GSO_PARTIAL],
  // NETIF_F_GSO_SCTP: no device of a program has it.
  [SKB_GSO_SCTP, 0],
  [SKB_GSO_UDP_L4, NETIF_F_GSO_UDP_L4],
  // NETIF_F_GSO_FRAGLIST: no device of a program has it.
  [SKB_GSO_FRAGLIST, 0],
];

/** skb_gso_reset(). */
export function skbGsoReset(world: World, skb: SkBuff): void {
  skb.data.gsoSize = 0;
  skb.data.gsoSegs = 0;
  skb.data.gsoType = 0;
  world.touchSkb(skb);
}

/** net_gso_ok(): true when the device can segment all of these types. */
export function netGsoOk(features: number, gsoType: number): boolean {
  for (const [type, feature] of FEATURE_OF_TYPE) if ((gsoType & type) !== 0 && (features & feature) === 0) return false;
  return true;
}

/** skb_gso_ok(): true when the device can take the skb as it is. */
export function skbGsoOk(skb: SkBuff, features: number): boolean {
  return netGsoOk(features, skb.data.gsoType) && (!skbHasFragList(skb) || (features & NETIF_F_FRAGLIST) !== 0);
}
