import { parseCmsgs } from '../../commands/outside/abi/msg';
import { SOL_SOCKET } from '../../commands/outside/abi/uapi/sockets';
import type { History, Told } from './history';
import type { JudgedFd } from './judged_fd';
import { valueOf } from './args';

/* Answers of the kernel about the bytes that a file has to read. */

export function judgeMark(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const [{ ret, out }] = told.main;
  if (fd === undefined || ret < 0) return;
  if (!fd.isStream) return history.ask('mark-is-true', 'a file that is no stream has a mark');
  const { incoming } = fd;
  if (incoming === null || fd.listening) return;
  const isAt = incoming.isAtMark;
  // Urgent data of TCP is on its way for a time.
  if (isAt === undefined || (incoming.hasUrgent && fd.family !== 'unix')) return;
  const answer = out[0].readInt32LE(0);
  const place = isAt ? 'at the mark' : 'not at the mark';
  history.ask('mark-is-true', answer === Number(isAt) ? null : `SIOCATMARK says ${answer}, but the reader is ${place}`);
}

export function judgeUnread(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const [{ ret, out }] = told.main;
  if (fd === undefined || ret < 0 || fd.listening) return;
  const complaint = complaintOfUnread(fd, out[0].readInt32LE(0));
  if (complaint !== undefined) history.ask('unread-is-true', complaint);
}

/** Undefined: nobody can say. */
function complaintOfUnread(fd: JudgedFd, answer: number): string | null | undefined {
  if (answer < 0) return `the number of unread bytes is ${answer}`;
  if (fd.type === 'dgram' && fd.what === 'socket') return complaintOfDatagram(fd, answer);
  const { incoming } = fd;
  if (fd.type === 'seqpacket' || incoming === null || incoming.unknown || incoming.hasUrgent || incoming.isTls)
    return undefined;
  // No page says what SIOCINQ tells of Multipath TCP, nor of sockets in maps.
  if (incoming.isMptcp || fd.isInSockmap) return undefined;
  const isExact = fd.family === 'unix' || fd.what === 'pipe';
  const isRight = isExact ? answer === incoming.left : answer <= incoming.left;
  return isRight ? null : `the number of unread bytes is ${answer}, but ${incoming.left} are there`;
}

/** The next datagram is one of those on their way; over UDP it may not have arrived. */
function complaintOfDatagram({ family, datagrams, ...fd }: JudgedFd, answer: number): string | null | undefined {
  const { waiting, unknown, lossy } = datagrams;
  if (unknown || fd.options.get('udp_gro') === 1) return undefined;
  if (family === 'unix' && !lossy) {
    const next = waiting.length === 0 ? 0 : waiting[0].bytes.length;
    return answer === next ? null : `the next datagram has ${answer} bytes, but ${next} were sent`;
  }
  const isThere = answer === 0 || waiting.some(({ bytes }) => bytes.length === answer);
  return isThere ? null : `the next datagram has ${answer} bytes, but none of that length was sent`;
}

const SCM_INQ = 84;

/** SCM_INQ of a receive: the bytes that are left behind it. */
export function judgeInq(history: History, fd: JudgedFd, control: Buffer): void {
  const { incoming } = fd;
  if (incoming === null || incoming.unknown || incoming.hasUrgent) return;
  const found = parseCmsgs(control).find(({ level, type }) => level === SOL_SOCKET && type === SCM_INQ);
  if (found === undefined || found.data.length < 4) return;
  const answer = found.data.readInt32LE(0);
  const message = answer === incoming.left ? null : `SCM_INQ says ${answer}, but ${incoming.left} bytes are left`;
  history.ask('unread-is-true', message);
}
