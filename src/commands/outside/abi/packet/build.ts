import { macBytes } from '../address';
import { be16, be32, cat, u8, zeros } from '../bytes';
import { wrapIcmp } from './headers/icmp';
import { wrapIpv4 } from './headers/ipv4';
import { ipv6ExtensionBytes, wrapIpv6 } from './headers/ipv6';
import { arpBytes, mplsEntry } from './headers/link';
import type { Ends } from './headers/read';
import { wrapTcp } from './headers/tcp';
import { geneveBytes, wrapGre } from './headers/tunnel';
import { wrapUdp } from './headers/udp';
import type { Layer } from './layer';
import { ethertypeOf, protocolOf } from './number';

const NO_ENDS: Ends = { from: '0.0.0.0', to: '0.0.0.0' };

/** The header of one layer, in front of what is inside it. */
function wrap(layer: Layer, next: Layer | undefined, inside: Buffer, ends: Ends): Buffer {
  switch (layer.layer) {
    case 'ethernet':
      return cat(macBytes(layer.to), macBytes(layer.from), be16(layer.ethertype ?? ethertypeOf(next)), inside);
    case 'vlan': {
      const tci = (layer.pcp << 13) | (layer.dei ? 0x1000 : 0) | (layer.id & 0xfff);
      return cat(be16(tci), be16(layer.ethertype ?? ethertypeOf(next)), inside);
    }
    case 'mpls':
      return cat(mplsEntry(layer, next?.layer !== 'mpls'), inside);
    case 'arp':
      return cat(arpBytes(layer), inside);
    case 'ipv4':
      return wrapIpv4(layer, protocolOf(next), inside);
    case 'ipv6':
      return wrapIpv6(layer, protocolOf(next), inside);
    case 'hop-by-hop':
    case 'destination':
    case 'routing':
    case 'fragment':
      return cat(ipv6ExtensionBytes(layer, protocolOf(next)), inside);
    case 'udp':
      return wrapUdp(layer, inside, ends);
    case 'tcp':
      return wrapTcp(layer, inside, ends);
    case 'icmp':
    case 'icmpv6':
      return wrapIcmp(layer, inside, ends);
    case 'gre':
      return wrapGre(layer, ethertypeOf(next), inside);
    case 'vxlan':
      return cat(u8(layer.flags), zeros(3), be32(layer.vni * 256), inside);
    case 'geneve':
      return cat(geneveBytes(layer, ethertypeOf(next)), inside);
    case 'esp':
      return cat(be32(layer.spi), be32(layer.seq), inside);
  }
}

/** Bytes of a packet: of its headers, from the outside in, and of the data behind them. Lengths and checksums fit. */
export function packetBytes(layers: readonly Layer[], payload: Buffer = zeros(0)): Buffer {
  let bytes = payload;
  for (let at = layers.length - 1; at >= 0; at--) {
    const ends = layers.slice(0, at).findLast(({ layer }) => layer === 'ipv4' || layer === 'ipv6') as Ends | undefined;
    bytes = wrap(layers[at], layers[at + 1], bytes, ends ?? NO_ENDS);
  }
  return bytes;
}

/** Bytes of the headers of these layers alone. */
export const headerBytes = (layers: readonly Layer[]): number => packetBytes(layers).length;
