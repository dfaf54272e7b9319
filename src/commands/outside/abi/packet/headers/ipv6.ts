import { ipBytes, ipText } from '../../address';
import { aligned, be16, be32, cat, u8, zeros } from '../../bytes';
import type { Fragment, Ipv6, Ipv6Options, Routing } from '../layer';
import type { Read } from './read';

/** An IPv6 header, and the bytes inside: RFC 8200. */
export const wrapIpv6 = (ip: Ipv6, nextHeader: number, inside: Buffer): Buffer =>
  cat(
    be32((6n << 28n) | (BigInt(ip.trafficClass & 255) << 20n) | BigInt(ip.flowLabel & 0xfffff)),
    ...[be16(ip.payloadLength ?? inside.length), u8(ip.nextHeader ?? nextHeader), u8(ip.hopLimit)],
    ...[ipBytes(ip.from), ipBytes(ip.to), inside],
  );

/** The options, with Pad1 up to 8 n + 6 bytes. */
const paddedOptions = (options: Buffer): Buffer => aligned(cat(zeros(2), options), 8).subarray(2);

/** An extension header. */
export function ipv6ExtensionBytes(layer: Ipv6Options | Routing | Fragment, nextHeader: number): Buffer {
  const next = u8(layer.nextHeader ?? nextHeader);
  if (layer.layer === 'fragment')
    return cat(next, u8(0), be16((layer.offset & 0xfff8) | (layer.mf ? 1 : 0)), be32(layer.id));
  const rest =
    layer.layer === 'routing'
      ? cat(u8(layer.routingType), u8(layer.segmentsLeft), aligned(cat(zeros(4), layer.data), 8).subarray(4))
      : paddedOptions(layer.options);
  return cat(next, u8((rest.length + 2) / 8 - 1), rest);
}

/** Reads an IPv6 header. */
export function readIpv6(bytes: Buffer): Read<Ipv6> | undefined {
  if (bytes.length < 40 || bytes[0] >> 4 !== 6) return undefined;
  const first = bytes.readUInt32BE(0);
  const payloadLength = bytes.readUInt16BE(4);
  const isRight = 40 + payloadLength <= bytes.length;
  return {
    fields: {
      layer: 'ipv6',
      from: ipText(bytes.subarray(8, 24)),
      to: ipText(bytes.subarray(24, 40)),
      ...{ hopLimit: bytes[7], trafficClass: (first >>> 20) & 255, flowLabel: first & 0xfffff },
      ...(isRight ? {} : { payloadLength }),
    },
    headerBytes: 40,
    end: isRight ? 40 + payloadLength : bytes.length,
    protocol: bytes[6],
  };
}

/** Reads an extension header of that kind. */
export function readIpv6Extension(
  layer: 'hop-by-hop' | 'destination' | 'routing' | 'fragment',
  bytes: Buffer,
): Read<Ipv6Options | Routing | Fragment> | undefined {
  if (bytes.length < 8) return undefined;
  const protocol = bytes[0];
  if (layer === 'fragment') {
    const word = bytes.readUInt16BE(2);
    const fields = { layer, offset: word & 0xfff8, mf: (word & 1) !== 0, id: bytes.readUInt32BE(4) };
    return { fields, headerBytes: 8, protocol };
  }
  const headerBytes = (bytes[1] + 1) * 8;
  if (headerBytes > bytes.length) return undefined;
  if (layer !== 'routing') return { fields: { layer, options: bytes.subarray(2, headerBytes) }, headerBytes, protocol };
  const data = bytes.subarray(4, headerBytes);
  return { fields: { layer, routingType: bytes[2], segmentsLeft: bytes[3], data }, headerBytes, protocol };
}
