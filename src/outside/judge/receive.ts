import { DRAIN_BYTES, DRAIN_STEPS } from '../../commands/outside/socket/end';
import { MSGHDR_CONTROL_BYTES_AT, MSGHDR_FLAGS_AT } from '../../commands/outside/msghdr';
import { MSG } from '../../commands/outside/message_flags';
import { RECV_FLAGS, RECV_OUT } from '../../commands/outside/socket/recv';
import type { StepResult } from '../../commands/outside/step';
import { EAGAIN, judgeNothing, judgePeeked } from './at_once';
import type { Channel } from './channel';
import type { Datagram } from './datagrams';
import type { History, Told } from './history';
import type { JudgedFd } from './judged_fd';
import { judgeMeminfoOf } from './meminfo';
import { frameOf } from './links/read_frame';
import { judgeArrived, judgeFrame } from './packets';
import { judgeInq } from './questions';
import { valueOf } from './args';
import { judgeTlsError } from './tls';

/* The bytes that calls receive. */

const flag = (told: Told, word: (typeof RECV_FLAGS)[number]): boolean =>
  ((valueOf(told, 'flags') >>> RECV_FLAGS.indexOf(word)) & 1) === 1;

export function judgeRecv(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const [{ ret, out }] = told.main;
  const len = valueOf(told, 'len');
  // Urgent data is read apart from the rest, and is one byte.
  if (ret >= 0 && !flag(told, 'trunc') && !flag(told, 'oob')) history.ask('return-is-true', atMost(ret, len));
  if (fd === undefined) return;
  // A receive takes packets out, or a part of one.
  if (fd.family === 'packet') return void (fd.datagrams.lossy = true);
  if (fd.type === 'stream') return judgeStreamRecv(history, told, fd, len);
  if (ret === EAGAIN && !flag(told, 'oob') && !(flag(told, 'peek') && fd.peekOffset.isOn))
    judgeNothing(history, fd, len);
  if (ret < 0) return;
  const cut = (out[RECV_OUT.header].readUInt32LE(MSGHDR_FLAGS_AT) & MSG.trunc) !== 0;
  const isJoined = fd.option('udp_gro') === 1 && out[RECV_OUT.header].readUInt32LE(MSGHDR_CONTROL_BYTES_AT) > 0;
  const isPeek = flag(told, 'peek');
  if (isPeek && fd.peekOffset.isOn) return;
  const data = out[RECV_OUT.data].subarray(0, Math.min(ret, len));
  judgeDatagram(history, fd, data, { cut, isJoined, isPeek });
}

function judgeStreamRecv(history: History, told: Told, fd: JudgedFd, len: number): void {
  const [{ ret, out }] = told.main;
  const { incoming } = fd;
  if (incoming === null) return;
  const isPeek = flag(told, 'peek');
  // Urgent data is read apart from the stream; tls_sw_recvmsg does not know the flag.
  if (flag(told, 'oob') && !incoming.isTls && !incoming.isMptcp) {
    // sk_msg_recvmsg does not know it either, and reads what a program redirected.
    if (ret >= 0 && fd.isInSockmap) incoming.unknown = true;
    else if (ret >= 0 && !isPeek) takeUrgent(incoming);
    return;
  }
  if (ret === EAGAIN && !(isPeek && fd.peekOffset.isOn)) judgeNothing(history, fd, len);
  if (!isPeek) {
    if (ret === EAGAIN) judgePeeked(history, incoming, Buffer.alloc(0), len);
    incoming.beginRead();
  }
  if (ret < 0) return judgeStreamError(history, incoming, told);
  if (flag(told, 'trunc') && fd.family !== 'unix' && !incoming.isTls) {
    if (isPeek) fd.peekOffset.peeked(ret);
    else fd.peekOffset.took(ret);
    if (ret > 0 && !isPeek && incoming.take(ret) === undefined && !incoming.unknown)
      history.ask('stream-in-order', `${ret} bytes were discarded, but only ${incoming.left} are on their way`);
    return;
  }
  const data = out[RECV_OUT.data].subarray(0, Math.min(ret, len));
  if (isPeek) judgePeek(history, fd, incoming, data);
  else {
    fd.peekOffset.took(ret);
    judgePeeked(history, incoming, data, len);
    judgeStreamBytes(history, incoming, data, len > 0);
  }
  if (fd.option('inq') === 1 && fd.family === 'unix') judgeInq(history, fd, controlOf(out));
}

/** The control data that the kernel wrote. */
function controlOf(out: readonly Buffer[]): Buffer {
  return out[RECV_OUT.control].subarray(0, out[RECV_OUT.header].readUInt32LE(MSGHDR_CONTROL_BYTES_AT));
}

function takeUrgent(incoming: Channel): void {
  incoming.mark.isTaken = true;
  incoming.peeked = null;
}

/** Only what the kernel promises of a peek: the bytes are those that are next, and nothing is taken out. */
function judgePeek(history: History, fd: JudgedFd, incoming: Channel, data: Buffer): void {
  incoming.peeked = null;
  if (data.length === 0 || incoming.unknown || (fd.isInSockmap && fd.peekOffset.isOn)) return;
  const { peekOffset } = fd;
  // tls_sw_recvmsg does not know SO_PEEK_OFF.
  const isOn = peekOffset.isOn && !incoming.isTls;
  const offset = isOn ? peekOffset.start : 0;
  // Urgent data of TCP comes between.
  const isFirst = !isOn && (fd.family === 'unix' || !incoming.hasUrgent);
  if (isFirst) incoming.peeked = { bytes: data, mark: incoming.mark.at };
  if (offset === undefined) return;
  const differs = incoming.peek(data, offset);
  history.ask('stream-in-order', differs < 0 ? null : `byte ${differs} of ${data.length} peeked bytes is wrong`);
  if (isOn) peekOffset.peeked(data.length);
}

export function judgeStreamBytes(history: History, incoming: Channel, data: Buffer, canEnd: boolean): void {
  if (incoming.unknown) return;
  if (data.length === 0) {
    if (canEnd) judgeEnd(history, incoming);
    return;
  }
  const { left } = incoming;
  const differs = incoming.read(data);
  const message =
    differs < 0
      ? null
      : differs >= left
        ? `${data.length} bytes arrived, but only ${left} were on their way`
        : `byte ${differs} of ${data.length} is not the byte that was sent`;
  history.ask('stream-in-order', message);
  if (message !== null) incoming.unknown = true;
}

function judgeEnd(history: History, incoming: Channel): void {
  incoming.endSeen = true;
  if (incoming.lossy || history.lossy) return;
  const { left } = incoming;
  history.ask(
    'stream-ends',
    !incoming.ended
      ? 'the end of a stream arrived that nobody ended'
      : incoming.isRead
        ? null
        : `the stream ended ${left} bytes before its end`,
  );
}

/** A reset needs a cause. */
function judgeStreamError(history: History, incoming: Channel, { main }: Told): void {
  const ECONNRESET = -104;
  const { ret } = main[main.length - 1];
  judgeTlsError(history, incoming, ret);
  if (ret !== ECONNRESET || history.lossy) return;
  history.ask('stream-ends', incoming.lossy ? null : 'the connection was reset, though both ends are open');
}

interface Received {
  readonly cut: boolean;
  /** The kernel said that it joined datagrams (UDP_GRO). */
  readonly isJoined: boolean;
  readonly isPeek: boolean;
}

function judgeDatagram(history: History, fd: JudgedFd, data: Buffer, { cut, isJoined, isPeek }: Received): void {
  const { datagrams } = fd;
  if (datagrams.unknown) return;
  // The end of a connection of packets reads as an empty packet.
  if (data.length === 0 && !cut && fd.type === 'seqpacket') return;
  if (isJoined && cut) return void (datagrams.unknown = true);
  const found = isJoined ? datagrams.findJoined(data) : [datagrams.find(data, cut)].filter((at) => at >= 0);
  const message = found.length > 0 ? null : `${data.length} bytes arrived that are no datagram on its way`;
  history.ask('datagram-whole', message);
  if (message !== null) datagrams.unknown = true;
  else if (!isPeek) datagrams.remove(found);
}

export function judgeDrain(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  if (fd === undefined) return;
  // The ring has its frames.
  if (fd.packetRing !== null) return;
  if (fd.family === 'packet') return judgeFrames(history, told, fd);
  const reads = told.at(DRAIN_STEPS.read);
  if (fd.what === 'memfd') return judgeFile(history, fd, reads[0]);
  for (const { ret, out } of reads) {
    if (ret < 0) break;
    const data = out[0].subarray(0, ret);
    fd.peekOffset.took(ret);
    if (fd.type !== 'stream') judgeDatagram(history, fd, data, NOT_CUT);
    else if (fd.incoming !== null) judgeDrained(history, fd.incoming, data);
  }
  const last = reads.at(-1);
  if (last !== undefined) judgeLast(history, told, fd, last);
  const info = told.at(DRAIN_STEPS.meminfo)[0];
  if (info?.ret === 0) judgeDrainedMeminfo(history, fd, info, last);
}

function judgeFrames(history: History, told: Told, fd: JudgedFd): void {
  const reads = told.at(DRAIN_STEPS.readOfFrames);
  for (const { ret, out } of reads) if (ret > 0) judgeFrame(history, fd, frameOf(out, ret));
  if (reads.at(-1)?.ret === EAGAIN) judgeArrived(history, fd, told.settling);
}

/** Nothing writes to a file but pwrite64 when it is made, and splice: see splices.ts. */
function judgeFile(history: History, fd: JudgedFd, read: StepResult | undefined): void {
  if (read === undefined || read.ret < 0 || fd.contentUnknown) return;
  const bytes = read.out[0].subarray(0, read.ret);
  const message = bytes.equals(fd.content) ? null : `a file of ${fd.content.length} bytes has changed`;
  history.ask('file-unchanged', message);
}

function judgeDrained(history: History, incoming: Channel, data: Buffer): void {
  incoming.beginRead();
  judgePeeked(history, incoming, data, DRAIN_BYTES);
  judgeStreamBytes(history, incoming, data, true);
}

/** A drain reads into a buffer that is longer than each datagram, and does not ask whether datagrams were joined. */
const NOT_CUT: Received = { cut: false, isJoined: false, isPeek: false };

function judgeLast(history: History, told: Told, fd: JudgedFd, { ret, interrupted }: StepResult): void {
  const { incoming } = fd;
  if (ret === EAGAIN) judgeNothing(history, fd, 1);
  fd.incoming?.beginRead();
  if (fd.type !== 'stream' || incoming === null) return;
  if (ret < 0 && !interrupted) return judgeStreamError(history, incoming, told);
  if (!interrupted || incoming.unknown || incoming.lossy || history.lossy || !incoming.ended) return;
  history.ask('stream-ends', `${incoming.left} bytes and the end of the stream did not arrive in 3 seconds`);
}

function judgeDrainedMeminfo(history: History, fd: JudgedFd, info: StepResult, last: StepResult | undefined): void {
  const { rmem_alloc, rcvbuf, drops } = judgeMeminfoOf(history, info.out[0], fd);
  if (fd.what !== 'socket' || last === undefined) return;
  const isEmpty = fd.isStream ? last.ret === 0 : last.ret === EAGAIN;
  // Out-of-band data stays in the queue of a stream.
  // Notices of times stay in the queue of errors, and are charged, too (sock_queue_err_skb).
  const isPlain =
    fd.stamped === null && !fd.isInSockmap && fd.incoming?.isTls !== true && fd.incoming?.isGarbled !== true;
  if (isEmpty && isPlain && fd.family !== 'unix' && !fd.shutRead)
    history.ask('charge-returns', rmem_alloc === 0 ? null : `an empty socket is charged for ${rmem_alloc} bytes`);
  const { datagrams } = fd;
  // A datagram is dropped where the buffer is full, and for no other reason (udp(7)).
  const hasRoom = !fd.options.has('rcvbuf') && datagrams.chargeMax < rcvbuf;
  if (fd.type !== 'dgram' || last.ret !== EAGAIN || (drops > 0 && !hasRoom)) return;
  if (datagrams.unknown || history.lossy) return;
  const waiting = datagrams.lossy ? dueFor(fd) : datagrams.waiting;
  if (datagrams.lossy && !datagrams.hadDue) return;
  const message = waiting.length === 0 ? null : `a datagram of ${waiting[0].bytes.length} bytes did not arrive`;
  history.ask('datagram-arrives', message);
}

/** Datagrams that arrive for certain, while nobody changes the socket. */
function dueFor({ datagrams, options, peer, shutRead }: JudgedFd): readonly Datagram[] {
  if (options.size > 0 || shutRead) return [];
  return datagrams.waiting.filter(({ isDue, from }) => isDue === true && from === peer?.id);
}

function atMost(ret: number, len: number): string | null {
  return ret <= len ? null : `the call returned ${ret}, but its buffer has ${len} bytes`;
}
