import { ETH_P_8021AD } from '../uapi/devices';
import { readIcmp } from './headers/icmp';
import { readIpv4 } from './headers/ipv4';
import { readIpv6, readIpv6Extension } from './headers/ipv6';
import { readArp, readEthernet, readMpls, readVlan } from './headers/link';
import type { Ends, Read } from './headers/read';
import { readTcp } from './headers/tcp';
import { readEsp, readGeneve, readGre, readVxlan } from './headers/tunnel';
import { readUdp } from './headers/udp';
import type { Layer, Packet } from './layer';
import { ethertypeOf, layerOfEthertype, layerOfProtocol, protocolOf } from './number';

/** A packet that was read. Lengths and checksums are left out where they are right. */
export interface ReadPacket extends Packet {
  /** Behind the end of the outermost IP packet: padding of Ethernet. */
  readonly trailer: Buffer;
}

/** Tunnels over UDP, by the receiver's port. */
export type UdpTunnels = Readonly<Partial<Record<number, 'vxlan' | 'geneve'>>>;
const USUAL_TUNNELS: UdpTunnels = { 4789: 'vxlan', 6081: 'geneve' };

type Name = Layer['layer'];
type AnyRead = Read<Layer> & { readonly isBottom?: boolean };

/** Reads a header of that name, or nothing where it is no such header. */
function readLayer(name: Name, bytes: Buffer, ends: Ends, announced: number): AnyRead | undefined {
  switch (name) {
    case 'ethernet':
      return readEthernet(bytes);
    case 'vlan':
      return readVlan(bytes, announced === ETH_P_8021AD);
    case 'mpls':
      return readMpls(bytes);
    case 'arp':
      return readArp(bytes);
    case 'ipv4':
      return readIpv4(bytes);
    case 'ipv6':
      return readIpv6(bytes);
    case 'hop-by-hop':
    case 'destination':
    case 'routing':
    case 'fragment':
      return readIpv6Extension(name, bytes);
    case 'udp':
      return readUdp(bytes, ends);
    case 'tcp':
      return readTcp(bytes, ends);
    case 'icmp':
    case 'icmpv6':
      return readIcmp(name, bytes, ends);
    case 'gre':
      return readGre(bytes);
    case 'vxlan':
      return readVxlan(bytes);
    case 'geneve':
      return readGeneve(bytes);
    case 'esp':
      return readEsp(bytes);
  }
}

const ipName = (bytes: Buffer): Name => (bytes.length > 0 && bytes[0] >> 4 === 6 ? 'ipv6' : 'ipv4');

/** The name of the header behind one that was read. */
function nextName(
  { fields, protocol, ethertype, isBottom }: AnyRead,
  rest: Buffer,
  tunnels: UdpTunnels,
): Name | undefined {
  const isPart = (fields.layer === 'ipv4' || fields.layer === 'fragment') && (fields.mf || fields.offset > 0);
  if (isPart) return undefined;
  if (fields.layer === 'mpls') return isBottom ? ipName(rest) : 'mpls';
  if (fields.layer === 'udp') return tunnels[fields.dport];
  if (protocol !== undefined) return layerOfProtocol(protocol);
  return ethertype === undefined ? undefined : layerOfEthertype(ethertype);
}

/** The layer, with the number of its next header where the next layer does not say it. */
function withNumber({ fields, protocol, ethertype }: AnyRead, next: Layer | undefined): Layer {
  if (ethertype !== undefined && fields.layer !== 'vxlan' && ethertype !== ethertypeOf(next))
    return { ...fields, ethertype } as Layer;
  if (protocol === undefined || protocol === protocolOf(next)) return fields;
  return { ...fields, [fields.layer === 'ipv4' ? 'protocol' : 'nextHeader']: protocol } as Layer;
}

/**
 * Reads a packet, header by header, as far as headers are known. Parts of fragmented packets are not looked into.
 * @param bytes - a frame, or a packet of IP
 * @param first - how it begins
 * @param tunnels - ports behind which a tunnel's header is read
 */
export function parsePacket(bytes: Buffer, first: 'ethernet' | 'ip', tunnels = USUAL_TUNNELS): ReadPacket {
  const found: AnyRead[] = [];
  let [rest, trailer] = [bytes, bytes.subarray(bytes.length)];
  let ends: Ends = { from: '0.0.0.0', to: '0.0.0.0' };
  let name: Name | undefined = first === 'ip' ? ipName(bytes) : 'ethernet';
  while (name !== undefined) {
    const read = readLayer(name, rest, ends, found.at(-1)?.ethertype ?? 0);
    if (!read) break;
    const isOutermostIp = read.end !== undefined && !found.some(({ end }) => end !== undefined);
    if (isOutermostIp) [rest, trailer] = [rest.subarray(0, read.end), rest.subarray(read.end)];
    found.push(isOutermostIp || read.end === undefined ? read : withLength(read, rest.length));
    if (read.fields.layer === 'ipv4' || read.fields.layer === 'ipv6') ends = read.fields;
    rest = rest.subarray(read.headerBytes);
    name = nextName(read, rest, tunnels);
  }
  return { layers: found.map((read, at) => withNumber(read, found[at + 1]?.fields)), payload: rest, trailer };
}

/** An IP header inside another packet, with its length where bytes follow its end. */
function withLength(read: AnyRead, bytes: number): AnyRead {
  const { fields, end = bytes } = read;
  if (end === bytes) return read;
  const length = fields.layer === 'ipv4' ? { totalLength: end } : { payloadLength: end - 40 };
  return { ...read, fields: { ...fields, ...length } as Layer };
}

/** Layers whose length or checksum is not right. A UDP checksum of 0 says that there is none. */
export const wrongLayers = ({ layers }: Packet): Layer[] =>
  layers.filter(
    (layer) =>
      ('checksum' in layer && layer.checksum !== undefined && !(layer.layer === 'udp' && layer.checksum === 0)) ||
      ('length' in layer && layer.length !== undefined) ||
      ('totalLength' in layer && layer.totalLength !== undefined) ||
      ('payloadLength' in layer && layer.payloadLength !== undefined),
  );
