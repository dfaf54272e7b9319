import { SEND_FLAGS } from '../../commands/outside/socket/send';
import { NOTICE_OUT } from '../../commands/outside/socket/zerocopy_done';
import { bytesOf, type History, type Told } from './history';
import type { JudgedFd } from './judged_fd';
import { valueOf } from './args';
import { judgeSentByRing } from './ring/tx_ring';
import { failToWrite, writeOut } from './msg_filter';
import { noteSent } from './tls';

/* The bytes that calls send, and the notifications of zerocopy. */

const flag = (told: Told, word: (typeof SEND_FLAGS)[number]): boolean =>
  ((valueOf(told, 'flags') >>> SEND_FLAGS.indexOf(word)) & 1) === 1;

export function judgeSend(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const [{ ret }] = told.main;
  const len = valueOf(told, 'len');
  if (fd !== undefined && fd.txRing !== null) return judgeSentByRing(fd.txRing);
  // It takes no bytes of the call, which wakes the kernel (Documentation/networking/af_xdp.rst, XDP_USE_NEED_WAKEUP).
  if (fd?.family === 'xdp') return;
  if (ret >= 0) {
    const isWhole = fd?.type === 'stream' ? ret <= len : ret === len;
    history.ask('return-is-true', isWhole ? null : `the call took ${ret} bytes of ${len}`);
  }
  if (fd === undefined) return;
  const isZerocopy = flag(told, 'zerocopy') && fd.option('zerocopy') === 1;
  if (ret >= 0 && isZerocopy) countNotice(fd, len);
  if (fd.type === 'stream') {
    if (fd.outgoing !== null) noteSent(fd.outgoing, ret, len, flag(told, 'more'));
    const isUrgent = flag(told, 'oob') && fd.outgoing?.isMptcp !== true;
    const facts = { isUrgent, ofBytes: len, isStamped: !flag(told, 'more') };
    if (ret > 0) writeOut(history, fd, bytesOf(told, len).subarray(0, ret), facts);
    else if (ret < 0) failToWrite(fd);
    return;
  }
  // The address of a datagram that is corked is that of its first part: udp_sendmsg.
  const to = fd.corkedTo ?? history.fd(valueOf(told, 'to')) ?? fd.peer;
  if (fd.type === 'seqpacket') {
    if (ret >= 0) fd.outDatagrams?.put({ bytes: bytesOf(told, len), from: fd.id });
    return;
  }
  if (to === null) return;
  if (hasOwnAddress(fd, told)) loseTrackOfCork(fd, to);
  if (ret < 0) {
    // A socket that loses its peer throws away what it has not read (unix_dgram_disconnected).
    if (fd.family === 'unix') fd.datagrams.lossy = true;
    // A failed call may have thrown away what the socket had corked (udp_flush_pending_frames), or have left it
    // (udp_sendmsg: a length above 0xFFFF).
    if (fd.corkedTo !== null) loseTrackOfCork(fd, to);
    return;
  }
  sendDatagram(fd, to, bytesOf(told, len), { more: flag(told, 'more'), segment: fd.option('udp_segment') });
}

/** A connected socket corks a datagram for somebody else: nobody judges what it sends from then on. */
function hasOwnAddress(fd: JudgedFd, told: Told): boolean {
  const isCorked = flag(told, 'more') || fd.option('udp_cork') === 1;
  return fd.family !== 'unix' && fd.peer !== null && valueOf(told, 'to') >= 0 && isCorked;
}

/** A call of MSG_ZEROCOPY is notified where it sends bytes, or begins a datagram; AF_UNIX ignores the flag. */
function countNotice({ family, type, corkedTo, mayBeCorked, notices }: JudgedFd, len: number): void {
  if (family === 'unix') return;
  // No bytes: tcp_sendmsg_locked, and __ip_append_data where the datagram has begun.
  if (len === 0 && (type !== 'dgram' || corkedTo !== null)) return;
  if (len === 0 && mayBeCorked) notices.isUncounted = true;
  notices.sent++;
}

/**
 * From here on the judge does not know whether the socket has a corked datagram, nor for whom: what it sends may go to
 * either, or be a part.
 */
export function loseTrackOfCork(fd: JudgedFd, to: JudgedFd): void {
  fd.mayBeCorked = true;
  fd.datagrams.corked = [];
  fd.corkedTo = null;
  for (const one of [to, fd.peer]) if (one !== null) one.datagrams.unknown = true;
}

interface SendFacts {
  readonly more: boolean;
  /** UDP_SEGMENT; 0: none. */
  readonly segment: number;
}

/** A datagram leaves, or a part of one. */
export function sendDatagram(fd: JudgedFd, to: JudgedFd, bytes: Buffer, facts: SendFacts): void {
  const { more } = facts;
  const target = to.datagrams;
  // It is delivered only where somebody who may receive from this socket waits at that address.
  if (!to.open || !to.bound || (to.peer !== null && to.peer !== fd)) target.lossy = true;
  if (fd.mayBeCorked) for (const one of [to, fd.peer]) if (one !== null) one.datagrams.unknown = true;
  const isUdp = fd.family !== 'unix';
  const segment = isUdp ? facts.segment : 0;
  const isCorked = isUdp && (more || fd.option('udp_cork') === 1);
  if (isCorked || fd.datagrams.corked.length > 0) {
    if (segment > 0) target.unknown = true;
    fd.datagrams.corked.push(bytes);
    fd.corkedTo = to;
    if (isCorked) return;
    return flushCorked(fd, to);
  }
  putSegments(fd, to, bytes, segment);
}

/** The datagrams of one call. @param segment - UDP_SEGMENT, in bytes; 0: there is one */
export function putSegments(fd: JudgedFd, to: JudgedFd, bytes: Buffer, segment: number): void {
  const { datagrams } = to;
  if (segment === 0 || bytes.length <= segment) return datagrams.put({ bytes, from: fd.id });
  for (let at = 0; at < bytes.length; at += segment)
    datagrams.put({ bytes: bytes.subarray(at, Math.min(bytes.length, at + segment)), from: fd.id });
}

/** Sends what a corked socket has collected, as one datagram. */
export function flushCorked(fd: JudgedFd, to: JudgedFd): void {
  to.datagrams.put({ bytes: Buffer.concat(fd.datagrams.corked), from: fd.id });
  fd.datagrams.corked = [];
  fd.corkedTo = null;
}

/** Values of struct sock_extended_err (include/uapi/linux/errqueue.h). */
const SO_EE_ORIGIN_ZEROCOPY = 5;
/** The struct stands behind a struct cmsghdr of 16 bytes. */
const EE = { errno: 16, origin: 20, info: 24, data: 28 } as const;

export function judgeNotices(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  if (fd === undefined) return;
  // AF_UNIX does not know MSG_ERRQUEUE: the call receives (unix_dgram_recvmsg).
  if (fd.family === 'unix') {
    if (told.main[0].ret < 0) return;
    fd.datagrams.unknown = true;
    if (fd.incoming !== null) fd.incoming.unknown = true;
    return;
  }
  for (const { ret, out } of told.main) {
    if (ret < 0) break;
    const control = out[NOTICE_OUT.control];
    if (control[EE.origin] !== SO_EE_ORIGIN_ZEROCOPY) {
      // The time of an acknowledgement is gone, too: one queue of errors has both.
      if (fd.stamped !== null) fd.stamped = -1;
      continue;
    }
    const complaint = fd.notices.take(control.readUInt32LE(EE.info), control.readUInt32LE(EE.data));
    history.ask('notified-once', complaint ?? null);
  }
  if (!told.settling || fd.notices.sent === 0 || history.lossy) return;
  // The kernel still has what the peer has not taken.
  if (fd.type === 'stream' && (fd.outgoing?.lossy !== false || !fd.outgoing.isRead)) return;
  // A corked datagram has not left, and keeps its notification (udp_sendmsg, 6.1 to 7.3).
  if (fd.type === 'dgram' && (fd.corkedTo !== null || fd.mayBeCorked || fd.option('udp_cork') === 1)) return;
  const { missing } = fd.notices;
  history.ask('notified-once', missing < 0 ? null : `send ${missing} was never notified, though its bytes arrived`);
}
