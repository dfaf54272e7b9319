import type { OutsideFd } from '../../../model/structs/outside';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { MSG, messageFlags } from '../message_flags';
import { RECV_FLAGS } from '../socket/recv';
import { pickRing, resultOfRequest, SLOT_BYTES, slotAt, SLOTS } from './ring';
import { enterStep, noteRequest, requestSteps } from './request';

/** The flags of recv, and: the request may wait for bytes, and completes behind a later call. */
export const URING_RECV_FLAGS = [...RECV_FLAGS, 'wait'] as const;
const WAIT = 1 << URING_RECV_FLAGS.indexOf('wait');

/** Whether a request may complete behind a later call. */
export const mayComplete = (flags: number): boolean => (flags & WAIT) !== 0;

const canReceive = (fd: OutsideFd): boolean =>
  fd.what === 'socket' && !fd.listening && fd.family !== 'packet' && (fd.peer !== null || fd.bound);

export const URING_RECV = defineOutside({
  name: 'uring_recv',
  number: 203,
  args: [
    { name: 'ring', type: 'fd' },
    { name: 'fd', type: 'fd' },
    { name: 'len', type: 'int', min: 0, max: SLOT_BYTES },
    { name: 'flags', type: 'flags', words: URING_RECV_FLAGS, default: 0 },
  ],
  promised: {
    text: 'The request completes with the next bytes of a stream, or with a datagram.',
    source: 'IORING_OP_RECV of io_uring_enter(2), recv(2)',
  },
  syscall: 'io_uring_enter',
  errors: ['EBADF', 'EOPNOTSUPP', 'ENOTSOCK', 'EAGAIN', 'ENOTCONN', 'EINVAL', 'ECONNRESET'],
  elsewhere: ['ECONNREFUSED', 'EPIPE', 'EMSGSIZE', 'EBADMSG', 'ETIMEDOUT', 'EIO', 'EINTR'],
  resultIn: resultOfRequest,
  weight: 8,
  usuallyNext: ['uring_send', 'send', 'uring_recv'],
  draw(world, draw, args) {
    args.ring = pickRing(world, draw);
    args.fd = pickFd(world, draw, (fd) => canReceive(fd) && fd.queued > 0);
    if (args.fd < 0 || draw.chance(1, 6)) args.fd = pickFd(world, draw, canReceive);
    if (args.ring < 0 || args.fd < 0) return false;
    args.len = draw.chance(1, 4) ? draw.size(0, SLOT_BYTES) : draw.size(1, 9000);
    args.flags = draw.chance(1, 3) ? 1 << draw.below(RECV_FLAGS.length) : 0;
    if (fdOf(world, args.ring).uring.waiting.length < SLOTS && draw.chance(1, 4)) args.flags |= WAIT;
    return true;
  },
  run(world, { ring, fd, len, flags }) {
    const { uring } = fdOf(world, ring);
    noteRequest(fdOf(world, ring), 1);
    if (mayComplete(flags)) uring.waiting.push({ slot: uring.receives++ % SLOTS, bytes: len });
    const object = fdOf(world, fd);
    if ((flags & (1 << RECV_FLAGS.indexOf('peek'))) === 0) object.queued = Math.max(0, object.queued - 1);
  },
  steps(world, { ring, fd, len, flags }, _result, memory) {
    const object = fdOf(world, ring);
    const at = mayComplete(flags) ? slotAt(object.id, object.uring.receives % SLOTS) : memory.take(len);
    const opFlags = messageFlags(RECV_FLAGS, flags) | (mayComplete(flags) ? 0 : MSG.dontwait);
    const request = { op: 'recv', fd: fdNumber(fd), at, bytes: len, opFlags, userData: memory.position } as const;
    return [...requestSteps(object, request), enterStep(object, 1, 0, { at, bytes: len })];
  },
});
