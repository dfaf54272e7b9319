import type { OutsideFd } from '../../../model/structs/outside';
import { defineOutside } from '../define_outside';
import type { Errno } from '../errno';
import { fdNumber, fdOf, pickFd } from '../fd';
import { fillSeed, fillStep } from '../fill';
import { MSG, messageFlags } from '../message_flags';
import { SEND_FLAGS, SEND_MAX } from '../socket/send';
import { pickRing, resultOfRequest } from './ring';
import { enterStep, noteRequest, requestSteps } from './request';

/** The flags of send, and: the request goes on until all is sent, or the socket has no room. */
const FLAGS = [...SEND_FLAGS, 'waitall'] as const;
/** Flags at the positions that they have in send. reuse: the buffer is overwritten when the notification is there. */
export const ZC_FLAGS = ['more', 'oob', 'waitall', 'reuse'] as const;
const REUSE = 1 << ZC_FLAGS.indexOf('reuse');
/** The notification of a send comes with the acknowledgement, which a receiver keeps for 40 ms (TCP_DELACK_MIN). */
const NOTICE_LIMIT_MS = 60;
/** Each byte of a buffer that is overwritten differs: see fillSeed. */
const OVERWRITES = 0x5a5a_5a5a;

const ERRORS: readonly Errno[] = [
  ...(['EBADF', 'EOPNOTSUPP', 'ENOTSOCK', 'EAGAIN', 'EPIPE', 'ECONNRESET', 'EDESTADDRREQ', 'EMSGSIZE'] as const),
];
const ELSEWHERE: readonly Errno[] = [
  ...(['ECONNREFUSED', 'EINVAL', 'EISCONN', 'EPERM', 'ENETUNREACH', 'EBADMSG', 'EPROTOTYPE', 'ETIMEDOUT'] as const),
  ...(['EIO', 'EHOSTUNREACH', 'ENETDOWN', 'EACCES'] as const),
];

const canSend = (fd: OutsideFd): boolean =>
  fd.what === 'socket' && !fd.listening && !fd.shutWrite && fd.peer !== null && fd.family !== 'packet';

export const URING_SEND = defineOutside({
  name: 'uring_send',
  number: 201,
  args: [
    { name: 'ring', type: 'fd' },
    { name: 'fd', type: 'fd' },
    { name: 'len', type: 'int', min: 0, max: SEND_MAX },
    { name: 'flags', type: 'flags', words: FLAGS, default: 0 },
  ],
  promised: {
    text: 'The request completes with the number of bytes that it took.',
    source: 'IORING_OP_SEND of io_uring_enter(2), send(2)',
  },
  syscall: 'io_uring_enter',
  errors: [...ERRORS, 'ENOTCONN'],
  elsewhere: ELSEWHERE,
  resultIn: resultOfRequest,
  weight: 6,
  usuallyNext: ['uring_recv', 'recv', 'uring_send'],
  draw(world, draw, args) {
    args.ring = pickRing(world, draw);
    args.fd = pickFd(world, draw, canSend);
    if (args.ring < 0 || args.fd < 0) return false;
    args.len = draw.chance(1, 8) ? draw.size(0, SEND_MAX) : draw.size(0, 9000);
    args.flags = draw.chance(1, 3) ? 1 << draw.below(FLAGS.length) : 0;
    return true;
  },
  run(world, { ring, fd, flags }) {
    noteRequest(fdOf(world, ring), 1);
    noteSent(fdOf(world, fd), flags);
  },
  steps(world, { ring, fd, len, flags }, _result, memory) {
    const fill = fillStep(memory, len);
    const opFlags = messageFlags(SEND_FLAGS, flags) | (waits(flags) ? MSG.waitall : 0) | MSG.dontwait;
    const object = fdOf(world, ring);
    const request = {
      op: 'send',
      fd: fdNumber(fd),
      at: fill.at,
      bytes: len,
      opFlags,
      userData: memory.position,
    } as const;
    return [fill, ...requestSteps(object, request), enterStep(object, 1, 0)];
  },
});

const waits = (flags: number): boolean => (flags >>> FLAGS.indexOf('waitall')) % 2 === 1;

function noteSent({ peer }: OutsideFd, flags: number): void {
  if (peer === null) return;
  peer.queued++;
  if ((flags & (1 << SEND_FLAGS.indexOf('oob'))) !== 0 && peer.isStream) peer.urgent = true;
}

export const URING_SEND_ZC = defineOutside({
  name: 'uring_send_zc',
  number: 202,
  args: [
    { name: 'ring', type: 'fd' },
    { name: 'fd', type: 'fd' },
    { name: 'len', type: 'int', min: 0, max: SEND_MAX },
    { name: 'flags', type: 'flags', words: ZC_FLAGS, default: 0 },
  ],
  promised: {
    text: 'The request completes, and is notified once when its buffer may be used again.',
    source: 'IORING_OP_SEND_ZC of io_uring_enter(2)',
  },
  syscall: 'io_uring_enter',
  errors: ERRORS,
  elsewhere: [...ELSEWHERE, 'ENOTCONN'],
  resultIn: resultOfRequest,
  weight: 6,
  usuallyNext: ['uring_recv', 'recv', 'uring_send_zc', 'uring_wait'],
  draw(world, draw, args) {
    args.ring = pickRing(world, draw);
    args.fd = pickFd(world, draw, (fd) => canSend(fd) && (fd.family !== 'unix' || draw.below(8) === 0));
    if (args.ring < 0 || args.fd < 0) return false;
    args.len = draw.chance(1, 4) ? draw.size(0, SEND_MAX) : draw.size(0, 9000);
    args.flags = draw.chance(1, 2) ? 0 : draw.below(1 << ZC_FLAGS.length);
    return true;
  },
  run(world, { ring, fd, flags }) {
    noteRequest(fdOf(world, ring), 2);
    noteSent(fdOf(world, fd), flags);
  },
  steps(world, { ring, fd, len, flags }, _result, memory) {
    const fill = fillStep(memory, len);
    const opFlags = messageFlags(ZC_WORDS, flags) | MSG.dontwait;
    const object = fdOf(world, ring);
    const userData = memory.position;
    const request = { op: 'sendZc', fd: fdNumber(fd), at: fill.at, bytes: len, opFlags, userData } as const;
    const enter = [fill, ...requestSteps(object, request), enterStep(object, 1, 0)];
    if ((flags & REUSE) === 0) return enter;
    const seed = (fillSeed(memory.position) ^ OVERWRITES) >>> 0;
    const awaited = object.uring.completions + 2;
    return [...enter, { ...enterStep(object, 0, awaited), limit_ms: NOTICE_LIMIT_MS }, { ...fill, seed }];
  },
});

const ZC_WORDS = ['more', 'oob', 'waitall'] as const;
