import { aligned, be16, be32, cat } from '../../bytes';
import { IPPROTO_TCP } from '../../uapi/sockets';
import { checksumBytes, checksumOf, pseudoHeader } from '../checksum';
import type { Tcp } from '../layer';
import type { Ends, Read } from './read';

/** Bits of the flags of TCP: RFC 9293 3.1, RFC 3168. */
export const TCP_FLAGS = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128, ae: 256 } as const;

/** A TCP header, and the bytes inside: RFC 9293. */
export function wrapTcp(tcp: Tcp, inside: Buffer, { from, to }: Ends): Buffer {
  const options = aligned(tcp.options.subarray(0, 40), 4);
  const headerBytes = 20 + options.length;
  const words = (tcp.headerWords ?? headerBytes / 4) & 15;
  const start = cat(
    ...[be16(tcp.sport), be16(tcp.dport), be32(tcp.seq), be32(tcp.ack)],
    ...[be16((words << 12) | (tcp.flags & 0xfff)), be16(tcp.window)],
  );
  const end = cat(be16(tcp.urgent), options, inside);
  const pseudo = pseudoHeader(from, to, IPPROTO_TCP, headerBytes + inside.length);
  return cat(start, checksumBytes(tcp.checksum, checksumOf(pseudo, start, end), pseudo), end);
}

/** Reads a TCP header. */
export function readTcp(bytes: Buffer, { from, to }: Ends): Read<Tcp> | undefined {
  if (bytes.length < 20) return undefined;
  const word = bytes.readUInt16BE(12);
  const headerBytes = (word >> 12) * 4;
  if (headerBytes < 20 || headerBytes > bytes.length) return undefined;
  const isRight = checksumOf(pseudoHeader(from, to, IPPROTO_TCP, bytes.length), bytes) === 0;
  return {
    fields: {
      ...{ layer: 'tcp', sport: bytes.readUInt16BE(0), dport: bytes.readUInt16BE(2) },
      ...{ seq: bytes.readUInt32BE(4), ack: bytes.readUInt32BE(8), flags: word & 0xfff },
      ...{ window: bytes.readUInt16BE(14), urgent: bytes.readUInt16BE(18), options: bytes.subarray(20, headerBytes) },
      ...(isRight ? {} : { checksum: bytes.readUInt16BE(16) }),
    },
    headerBytes,
  };
}
