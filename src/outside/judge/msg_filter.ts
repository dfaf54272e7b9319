import { isRedirected, MSG_EDIT_WORDS, MSG_END_WORDS } from '../../commands/outside/bpf/sk_msg';
import { valueOf } from './args';
import type { Channel } from './channel';
import type { History, Told } from './history';
import { JudgedFd } from './judged_fd';

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
  fd.msgFilter = { map, edit, end, to: isRedirected(end) ? to : null };
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

/** Bytes of a stream that a call says it took. @param isUrgent - the last one is */
export function writeOut(history: History, fd: JudgedFd, bytes: Buffer, isUrgent = false): void {
  const { msgFilter: filter, outgoing } = fd;
  if (filter === null || outgoing === null) return void outgoing?.write(bytes, isUrgent);
  const { edit, end, to } = filter;
  // The length that a call returns is not that of a message which the program changed, or drops in parts.
  const isChanged = edit === 'pop' || edit === 'push' || (end === 'drop' && edit !== 'none');
  if (isUrgent || isChanged || fd.hasUpperLayer || (isRedirected(end) && to?.open !== true)) {
    for (const channel of [outgoing, to?.outgoing ?? null, to?.incoming ?? null]) loseChannel(channel);
    return;
  }
  const target =
    end === 'redirect' ? (to?.outgoing ?? null) : end === 'redirect_in' ? (to?.incoming ?? null) : outgoing;
  // Bytes that wait for more are lost when the socket ends (sk_psock_drop).
  if (edit === 'cork') for (const channel of [outgoing, target]) if (channel !== null) channel.lossy = true;
  if (end === 'drop') {
    const message = bytes.length === 0 ? null : `a socket took ${bytes.length} bytes that its program drops`;
    return history.ask('filter-holds', message);
  }
  if (end === 'redirect_in') target?.writeApart(bytes);
  else target?.write(bytes);
}
