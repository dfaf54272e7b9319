import { isRedirected, MSG_EDIT_WORDS, MSG_END_WORDS } from '../../commands/outside/bpf/sk_msg';
import { valueOf } from './args';
import type { Channel } from './channel';
import type { History, Told } from './history';
import { JudgedFd, type MsgFilter } from './judged_fd';
import { noteStamped } from './stamps';

/* Programs that say where the bytes go that a socket sends: BPF_PROG_TYPE_SK_MSG. */

/** Positions among the calls of bpf(2), from the end: the program is attached, and the socket gets it. */
const [ATTACH, PUT] = [-2, -1];
/** Position of the call that puts the other socket into its map. */
const PUT_TARGET = 2;

export function judgeSkMsg(history: History, told: Told): void {
  const returns = told.returnsOf('bpf');
  if (told.main[0].ret < 0) return;
  const map = history.add(new JudgedFd(told.call.result, 'map'));
  const fd = history.fd(valueOf(told, 'fd'));
  const to = history.fd(valueOf(told, 'to')) ?? null;
  const end = MSG_END_WORDS[valueOf(told, 'end')];
  if (to !== null && isRedirected(end) && returns[PUT_TARGET] === 0) to.isInSockmap = true;
  if (fd === undefined || returns.at(PUT) !== 0) return;
  fd.isInSockmap = true;
  if (returns.at(ATTACH) !== 0) return;
  // The sockets of other protocols have ways of their own.
  if (!isTcp(fd) || (to !== null && !isTcp(to)) || fd.hasUpperLayer)
    return [fd, ...(to === null ? [] : [to])].forEach(lose);
  const edit = MSG_EDIT_WORDS[valueOf(told, 'edit')];
  // Bytes that wait for more meet the next program together with those (tcp_bpf_sendmsg).
  const isWaited = fd.msgFilter !== null && fd.msgFilter.waiting_bytes > 0;
  if (isWaited) loseTargets(fd);
  fd.msgFilter = { map, edit, bytes: valueOf(told, 'bytes'), end, to: isRedirected(end) ? to : null, waiting_bytes: 0 };
  if (isWaited) loseTargets(fd);
  // A send without a copy is notified as often as the program makes packets of it, at the socket that sends them.
  for (const one of [fd, fd.msgFilter.to]) if (one !== null) one.notices.isUncounted = true;
}

const isTcp = ({ what, type, family, outgoing }: JudgedFd): boolean =>
  what === 'socket' && type === 'stream' && family.startsWith('inet') && outgoing?.isMptcp === false;

function lose({ incoming, outgoing, datagrams, outDatagrams }: JudgedFd): void {
  for (const channel of [incoming, outgoing]) loseChannel(channel);
  for (const packets of [datagrams, outDatagrams]) if (packets !== null) packets.unknown = packets.lossy = true;
}

function loseChannel(channel: Channel | null): void {
  if (channel !== null) channel.unknown = channel.lossy = true;
}

/** The map ends, and its program with it: the sockets send as before, some time. */
export function judgeMapEnd(history: History, map: JudgedFd): void {
  for (const fd of history.all()) {
    if (fd.msgFilter?.map !== map) continue;
    for (const one of [fd, fd.msgFilter.to]) if (one !== null) lose(one);
    fd.msgFilter = null;
  }
}

/**
 * A program sees a message of at most MESSAGE_MAX_BYTES as one: MAX_MSG_FRAGS fragments, all but the first of which
 * have 4096 bytes at least (sk_msg_alloc, net/core/skmsg.c, 6.1 to 7.3).
 */
const MESSAGE_MAX_BYTES = 60_000;
/** bpf_msg_push_data allocates no more than one page for these, which does not fail. */
const PUSHED_MAX_BYTES = 4096;

/** Facts about a call that sent bytes of a stream. */
interface Sent {
  /** The last one is urgent. */
  readonly isUrgent?: boolean;
  /** Bytes of the call, which has one buffer. Undefined: nobody says how they come to a program. */
  readonly ofBytes?: number;
  /** The acknowledgement of the last byte is told where the socket asks for its time. */
  readonly isStamped?: boolean;
}

/** Bytes of a stream that a call says it took. */
export function writeOut(history: History, fd: JudgedFd, bytes: Buffer, sent: Sent = {}): void {
  const { isUrgent = false, isStamped = false } = sent;
  const { msgFilter: filter, outgoing } = fd;
  const channel = filter === null ? outgoing : targetOf(fd, filter);
  for (const other of history.all()) if (other !== fd && waitsFor(other, channel)) loseTargets(other);
  if (filter === null || outgoing === null) outgoing?.write(bytes, isUrgent);
  else pass(history, { fd, filter, outgoing }, bytes, sent);
  noteStamped(fd, isStamped && filter === null);
}

interface Passing {
  readonly fd: JudgedFd;
  readonly filter: MsgFilter;
  readonly outgoing: Channel;
}

/** A program sees bytes that a socket sends: tcp_bpf_send_verdict, net/ipv4/tcp_bpf.c (6.1 to 7.3). */
function pass(history: History, { fd, filter, outgoing }: Passing, bytes: Buffer, { isUrgent, ofBytes }: Sent): void {
  const { edit, end, to } = filter;
  if (isUrgent === true || fd.hasUpperLayer || (isRedirected(end) && to?.open !== true)) return loseTargets(fd);
  if (end === 'drop') {
    // Of those that wait, and of those behind the ones that apply_bytes names, the call says that they were taken.
    if (edit === 'apply' || edit === 'cork') return;
    const message = bytes.length === 0 ? null : `a socket took ${bytes.length} bytes that its program drops`;
    return history.ask('filter-holds', message);
  }
  const changed = edited(filter, bytes, ofBytes);
  if (changed === undefined) return loseTargets(fd);
  const target = targetOf(fd, filter);
  // Bytes that wait for more are lost when the socket ends (sk_psock_destroy).
  if (edit === 'cork') {
    for (const channel of [outgoing, target]) if (channel !== null) channel.lossy = true;
    filter.waiting_bytes += bytes.length;
    // All of a message goes as soon as there is enough of it.
    if (filter.waiting_bytes >= filter.bytes && bytes.length <= MESSAGE_MAX_BYTES) filter.waiting_bytes = 0;
  }
  // The acknowledgement of an earlier byte may be told as that of a byte behind it (tcp_tx_timestamp).
  if (end === 'redirect' && to !== null) noteStamped(to, false);
  target?.expectAny(changed.before);
  if (end === 'redirect_in') target?.writeApart(changed.bytes);
  else target?.write(changed.bytes);
}

/** Whether bytes of a socket wait for more before they go into a stream: others go in before them. */
function waitsFor(fd: JudgedFd, channel: Channel | null): boolean {
  const { msgFilter } = fd;
  return channel !== null && msgFilter !== null && msgFilter.waiting_bytes > 0 && targetOf(fd, msgFilter) === channel;
}

function targetOf({ outgoing }: JudgedFd, { end, to }: MsgFilter): Channel | null {
  if (end === 'redirect') return to?.outgoing ?? null;
  return end === 'redirect_in' ? (to?.incoming ?? null) : outgoing;
}

/**
 * The bytes that a program sends on, and how many of them, at the beginning, have any value. A call returns the bytes
 * that it had less those that were left of the message (sk_msg_free).
 * @returns undefined: nobody knows
 */
function edited(
  { edit, bytes: count, end, to }: MsgFilter,
  bytes: Buffer,
  ofBytes: number | undefined,
): { readonly bytes: Buffer; readonly before: number } | undefined {
  const isMessage = ofBytes !== undefined && ofBytes <= MESSAGE_MAX_BYTES;
  switch (edit) {
    case 'none':
    case 'apply':
    case 'pull':
      return { bytes, before: 0 };
    case 'cork': {
      // Where a socket has no room for all, the rest is lost, with what earlier calls took; a redirect does not say so.
      const hasRoom = end !== 'redirect' || (to !== null && !to.options.has('sndbuf') && isNearlyEmpty(to));
      return bytes.length === ofBytes && hasRoom ? { bytes, before: 0 } : undefined;
    }
    case 'pop':
      if (!isMessage || ofBytes === count) return undefined;
      // More than there is cannot be taken out (bpf_msg_pop_data).
      return { bytes: ofBytes < count ? bytes : bytes.subarray(count), before: 0 };
    case 'push':
      if (!isMessage || count > PUSHED_MAX_BYTES) return undefined;
      return { bytes: Buffer.concat([Buffer.alloc(count), bytes]), before: count };
  }
}

/** A new socket has room for more: the second number of net.ipv4.tcp_wmem is four times as much. */
const ROOM_BYTES = 4096;
const isNearlyEmpty = ({ outgoing }: JudgedFd): boolean => outgoing !== null && outgoing.left < ROOM_BYTES;

/** Bytes go out that nobody knows. */
export function writeUnknown(fd: JudgedFd): void {
  if (fd.outgoing === null) return;
  noteStamped(fd, false);
  fd.outgoing.unknown = true;
  if (fd.msgFilter !== null) loseTargets(fd);
}

function loseTargets(fd: JudgedFd): void {
  const to = fd.msgFilter?.to ?? null;
  for (const channel of [fd.outgoing, to?.outgoing ?? null, to?.incoming ?? null]) loseChannel(channel);
}

/**
 * A call that sends bytes of a stream failed. Bytes that a program put in may have gone out before there was no room,
 * and those that wait are lost then (tcp_bpf_send_verdict).
 */
export function failToWrite(fd: JudgedFd): void {
  const { msgFilter: filter } = fd;
  if (filter !== null && filter.end !== 'drop' && (filter.edit === 'push' || filter.edit === 'cork')) loseTargets(fd);
}
