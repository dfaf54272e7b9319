import { ETH_P_8021AD, ETH_P_8021Q, ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, ETH_P_MPLS_UC, ETH_P_TEB } from '../uapi/devices';
import {
  IPPROTO_DSTOPTS,
  IPPROTO_ESP,
  IPPROTO_FRAGMENT,
  IPPROTO_GRE,
  IPPROTO_HOPOPTS,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IPIP,
  IPPROTO_IPV6,
  IPPROTO_MPLS,
  IPPROTO_NONE,
  IPPROTO_ROUTING,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from '../uapi/sockets';
import type { Layer } from './layer';

/** Ethertypes of layers: include/uapi/linux/if_ether.h. */
const ETHERTYPES: Partial<Record<Layer['layer'], number>> = {
  ipv4: ETH_P_IP,
  ipv6: ETH_P_IPV6,
  arp: ETH_P_ARP,
  mpls: ETH_P_MPLS_UC,
  ethernet: ETH_P_TEB,
};

/** Protocol numbers of layers: include/uapi/linux/in.h, in6.h. */
const PROTOCOLS: Partial<Record<Layer['layer'], number>> = {
  'hop-by-hop': IPPROTO_HOPOPTS,
  icmp: IPPROTO_ICMP,
  ipv4: IPPROTO_IPIP,
  tcp: IPPROTO_TCP,
  udp: IPPROTO_UDP,
  ipv6: IPPROTO_IPV6,
  routing: IPPROTO_ROUTING,
  fragment: IPPROTO_FRAGMENT,
  gre: IPPROTO_GRE,
  esp: IPPROTO_ESP,
  icmpv6: IPPROTO_ICMPV6,
  destination: IPPROTO_DSTOPTS,
  mpls: IPPROTO_MPLS,
};

/** The ethertype that announces a layer, 0 for none. */
export function ethertypeOf(next: Layer | undefined): number {
  if (next?.layer === 'vlan') return next.service ? ETH_P_8021AD : ETH_P_8021Q;
  return next ? (ETHERTYPES[next.layer] ?? 0) : 0;
}

/** The protocol number that announces a layer; "no next header" for none. */
export const protocolOf = (next: Layer | undefined): number =>
  (next ? PROTOCOLS[next.layer] : undefined) ?? IPPROTO_NONE;

/** The layer that a number announces. */
const byNumber = (table: Partial<Record<Layer['layer'], number>>, number: number): Layer['layer'] | undefined =>
  (Object.keys(table) as Layer['layer'][]).find((name) => table[name] === number);

/** The layer behind an ethertype. */
export const layerOfEthertype = (ethertype: number): Layer['layer'] | undefined =>
  ethertype === ETH_P_8021Q || ethertype === ETH_P_8021AD ? 'vlan' : byNumber(ETHERTYPES, ethertype);

/** The layer behind a protocol number. */
export const layerOfProtocol = (protocol: number): Layer['layer'] | undefined => byNumber(PROTOCOLS, protocol);
