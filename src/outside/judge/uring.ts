import { IORING_CQE_F_MORE, IORING_CQE_F_NOTIF } from '../../commands/outside/abi/uapi/io_uring';
import type { Cqe } from '../../commands/outside/abi/io_uring/ring';
import { MSG } from '../../commands/outside/message_flags';
import { MSGHDR_BYTES, MSGHDR_CONTROL_BYTES_AT, MSGHDR_FLAGS_AT } from '../../commands/outside/msghdr';
import { mayComplete, URING_RECV_FLAGS } from '../../commands/outside/uring/recv';
import { completionsIn, CQ_ENTRIES, SLOTS, URING_OUT } from '../../commands/outside/uring/ring';
import { ZC_FLAGS } from '../../commands/outside/uring/send';
import type { StepResult } from '../../commands/outside/step';
import { valueOf } from './args';
import type { History, Told } from './history';
import { JudgedFd, packetsFrom } from './judged_fd';
import { JudgedRing, type JudgedRequest } from './state/judged_ring';
import { judgeRecv } from './receive';
import { judgeSend } from './send';

/* Requests to io_uring, and their completions. */

export function judgeRing(history: History, told: Told): void {
  if (told.main[0].ret < 0) return;
  history.rings.set(history.add(new JudgedFd(told.call.result, 'ring')), new JudgedRing());
}

export function judgeUringSend(history: History, told: Told): void {
  const ring = ringOf(history, told);
  if (ring === undefined) return;
  const request = add(history, ring, told, -1);
  judgeAnswer(history, ring, told.main[0]);
  judgeAtOnce(history, request);
  const isReused = told.call.command.name === 'uring_send_zc' && flag(told, ZC_FLAGS, 'reuse');
  const waited = told.answersTo('io_uring_enter').at(1);
  if (!isReused || waited === undefined) return;
  judgeAnswer(history, ring, waited);
  // The buffer was overwritten before the kernel let it go.
  if (request.isAwaited && !request.isNotified && request.fd !== undefined) losesBytes(request.fd);
}

function losesBytes(fd: JudgedFd): void {
  const target = packetsFrom(fd);
  if (fd.type !== 'stream' && target !== undefined) target.unknown = true;
  if (fd.outgoing !== null) fd.outgoing.unknown = true;
}

export function judgeUringRecv(history: History, told: Told): void {
  const ring = ringOf(history, told);
  if (ring === undefined) return;
  const flags = valueOf(told, 'flags');
  const isLater = mayComplete(flags);
  const request = add(history, ring, told, isLater ? ring.receives % SLOTS : -1);
  judgeAnswer(history, ring, told.main[0]);
  if (!isLater) return judgeAtOnce(history, request);
  ring.receives++;
  const { fd } = request;
  // Two receives with one buffer.
  const others = ring.waiting.filter(({ slot, isDone }) => slot === request.slot && !isDone);
  for (const one of [...others, ...(others.length > 0 ? [request] : [])]) if (one.fd !== undefined) losesReads(one.fd);
  ring.waiting.push(request);
  if (request.isDone || fd === undefined) return;
  if (fd.incoming !== null) fd.incoming.claims++;
  fd.datagrams.lossy = true;
}

function losesReads({ incoming, datagrams }: JudgedFd): void {
  if (incoming !== null) incoming.unknown = true;
  datagrams.unknown = true;
}

export function judgeUringWait(history: History, told: Told): void {
  const ring = ringOf(history, told);
  if (ring === undefined) return;
  judgeAnswer(history, ring, told.main[0]);
  ring.waiting = [];
  if (!told.settling || history.lossy || ring.seen >= CQ_ENTRIES) return;
  // All sockets are closed: the kernel has let go of what they sent.
  for (const { isAwaited, isNotified, fd, told: sent } of ring.requests.values()) {
    if (!isAwaited || fd === undefined || fd.isShared || fd.isOverLink || mayHold(fd)) continue;
    const message = isNotified ? null : `the send of call ${sent.position + 1} was never notified`;
    history.ask('notified-once', message);
  }
}

/** The other end has no name that settle could close: it holds what it has not read. */
const mayHold = ({ peer, unnamed }: JudgedFd): boolean => unnamed !== null || peer?.open === true;

function ringOf(history: History, told: Told): JudgedRing | undefined {
  const fd = history.fd(valueOf(told, 'ring'));
  return fd === undefined ? undefined : history.rings.get(fd);
}

function add(history: History, ring: JudgedRing, told: Told, slot: number): JudgedRequest {
  const fd = history.fd(valueOf(told, 'fd'));
  const request = { told, fd, slot, isDone: false, isAwaited: false, isNotified: false };
  ring.requests.set(told.position, request);
  return request;
}

/** A request that must not wait has completed when the call returns that put it in. */
function judgeAtOnce(history: History, { told, isDone }: JudgedRequest): void {
  if (told.main[0].out.length === 0) return;
  history.ask('completed-once', isDone ? null : 'a request that must not wait has no completion');
}

function judgeAnswer(history: History, ring: JudgedRing, answer: StepResult): void {
  const rings = answer.out.at(URING_OUT.rings);
  if (rings === undefined || rings.length === 0) return;
  const all = completionsIn(rings);
  for (const completion of all.slice(ring.seen)) judgeCompletion(history, ring, completion, answer);
  ring.seen = Math.max(ring.seen, all.length);
}

function judgeCompletion(
  history: History,
  ring: JudgedRing,
  { userData, flags, result }: Cqe,
  answer: StepResult,
): void {
  const position = Number(userData);
  const request = ring.requests.get(position);
  if ((flags & IORING_CQE_F_NOTIF) !== 0) {
    const isRight = request !== undefined && request.isAwaited && !request.isNotified;
    history.ask('notified-once', isRight ? null : `a notification for call ${position + 1}, which has none to come`);
    if (request !== undefined) request.isNotified = true;
    return;
  }
  const isRight = request !== undefined && !request.isDone;
  history.ask('completed-once', isRight ? null : `a completion for call ${position + 1}, which has none to come`);
  if (request === undefined || request.isDone) return;
  request.isDone = true;
  request.isAwaited = (flags & IORING_CQE_F_MORE) !== 0;
  if (request.told.call.command.name !== 'uring_recv') judgeSent(history, request, result);
  else judgeReceived(history, ring, request, result, answer);
}

function judgeSent(history: History, { told }: JudgedRequest, result: number): void {
  const { call } = told;
  const isCopied = call.command.name === 'uring_send';
  const flagsAt = call.command.args.findIndex(({ name }) => name === 'flags');
  const args = call.args.map((value, at) => (isCopied || at !== flagsAt ? value : value & FLAGS_OF_BOTH));
  judgeSend(history, { ...told, call: { ...call, args }, main: [{ ...told.main[0], ret: result }] });
}

/** The flags that a send without a copy shares with send. Its ring is notified, and not its socket. */
const FLAGS_OF_BOTH = (1 << ZC_FLAGS.indexOf('waitall')) - 1;

/** A receive that waited has taken its bytes some time ago: the stream says whether another read came between. */
function judgeReceived(
  history: History,
  ring: JudgedRing,
  request: JudgedRequest,
  result: number,
  answer: StepResult,
): void {
  const { told, fd } = request;
  if (fd === undefined || result === ECANCELED) return;
  const at = ring.waiting.indexOf(request);
  const isLate = !told.main[0].out.includes(answer.out[URING_OUT.data]);
  if (isLate && fd.incoming !== null) fd.incoming.claims--;
  const data = isLate ? (at < 0 ? undefined : answer.out.at(URING_OUT.waiting + at)) : answer.out[URING_OUT.data];
  if (data === undefined) return losesReads(fd);
  if (isLate && dependsOnOptions(told, fd)) return losesReads(fd);
  const bytes = data.subarray(0, Math.max(0, result));
  judgeRecv(history, {
    ...told,
    main: [{ ...answer, ret: result, out: [bytes, headerOf(fd, bytes, told), NONE, ONE] }],
  });
}

/** Nobody knows whether it took its bytes before or behind a call that changed the option, or the place of peeks. */
function dependsOnOptions(told: Told, { options }: JudgedFd): boolean {
  return options.has('udp_gro') || (flag(told, URING_RECV_FLAGS, 'peek') && options.has('peek_off'));
}

const ECANCELED = -125;
const NONE = Buffer.alloc(0);
const ONE = Buffer.alloc(1);

/** No completion says that a datagram is cut, or that some were joined: both may be where the bytes are no datagram. */
function headerOf({ datagrams, ...fd }: JudgedFd, bytes: Buffer, told: Told): Buffer {
  const header = Buffer.alloc(MSGHDR_BYTES);
  const isWhole = datagrams.find(bytes, false) >= 0;
  const isJoined = fd.options.get('udp_gro') === 1 && datagrams.findJoined(bytes).length > 0;
  if (!isWhole && isJoined) header.writeUInt32LE(1, MSGHDR_CONTROL_BYTES_AT);
  const isFull = bytes.length === valueOf(told, 'len');
  if (!isWhole && !isJoined && isFull) header.writeUInt32LE(MSG.trunc, MSGHDR_FLAGS_AT);
  return header;
}

const flag = (told: Told, words: readonly string[], word: string): boolean =>
  ((valueOf(told, 'flags') >>> words.indexOf(word)) & 1) === 1;
