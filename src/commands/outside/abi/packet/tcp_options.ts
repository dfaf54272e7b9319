import { be16, be32, cat, u8 } from '../bytes';

/** Numbers of TCP options: RFC 9293 3.2, RFC 7323, RFC 2018. */
const [NOP, MSS, WINDOW_SCALE, SACK_PERMITTED, SACK, TIMESTAMPS] = [1, 2, 3, 4, 5, 8];

/** Timestamps, as Linux aligns them: two NOPs before them. 12 bytes. */
export const tcpTimestamps = (value: number, echo: number): Buffer =>
  cat(u8(NOP), u8(NOP), u8(TIMESTAMPS), u8(10), be32(value), be32(echo));

/** Maximum segment size: 4 bytes. */
export const tcpMss = (bytes: number): Buffer => cat(u8(MSS), u8(4), be16(bytes));

/** Window scale, and a NOP: 4 bytes. */
export const tcpWindowScale = (shift: number): Buffer => cat(u8(NOP), u8(WINDOW_SCALE), u8(3), u8(shift));

/** Selective acknowledgements are understood: 4 bytes with NOPs. */
export const tcpSackPermitted = (): Buffer => cat(u8(NOP), u8(NOP), u8(SACK_PERMITTED), u8(2));

/** Selective acknowledgements: edges of blocks, at most 4. */
export const tcpSack = (blocks: readonly (readonly [left: number, right: number])[]): Buffer =>
  cat(
    ...[u8(NOP), u8(NOP), u8(SACK), u8(2 + 8 * blocks.length)],
    ...blocks.flatMap(([left, right]) => [be32(left), be32(right)]),
  );
