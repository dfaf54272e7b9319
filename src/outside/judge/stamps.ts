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
const SCM_TSTAMP_ACK = 2;

/** The option is set or changed. Numbers of notices count from the first byte only where none was sent before. */
export function judgeStampOption(fd: JudgedFd, value: number): void {
  const { outgoing, family, stamped } = fd;
  const canCount = outgoing !== null && !outgoing.isMptcp && (family === 'inet' || family === 'inet6');
  const isAsked = value === STAMP_ACKS || value === STAMP_ACKS_OF_DATA;
  fd.stamped = stamped === null && isAsked && canCount && outgoing.put === 0 ? 0 : -1;
}

/** The end of the last send, in bytes from the first. @param isKnown - false: nobody promises notices of the call */
export function noteStamped(fd: JudgedFd, isKnown: boolean): void {
  if (fd.stamped === null || fd.stamped < 0) return;
  fd.stamped = isKnown ? (fd.outgoing?.put ?? 0) : -1;
}

export function judgeStamps(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  if (fd === undefined) return;
  noteRead(fd, told);
  const seen = told.main.filter(({ ret }) => ret >= 0).flatMap(({ out }) => idsIn(out));
  const again = seen.find((id, at) => seen.indexOf(id) < at || fd.seenStamps.has(id));
  for (const id of seen) fd.seenStamps.add(id);
  const { outgoing, stamped } = fd;
  if (stamped === null || stamped < 1 || outgoing === null || fd.hasUpperLayer) return;
  if (again !== undefined) return history.ask('stamped-once', `byte ${again} was told as acknowledged twice`);
  // All is acknowledged when the peer has read all, and the end behind it.
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

function idsIn(out: readonly Buffer[]): number[] {
  const control = out[STAMP_OUT.control].subarray(0, out[STAMP_OUT.header].readUInt32LE(MSGHDR_CONTROL_BYTES_AT));
  return parseCmsgs(control)
    .filter(({ data }) => data.length >= EE.bytes && data[EE.origin] === SO_EE_ORIGIN_TIMESTAMPING)
    .filter(({ data }) => data.readUInt32LE(EE.info) === SCM_TSTAMP_ACK)
    .map(({ data }) => data.readUInt32LE(EE.data));
}
