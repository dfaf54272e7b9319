import { parseCmsgs } from '../../commands/outside/abi/msg';
import { MSGHDR_CONTROL_BYTES_AT } from '../../commands/outside/msghdr';
import { STAMP_ACKS, STAMP_ACKS_OF_DATA, STAMP_OUT } from '../../commands/outside/socket/stamps';
import type { History, Told } from './history';
import type { JudgedFd } from './judged_fd';
import { valueOf } from './args';

/* The times at which the peer acknowledged what was sent (SO_TIMESTAMPING). */

/** struct sock_extended_err (include/uapi/linux/errqueue.h). */
const EE = { origin: 4, info: 8, data: 12, bytes: 16 } as const;
const SO_EE_ORIGIN_TIMESTAMPING = 4;
const SO_EE_ORIGIN_ZEROCOPY = 5;
const SCM_TSTAMP_ACK = 2;
/** SO_RCVBUF, which the kernel doubles, of a buffer as large as the default: half of net.ipv4.tcp_rmem[1]. */
const RCVBUF_BYTES = 65_536;
/** The truesize of a small packet. */
const TRUESIZE_MAX_BYTES = 2304;
/** Packets of small sends that can wait before TCP joins them. */
const PACKETS_MAX = 24;
/** The longest packet that TCP sends over the loopback device. */
const GSO_MAX_BYTES = 65_536;

/** The option is set or changed. Numbers of notices count from the first byte only where none was sent before. */
export function judgeStampOption(fd: JudgedFd, value: number): void {
  const { outgoing, family, stamped } = fd;
  const canCount = outgoing !== null && !outgoing.isMptcp && (family === 'inet' || family === 'inet6');
  const isAsked = value === STAMP_ACKS || value === STAMP_ACKS_OF_DATA;
  fd.stamped = stamped === null && isAsked && canCount && outgoing.put === 0 ? 0 : -1;
  fd.stampsHaveData = value === STAMP_ACKS_OF_DATA;
}

/** The end of the last send, in bytes from the first. @param isKnown - false: nobody promises notices of the call */
export function noteStamped(fd: JudgedFd, isKnown: boolean): void {
  if (fd.stamped === null || fd.stamped < 0) return;
  const put = fd.outgoing?.put ?? 0;
  fd.stamped = isKnown ? put : -1;
  fd.stampCharge_bytes += TRUESIZE_MAX_BYTES + (fd.stampsHaveData ? 2 * Math.min(put, GSO_MAX_BYTES) : 0);
}

/**
 * Each notice has room in the queue of errors: it is charged to the receive buffer, and dropped where that is full
 * (sock_queue_err_skb, net/core/skbuff.c, 6.1 to 7.3). Without OPT_TSONLY it is a clone of the packet, which may have
 * the bytes of earlier sends as well.
 */
function haveRoom({ options, incoming, stampCharge_bytes }: JudgedFd): boolean {
  const isSmall = (options.get('rcvbuf') ?? RCVBUF_BYTES) < RCVBUF_BYTES || options.has('rcvbufforce');
  const waiting = incoming?.put ?? 0;
  const received = 2 * waiting + TRUESIZE_MAX_BYTES * Math.min(waiting, PACKETS_MAX);
  return !isSmall && stampCharge_bytes + received < 2 * RCVBUF_BYTES;
}

export function judgeStamps(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  if (fd === undefined) return;
  noteRead(fd, told);
  for (const { out } of told.main.filter(({ ret }) => ret >= 0)) judgeNoticesIn(history, fd, out);
  const seen = told.main.filter(({ ret }) => ret >= 0).flatMap(({ out }) => idsIn(out));
  const again = seen.find((id, at) => seen.indexOf(id) < at || fd.seenStamps.has(id));
  for (const id of seen) fd.seenStamps.add(id);
  const { outgoing, stamped } = fd;
  if (stamped === null || stamped < 1 || outgoing === null || fd.hasUpperLayer) return;
  if (again !== undefined) return history.ask('stamped-once', `byte ${again} was told as acknowledged twice`);
  // All is acknowledged when the peer has read all, and the end behind it.
  if (!haveRoom(fd)) return;
  if (!told.settling || history.lossy || outgoing.lossy || !outgoing.isRead || !outgoing.endSeen) return;
  const isTold = fd.seenStamps.has(stamped - 1);
  history.ask('stamped-once', isTold ? null : `the last byte of the last send, ${stamped - 1}, was never told`);
}

/** Sockets of AF_UNIX have no queue of errors: MSG_ERRQUEUE reads what any other call reads (unix_dgram_recvmsg). */
function noteRead(fd: JudgedFd, told: Told): void {
  if (fd.family !== 'unix' || told.main.every(({ ret }) => ret < 0)) return;
  fd.datagrams.unknown = true;
  if (fd.incoming !== null) fd.incoming.unknown = true;
}

/** One queue of errors has the notifications of zerocopy as well: the call that reads times takes them out. */
function judgeNoticesIn(history: History, { notices }: JudgedFd, out: readonly Buffer[]): void {
  for (const data of errorsIn(out, SO_EE_ORIGIN_ZEROCOPY))
    history.ask('notified-once', notices.take(data.readUInt32LE(EE.info), data.readUInt32LE(EE.data)) ?? null);
}

/** The members of a queue of errors that have an origin: struct sock_extended_err. */
function errorsIn(out: readonly Buffer[], origin: number): Buffer[] {
  const control = out[STAMP_OUT.control].subarray(0, out[STAMP_OUT.header].readUInt32LE(MSGHDR_CONTROL_BYTES_AT));
  return parseCmsgs(control).flatMap(({ data }) =>
    data.length >= EE.bytes && data[EE.origin] === origin ? [data] : [],
  );
}

function idsIn(out: readonly Buffer[]): number[] {
  return errorsIn(out, SO_EE_ORIGIN_TIMESTAMPING)
    .filter((data) => data.readUInt32LE(EE.info) === SCM_TSTAMP_ACK)
    .map((data) => data.readUInt32LE(EE.data));
}
