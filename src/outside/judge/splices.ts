import { bytesOf, type History, type Told } from './history';
import { JudgedFd, packetsFrom } from './judged_fd';
import { failToWrite, writeOut, writeUnknown } from './msg_filter';
import { sendDatagram } from './send';
import { valueOf } from './args';
import { noteSent } from './tls';

/* Bytes that move between files, sockets and pipes without a visit to user space. */

/** Position of pwrite64 among the steps of memfd_create. */
const PWRITE = 3;

export function judgeMemfd(history: History, told: Told): void {
  if (told.main[0].ret < 0) return;
  const fd = history.add(new JudgedFd(told.call.result, 'memfd'));
  fd.content = bytesOf(told, Math.max(0, told.at(PWRITE)[0]?.ret ?? 0));
}

/** Takes the bytes from where a call read them; undefined: nobody knows them. */
function takeFrom(history: History, from: JudgedFd, offset: number, bytes: number): Buffer | undefined {
  if (from.what === 'memfd') {
    if (from.contentUnknown) return undefined;
    const isThere = offset + bytes <= from.content.length;
    history.ask('return-is-true', isThere ? null : `${bytes} bytes moved from behind the end of a file`);
    return isThere ? from.content.subarray(offset, offset + bytes) : undefined;
  }
  const { incoming } = from;
  // A splice takes what TCP has, and not what a program redirected.
  if (incoming?.hasApart === true) incoming.unknown = true;
  if (incoming === null || from.type !== 'stream') {
    // A datagram moves in pieces: what is left of it is lost.
    from.datagrams.unknown = true;
    return undefined;
  }
  const moved = incoming.take(bytes);
  // unix_stream_read_generic moves it back; tcp_read_sock does not (6.12 and 7.3).
  if (from.family === 'unix') from.peekOffset.took(bytes);
  if (moved === undefined && !incoming.unknown) {
    history.ask('stream-in-order', `${bytes} bytes moved, but only ${incoming.left} are on their way`);
    incoming.unknown = true;
  }
  return moved;
}

/** Puts the bytes where a call wrote them. */
function putInto(history: History, to: JudgedFd, bytes: Buffer | undefined): void {
  if (to.what === 'memfd') return writeFile(history, to);
  if (to.type !== 'stream' && to.what === 'socket') {
    const target = packetsFrom(to);
    if (target !== undefined) target.unknown = true;
    return;
  }
  if (bytes === undefined) writeUnknown(to);
  else writeOut(history, to, bytes);
}

/** Pages of the file that are on their way in pipes and sockets change with it. */
function writeFile(history: History, to: JudgedFd): void {
  to.contentUnknown = true;
  for (const { incoming, outgoing, datagrams } of history.all()) {
    if (incoming !== null && incoming.left > 0) incoming.unknown = true;
    if (outgoing !== null && outgoing.left > 0) outgoing.unknown = true;
    if (datagrams.waiting.length > 0) datagrams.unknown = true;
  }
}

export function judgeSplice(history: History, told: Told): void {
  const from = history.fd(valueOf(told, 'from'));
  const to = history.fd(valueOf(told, 'to'));
  const [{ ret, out }] = told.main;
  const offset = valueOf(told, 'offset');
  const len = valueOf(told, 'len');
  const stream = to?.outgoing ?? null;
  if (stream !== null) noteSent(stream, ret, ret < 0 ? len : ret, valueOf(told, 'flags') === 1 || ret < len);
  if (ret < 0 && to !== undefined) failToWrite(to);
  if (ret < 0) return judgeLostBySplice(from, to);
  judgeMoved(history, told, ret);
  if (from === undefined || to === undefined) return;
  if (from.what === 'memfd') judgeOffset(history, out[0], offset, ret);
  const isPacket = from.what === 'socket' && from.type !== 'stream';
  if (ret === 0 && !isPacket) return;
  const moved = takeFrom(history, from, offset, ret);
  const isUdp = to.type === 'dgram' && to.what === 'socket' && to.family !== 'unix';
  // splice_to_socket makes one datagram of all, or a part of one that is corked.
  const target = to.corkedTo ?? to.peer;
  // Only a splice of all that was asked for is judged.
  if (isUdp && ret < len) to.mayBeCorked = true;
  if (isUdp && moved !== undefined && target !== null && from.what === 'pipe')
    sendDatagram(to, target, moved, { more: valueOf(told, 'flags') === 1, segment: to.option('udp_segment') });
  else putInto(history, to, moved);
}

/** A splice to a socket that fails may have taken bytes from the pipe: splice_from_pipe_feed. */
function judgeLostBySplice(from: JudgedFd | undefined, to: JudgedFd | undefined): void {
  if (from?.what !== 'pipe' || from.incoming === null || to?.what !== 'socket') return;
  const target = packetsFrom(to);
  if (to.type !== 'stream' && target !== undefined) target.unknown = true;
}

export function judgeSendfile(history: History, told: Told): void {
  const from = history.fd(valueOf(told, 'from'));
  const to = history.fd(valueOf(told, 'to'));
  const [{ ret, out, interrupted }] = told.main;
  const offset = valueOf(told, 'offset');
  if (to === undefined || from === undefined) return;
  // splice_direct_to_actor says MSG_MORE where the file has less than was asked for.
  if (to.outgoing !== null) noteSent(to.outgoing, ret, valueOf(told, 'len'), ret < valueOf(told, 'len'));
  if (ret < 0) {
    failToWrite(to);
    // sendfile moves through a pipe of its own: an interrupted one says what it moved, or nothing.
    if (interrupted && to.outgoing !== null) to.outgoing.unknown = true;
    return;
  }
  judgeMoved(history, told, ret);
  if (from.what !== 'memfd') return putInto(history, to, undefined);
  judgeOffset(history, out[0], offset, ret);
  if (ret <= 0) return;
  const moved = takeFrom(history, from, offset, ret);
  const target = to.corkedTo ?? to.peer;
  // Parts of one datagram, however many the pipe inside of sendfile makes of them.
  const isCorked = to.type === 'dgram' && to.family !== 'unix' && to.option('udp_cork') === 1;
  if (isCorked && ret < valueOf(told, 'len')) to.mayBeCorked = true;
  if (isCorked && moved !== undefined && target !== null)
    sendDatagram(to, target, moved, { more: true, segment: to.option('udp_segment') });
  else putInto(history, to, moved);
}

export function judgeVmsplice(history: History, told: Told): void {
  const to = history.fd(valueOf(told, 'fd'));
  const [{ ret }] = told.main;
  if (ret <= 0) return;
  judgeMoved(history, told, ret);
  if (to?.outgoing === null && to.incoming !== null) {
    // From the end for reading it moves the other way: into the memory.
    takeFrom(history, to, 0, ret);
    return;
  }
  if (to !== undefined) putInto(history, to, bytesOf(told, valueOf(told, 'len')).subarray(0, ret));
}

export function judgeTee(history: History, told: Told): void {
  const from = history.fd(valueOf(told, 'from'));
  const to = history.fd(valueOf(told, 'to'));
  const [{ ret }] = told.main;
  if (ret <= 0) return;
  judgeMoved(history, told, ret);
  if (from === undefined || from.incoming === null || to === undefined) return;
  const copied = from.incoming.next(ret);
  if (copied === undefined && !from.incoming.unknown)
    history.ask('stream-in-order', `${ret} bytes were copied, but only ${from.incoming.left} are in the pipe`);
  putInto(history, to, copied);
}

function judgeMoved(history: History, told: Told, ret: number): void {
  const len = valueOf(told, 'len');
  history.ask('return-is-true', ret <= len ? null : `${ret} bytes moved, but ${len} were asked for`);
}

function judgeOffset(history: History, bytes: Buffer, before: number, moved: number): void {
  const after = Number(bytes.readBigInt64LE(0));
  const message =
    after === before + moved ? null : `the offset went from ${before} to ${after}, but ${moved} bytes moved`;
  history.ask('return-is-true', message);
}
