import { aligned, cat, type Int, u16, u32, u64 } from './bytes';
import { SCM_RIGHTS, SOL_IP, SOL_SOCKET, SOL_UDP, UDP_SEGMENT } from './uapi/sockets';

/** A piece of the program's memory. */
export interface Piece {
  /** Address. */
  readonly at: Int;
  /** Length. */
  readonly bytes: Int;
}

/** struct iovec for each piece, 16 bytes each: readv(2). */
export const iovecs = (pieces: readonly Piece[]): Buffer =>
  cat(...pieces.flatMap(({ at, bytes }) => [u64(at), u64(bytes)]));

/** Where the parts of a message lie. */
export interface MsgParts {
  /** The socket address. */
  readonly name?: Piece;
  /** Address of the array of struct iovec. */
  readonly iov: Int;
  /** Members of that array. */
  readonly pieces: Int;
  /** Ancillary data, or room for it. */
  readonly control?: Piece;
}

/** Bytes of struct msghdr on x86-64. */
export const MSGHDR_BYTES = 56;

/** struct msghdr: sendmsg(2), recvmsg(2). */
export const msghdr = ({ name, iov, pieces, control }: MsgParts): Buffer =>
  cat(
    ...[u64(name?.at ?? 0), u32(name?.bytes ?? 0), u32(0), u64(iov), u64(pieces)],
    ...[u64(control?.at ?? 0), u64(control?.bytes ?? 0), u32(0), u32(0)],
  );

/** Bytes of struct mmsghdr on x86-64. msg_len of a message is at offset MSGHDR_BYTES. */
export const MMSGHDR_BYTES = 64;

/** struct mmsghdr for each message: sendmmsg(2), recvmmsg(2). */
export const mmsghdrs = (messages: readonly MsgParts[]): Buffer =>
  cat(...messages.flatMap((message) => [msghdr(message), u64(0)]));

/** One piece of ancillary data, padded as CMSG_SPACE does: cmsg(3). */
export const cmsg = (level: number, type: number, data: Buffer): Buffer =>
  aligned(cat(u64(16 + data.length), u32(level), u32(type), data), 8);

/** Descriptors that go to the other side: unix(7). */
export const cmsgRights = (fds: readonly number[]): Buffer => cmsg(SOL_SOCKET, SCM_RIGHTS, cat(...fds.map(u32)));

/** UDP_SEGMENT for one message: udp(7). */
export const cmsgUdpSegment = (bytes: number): Buffer => cmsg(SOL_UDP, UDP_SEGMENT, u16(bytes));

/** IP_TOS or IP_TTL for one message: ip(7). */
export const cmsgIp = (type: number, value: number): Buffer => cmsg(SOL_IP, type, u32(value));

/** Header and data of one piece of ancillary data that the kernel wrote. */
export interface Cmsg {
  readonly level: number;
  readonly type: number;
  readonly data: Buffer;
}

/** Reads what recvmsg(2) left in the control buffer: msg_controllen bytes. */
export function parseCmsgs(control: Buffer): Cmsg[] {
  const found: Cmsg[] = [];
  for (let at = 0; at + 16 <= control.length;) {
    const bytes = Number(control.readBigUInt64LE(at));
    if (bytes < 16 || at + bytes > control.length) break;
    const [level, type] = [control.readInt32LE(at + 8), control.readInt32LE(at + 12)];
    found.push({ level, type, data: control.subarray(at + 16, at + bytes) });
    at += Math.ceil(bytes / 8) * 8;
  }
  return found;
}
