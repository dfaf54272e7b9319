import { be16, cat } from '../../bytes';
import { IPPROTO_UDP } from '../../uapi/sockets';
import { checksumBytes, checksumOf, pseudoHeader } from '../checksum';
import type { Udp } from '../layer';
import type { Ends, Read } from './read';

/** The bytes that a checksum covers: as many as the length says, or all where it cannot be true. */
const covered = (length: number, bytes: number): number => (length >= 8 && length <= bytes ? length : bytes);

/** A UDP header, and the bytes inside: RFC 768. A right checksum of 0 is written as 0xffff. */
export function wrapUdp(udp: Udp, inside: Buffer, { from, to }: Ends): Buffer {
  const length = udp.length ?? 8 + inside.length;
  const start = cat(be16(udp.sport), be16(udp.dport), be16(length));
  const bytes = covered(length, 8 + inside.length);
  const pseudo = pseudoHeader(from, to, IPPROTO_UDP, bytes);
  const right = checksumOf(pseudo, start, inside.subarray(0, bytes - 8)) || 0xffff;
  return cat(start, checksumBytes(udp.checksum, right, pseudo), inside);
}

/** Reads a UDP header. */
export function readUdp(bytes: Buffer, { from, to }: Ends): Read<Udp> | undefined {
  if (bytes.length < 8) return undefined;
  const length = bytes.readUInt16BE(4);
  const checksum = bytes.readUInt16BE(6);
  const end = covered(length, bytes.length);
  const isRight = checksum !== 0 && checksumOf(pseudoHeader(from, to, IPPROTO_UDP, end), bytes.subarray(0, end)) === 0;
  return {
    fields: {
      ...{ layer: 'udp', sport: bytes.readUInt16BE(0), dport: bytes.readUInt16BE(2) },
      ...(length === bytes.length ? {} : { length }),
      ...(isRight ? {} : { checksum }),
    },
    headerBytes: 8,
  };
}
