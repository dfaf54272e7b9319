import { cat, u16, u8, zeros } from '../bytes';
import {
  VIRTIO_NET_HDR_F_DATA_VALID,
  VIRTIO_NET_HDR_F_NEEDS_CSUM,
  VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM,
  VIRTIO_NET_HDR_GSO_ECN,
  VIRTIO_NET_HDR_GSO_NONE,
  VIRTIO_NET_HDR_GSO_TCPV4,
  VIRTIO_NET_HDR_GSO_TCPV6,
  VIRTIO_NET_HDR_GSO_UDP,
  VIRTIO_NET_HDR_GSO_UDP_L4,
  VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4,
  VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6,
} from '../uapi/virtio_net';
import { headerBytes } from './build';
import type { Layer } from './layer';

/** Kinds of segmentation that a packet asks for: include/uapi/linux/virtio_net.h. */
export const GSO_KINDS = {
  none: VIRTIO_NET_HDR_GSO_NONE,
  tcpv4: VIRTIO_NET_HDR_GSO_TCPV4,
  tcpv6: VIRTIO_NET_HDR_GSO_TCPV6,
  /** IP fragments of a UDP datagram (UFO). */
  udp: VIRTIO_NET_HDR_GSO_UDP,
  /** UDP datagrams (USO). */
  udpL4: VIRTIO_NET_HDR_GSO_UDP_L4,
} as const;
export type GsoKind = keyof typeof GSO_KINDS;

/** Fields of struct virtio_net_hdr. */
export interface VirtioHeader {
  readonly gso: GsoKind;
  /** The segments have ECN: VIRTIO_NET_HDR_GSO_ECN. */
  readonly ecn?: boolean;
  /** The checksum is partial: it covers all from csumStart on. */
  readonly needsCsum?: boolean;
  /** The checksums were verified. */
  readonly dataValid?: boolean;
  /** Bytes of headers; a hint. */
  readonly hdrLen: number;
  /** Bytes of data in a segment. */
  readonly gsoSize: number;
  readonly csumStart: number;
  readonly csumOffset: number;
}

/** A header that asks for nothing. */
export const PLAIN_VIRTIO: VirtioHeader = { gso: 'none', hdrLen: 0, gsoSize: 0, csumStart: 0, csumOffset: 0 };

/**
 * struct virtio_net_hdr, 10 bytes, or struct virtio_net_hdr_mrg_rxbuf, 12 bytes: before each packet of a tun device
 * with IFF_VNET_HDR, and of a packet socket with PACKET_VNET_HDR. Little endian, as the host.
 */
export function virtioBytes(header: VirtioHeader, bytes: 10 | 12 = 10): Buffer {
  const flags =
    (header.needsCsum ? VIRTIO_NET_HDR_F_NEEDS_CSUM : 0) | (header.dataValid ? VIRTIO_NET_HDR_F_DATA_VALID : 0);
  const gso = GSO_KINDS[header.gso] | (header.ecn ? VIRTIO_NET_HDR_GSO_ECN : 0);
  const fields = cat(
    ...[u8(flags), u8(gso), u16(header.hdrLen), u16(header.gsoSize), u16(header.csumStart), u16(header.csumOffset)],
  );
  return cat(fields, bytes === 12 ? u16(0) : zeros(0));
}

/** The outer headers of a packet of a UDP tunnel whose inner packet is to be segmented. */
export interface VirtioTunnel {
  readonly outerVersion: 4 | 6;
  /** Offset of the outer UDP header. */
  readonly outerTransport: number;
  /** Offset of the inner IP header. */
  readonly innerNetwork: number;
  /** The outer checksum is partial too. */
  readonly outerCsum: boolean;
}

/**
 * struct virtio_net_hdr_v1_hash_tunnel, 24 bytes: TUNSETVNETHDRSZ 24 and TUN_F_UDP_TUNNEL_GSO (6.17 and newer).
 * csumStart of the header is that of the inner packet.
 */
export function virtioTunnelBytes(header: VirtioHeader, tunnel: VirtioTunnel): Buffer {
  const kind = tunnel.outerVersion === 4 ? VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4 : VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6;
  const bytes = cat(virtioBytes(header, 12), zeros(8), u16(tunnel.outerTransport), u16(tunnel.innerNetwork));
  bytes[0] |= tunnel.outerCsum ? VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM : 0;
  bytes[1] |= kind;
  return bytes;
}

/** Reads a virtio header of at least 10 bytes. */
export function parseVirtio(bytes: Buffer): VirtioHeader {
  const kinds = Object.keys(GSO_KINDS) as GsoKind[];
  return {
    gso: kinds.find((kind) => GSO_KINDS[kind] === (bytes[1] & ~VIRTIO_NET_HDR_GSO_ECN)) ?? 'none',
    ecn: (bytes[1] & VIRTIO_NET_HDR_GSO_ECN) !== 0,
    needsCsum: (bytes[0] & VIRTIO_NET_HDR_F_NEEDS_CSUM) !== 0,
    dataValid: (bytes[0] & VIRTIO_NET_HDR_F_DATA_VALID) !== 0,
    ...{ hdrLen: bytes.readUInt16LE(2), gsoSize: bytes.readUInt16LE(4) },
    ...{ csumStart: bytes.readUInt16LE(6), csumOffset: bytes.readUInt16LE(8) },
  };
}

/**
 * The virtio header that is right for a packet of TCP or UDP, and the packet's layers with a partial checksum.
 * @param layers - the last is tcp or udp
 * @param gsoSize - bytes of data in a segment; 0: no segmentation, a partial checksum alone
 */
export function virtioFor(layers: readonly Layer[], gsoSize: number): { header: VirtioHeader; layers: Layer[] } {
  const last = layers.at(-1);
  if (last?.layer !== 'tcp' && last?.layer !== 'udp') throw new RangeError('the last layer is neither tcp nor udp');
  const isIpv6 = layers.some(({ layer }) => layer === 'ipv6');
  const tcpKind = isIpv6 ? 'tcpv6' : 'tcpv4';
  const kind: GsoKind = last.layer === 'tcp' ? tcpKind : 'udpL4';
  const header: VirtioHeader = {
    gso: gsoSize > 0 ? kind : 'none',
    needsCsum: true,
    hdrLen: headerBytes(layers),
    gsoSize,
    csumStart: headerBytes(layers.slice(0, -1)),
    csumOffset: last.layer === 'tcp' ? 16 : 6,
  };
  return { header, layers: [...layers.slice(0, -1), { ...last, checksum: 'partial' }] };
}
