import { cat, type Int, u16, u32, u64, u8, zeros } from '../bytes';
import {
  IORING_OP_ACCEPT,
  IORING_OP_ASYNC_CANCEL,
  IORING_OP_CLOSE,
  IORING_OP_NOP,
  IORING_OP_PROVIDE_BUFFERS,
  IORING_OP_READ,
  IORING_OP_READ_FIXED,
  IORING_OP_RECV,
  IORING_OP_RECVMSG,
  IORING_OP_REMOVE_BUFFERS,
  IORING_OP_SEND,
  IORING_OP_SEND_ZC,
  IORING_OP_SENDMSG,
  IORING_OP_SENDMSG_ZC,
  IORING_OP_SPLICE,
  IORING_OP_WRITE,
  IORING_OP_WRITE_FIXED,
  IORING_RECV_MULTISHOT,
  IOSQE_BUFFER_SELECT,
} from '../uapi/io_uring';

/** Operations on sockets, and buffers for them: io_uring_enter(2). */
export const SQE_OPS = {
  nop: IORING_OP_NOP,
  send: IORING_OP_SEND,
  sendmsg: IORING_OP_SENDMSG,
  sendZc: IORING_OP_SEND_ZC,
  sendmsgZc: IORING_OP_SENDMSG_ZC,
  recv: IORING_OP_RECV,
  recvmsg: IORING_OP_RECVMSG,
  read: IORING_OP_READ,
  write: IORING_OP_WRITE,
  readFixed: IORING_OP_READ_FIXED,
  writeFixed: IORING_OP_WRITE_FIXED,
  splice: IORING_OP_SPLICE,
  accept: IORING_OP_ACCEPT,
  provideBuffers: IORING_OP_PROVIDE_BUFFERS,
  removeBuffers: IORING_OP_REMOVE_BUFFERS,
  cancel: IORING_OP_ASYNC_CANCEL,
  close: IORING_OP_CLOSE,
} as const;
export type SqeOp = keyof typeof SQE_OPS;

/** Fields of struct io_uring_sqe; those that are left out are 0. */
export interface Sqe {
  readonly op: SqeOp;
  /** IOSQE_*: IO_LINK, ASYNC, BUFFER_SELECT, …. */
  readonly flags?: number;
  /** Of sockets IORING_RECVSEND_POLL_FIRST, IORING_RECV_MULTISHOT, IORING_RECVSEND_FIXED_BUF, …. */
  readonly ioprio?: number;
  readonly fd?: number;
  /** Offset in a file; -1: its position. */
  readonly offset?: Int;
  /** Address of the buffer, or of struct msghdr. */
  readonly at?: Int;
  /** Length of the buffer; of msghdr 1. */
  readonly bytes?: number;
  /** MSG_*, or SPLICE_F_*. */
  readonly opFlags?: number;
  readonly userData?: Int;
  /** Number of a registered buffer, or group of provided ones. */
  readonly buffer?: number;
  /** Of splice: the descriptor that is read. */
  readonly spliceFrom?: number;
}

/** struct io_uring_sqe, 64 bytes: include/uapi/linux/io_uring.h. */
export const sqeBytes = (sqe: Sqe): Buffer =>
  cat(
    ...[u8(SQE_OPS[sqe.op]), u8(sqe.flags ?? 0), u16(sqe.ioprio ?? 0), u32(sqe.fd ?? -1)],
    ...[u64(sqe.offset ?? 0), u64(sqe.at ?? 0), u32(sqe.bytes ?? 0), u32(sqe.opFlags ?? 0)],
    ...[u64(sqe.userData ?? 0), u16(sqe.buffer ?? 0), u16(0), u32(sqe.spliceFrom ?? 0), zeros(16)],
  );

/** An entry that receives until it is cancelled or fails, into buffers of a group. */
export const recvMultishot = (fd: number, group: number, userData: Int): Sqe => ({
  ...{ op: 'recv', fd, ioprio: IORING_RECV_MULTISHOT, flags: IOSQE_BUFFER_SELECT, buffer: group, userData },
});

/** The same with recvmsg(2). Each buffer begins with struct io_uring_recvmsg_out. */
export const recvmsgMultishot = (fd: number, msghdrAt: Int, group: number, userData: Int): Sqe => ({
  ...{ op: 'recvmsg', fd, at: msghdrAt, bytes: 1, buffer: group, userData },
  ...{ ioprio: IORING_RECV_MULTISHOT, flags: IOSQE_BUFFER_SELECT },
});

/** An entry that gives buffers to a group: as many as `count`, of `bytes` each, one behind the other. */
export const provideBuffers = (group: number, at: Int, bytes: number, count: number, first: number): Sqe => ({
  ...{ op: 'provideBuffers', fd: count, at, bytes, offset: first, buffer: group },
});

/** struct io_uring_buf_reg, 40 bytes: a ring of buffers, for IORING_REGISTER_PBUF_RING of io_uring_register(2). */
export const bufferRing = (at: Int, entries: number, group: number): Buffer =>
  cat(u64(at), u32(entries), u16(group), u16(0), zeros(24));

/** struct io_uring_buf, 16 bytes. The tail of the ring is in the last two bytes of the first one. */
export const bufferRingEntry = (at: Int, bytes: number, number: number, tail = 0): Buffer =>
  cat(u64(at), u32(bytes), u16(number), u16(tail));
