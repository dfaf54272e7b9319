import { be32, cat, u8, zeros } from '../../bytes';
import { IPPROTO_ICMPV6 } from '../../uapi/sockets';
import { checksumBytes, checksumOf, pseudoHeader } from '../checksum';
import type { Icmp } from '../layer';
import type { Ends, Read } from './read';

/** An ICMP header, and the bytes inside: RFC 792; of ICMPv6 the checksum has a pseudo header: RFC 4443. */
export function wrapIcmp(icmp: Icmp, inside: Buffer, { from, to }: Ends): Buffer {
  const [start, end] = [cat(u8(icmp.type), u8(icmp.code)), cat(be32(icmp.rest), inside)];
  const pseudo = icmp.layer === 'icmpv6' ? pseudoHeader(from, to, IPPROTO_ICMPV6, 8 + inside.length) : zeros(0);
  return cat(start, checksumBytes(icmp.checksum, checksumOf(pseudo, start, end), pseudo), end);
}

/** Reads an ICMP header. */
export function readIcmp(layer: 'icmp' | 'icmpv6', bytes: Buffer, { from, to }: Ends): Read<Icmp> | undefined {
  if (bytes.length < 8) return undefined;
  const pseudo = layer === 'icmpv6' ? pseudoHeader(from, to, IPPROTO_ICMPV6, bytes.length) : zeros(0);
  const isRight = checksumOf(pseudo, bytes) === 0;
  return {
    fields: {
      ...{ layer, type: bytes[0], code: bytes[1], rest: bytes.readUInt32BE(4) },
      ...(isRight ? {} : { checksum: bytes.readUInt16BE(2) }),
    },
    headerBytes: 8,
  };
}
