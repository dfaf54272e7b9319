import { ipBytes, ipText } from '../../address';
import { aligned, be16, cat, u8 } from '../../bytes';
import { checksumBytes, checksumOf } from '../checksum';
import type { Ipv4 } from '../layer';
import type { Read } from './read';

/** An IPv4 header, and the bytes inside: RFC 791. */
export function wrapIpv4(ip: Ipv4, protocol: number, inside: Buffer): Buffer {
  const options = aligned(ip.options.subarray(0, 40), 4);
  const headerBytes = 20 + options.length;
  const flags = (ip.df ? 0x4000 : 0) | (ip.mf ? 0x2000 : 0);
  const start = cat(
    ...[u8(0x40 | ((ip.headerWords ?? headerBytes / 4) & 15)), u8(ip.tos)],
    ...[be16(ip.totalLength ?? headerBytes + inside.length), be16(ip.id), be16(flags | ((ip.offset >> 3) & 0x1fff))],
    ...[u8(ip.ttl), u8(ip.protocol ?? protocol)],
  );
  const end = cat(ipBytes(ip.from), ipBytes(ip.to), options);
  return cat(start, checksumBytes(ip.checksum, checksumOf(start, end)), end, inside);
}

/** Reads an IPv4 header, of which all bytes are there. */
export function readIpv4(bytes: Buffer): Read<Ipv4> | undefined {
  if (bytes.length < 20 || bytes[0] >> 4 !== 4) return undefined;
  const headerWords = bytes[0] & 15;
  const headerBytes = headerWords * 4;
  if (headerBytes < 20 || headerBytes > bytes.length) return undefined;
  const totalLength = bytes.readUInt16BE(2);
  const flags = bytes.readUInt16BE(6);
  const isRight = checksumOf(bytes.subarray(0, headerBytes)) === 0;
  const isLengthPossible = totalLength >= headerBytes && totalLength <= bytes.length;
  return {
    fields: {
      layer: 'ipv4',
      from: ipText(bytes.subarray(12, 16)),
      to: ipText(bytes.subarray(16, 20)),
      ...{ ttl: bytes[8], tos: bytes[1], id: bytes.readUInt16BE(4) },
      ...{ df: (flags & 0x4000) !== 0, mf: (flags & 0x2000) !== 0, offset: (flags & 0x1fff) * 8 },
      options: bytes.subarray(20, headerBytes),
      ...(isLengthPossible ? {} : { totalLength }),
      ...(isRight ? {} : { checksum: bytes.readUInt16BE(10) }),
    },
    headerBytes,
    end: isLengthPossible ? totalLength : bytes.length,
    protocol: bytes[9],
  };
}
