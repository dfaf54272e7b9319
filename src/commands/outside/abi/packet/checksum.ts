import { ipBytes, type IpText, ipVersion } from '../address';
import { be16, be32, cat, u8 } from '../bytes';

/** The sum of 16-bit words in ones' complement, folded: RFC 1071. An odd last byte is padded with zero. */
export function onesSum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += (part[at] << 8) | (part[at + 1] ?? 0);
    sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/** The Internet checksum: RFC 1071. All parts but the last have an even length. */
export const checksumOf = (...parts: readonly Uint8Array[]): number => ~onesSum(...parts) & 0xffff;

/**
 * The pseudo header of IPv4 (RFC 793) or IPv6 (RFC 8200 8.1).
 * @param bytes - length of the transport's header and data
 */
export function pseudoHeader(from: IpText, to: IpText, protocol: number, bytes: number): Buffer {
  const addresses = [ipBytes(from), ipBytes(to)];
  return ipVersion(from) === 4
    ? cat(...addresses, u8(0), u8(protocol), be16(bytes))
    : cat(...addresses, be32(bytes), be32(protocol));
}

/**
 * A checksum field. Left out, it is right. A number is written as it is. `wrong` differs from the right one, and is not
 * 0. `partial` is the sum of the pseudo header, for a packet whose checksum the receiver of a virtio header completes.
 */
export type ChecksumField = number | 'wrong' | 'partial';

/** The two bytes of a checksum field. */
export function checksumBytes(wanted: ChecksumField | undefined, right: number, pseudo?: Uint8Array): Buffer {
  if (typeof wanted === 'number') return be16(wanted);
  if (wanted === 'partial') return be16(pseudo ? onesSum(pseudo) : 0);
  return be16(wanted === 'wrong' ? right ^ (right === 0x5555 ? 0x3333 : 0x5555) : right);
}
