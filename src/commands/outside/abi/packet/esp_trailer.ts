import { cat, u8 } from '../bytes';

/**
 * The data of an ESP packet without encryption and without integrity check: RFC 4303 2.4, RFC 2410.
 * @param inner - a transport's header and data, or an inner IP packet
 * @param nextHeader - IPPROTO_*
 * @param block - padding goes to a multiple of it, at least 4 bytes
 */
export function espNullData(inner: Buffer, nextHeader: number, block = 4): Buffer {
  const padBytes = (block - ((inner.length + 2) % block)) % block;
  const padding = Buffer.from(Array.from({ length: padBytes }, (_, at) => at + 1));
  return cat(inner, padding, u8(padBytes), u8(nextHeader));
}
