import type { OutsideFd } from '../../../model/structs/outside';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { MSG, messageFlags } from '../message_flags';
import { messageHeader } from '../msghdr';
import { ADDRESS_BYTES } from './address';

export const RECV_FLAGS = ['peek', 'trunc', 'oob', 'waitall'] as const;
const RECV_MAX = 131_072;
export const CONTROL_BYTES = 256;
const EMPTY_ONE_OF = 16;
const PEEK = 1 << RECV_FLAGS.indexOf('peek');
const OOB = 1 << RECV_FLAGS.indexOf('oob');
/** A receive of more bytes than the sends usually have is believed to empty a stream. */
const USUAL_BYTES = 1000;

/** Positions in the `out` of the system call. */
export const RECV_OUT = { data: 0, header: 1, name: 2, control: 3 } as const;

export const RECV = defineOutside({
  name: 'recv',
  number: 8,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'len', type: 'int', min: 0, max: RECV_MAX },
    { name: 'flags', type: 'flags', words: RECV_FLAGS, default: 0 },
  ],
  promised: {
    text: 'A stream gives the bytes that were sent, in order, once; a datagram arrives whole and unchanged.',
    source: 'recv(2), tcp(7), udp(7), unix(7)',
  },
  syscall: 'recvmsg',
  errors: [
    ...(['EBADF', 'ENOTSOCK', 'EAGAIN', 'ECONNREFUSED', 'ENOTCONN', 'EINVAL', 'ECONNRESET', 'EOPNOTSUPP'] as const),
    ...(['EPIPE', 'EMSGSIZE'] as const),
    // Records of kernel TLS that nobody can read: tls_sw_recvmsg.
    'EBADMSG',
  ],
  // Documented, and no program here reaches it.
  elsewhere: ['ETIMEDOUT', 'EIO', 'ENETDOWN'],
  weight: 24,
  usuallyNext: ['send', 'recv', 'recv'],
  draw(world, draw, args) {
    const isFull = draw.chance(7, 8);
    args.fd = pickFd(world, draw, (fd) => canReceive(fd) && (fd.queued > 0 || !isFull));
    if (args.fd < 0) args.fd = pickFd(world, draw, canReceive);
    if (args.fd < 0) return false;
    if (draw.below(EMPTY_ONE_OF) === 0) args.len = 0;
    else args.len = draw.chance(1, 4) ? draw.size(0, RECV_MAX) : draw.size(1, 9000);
    args.flags = draw.chance(1, 3) ? 1 << draw.below(RECV_FLAGS.length) : 0;
    if (fdOf(world, args.fd).urgent && draw.chance(1, 3)) args.flags = OOB;
    return true;
  },
  run(world, { fd, len, flags }) {
    const object = fdOf(world, fd);
    if ((flags & PEEK) !== 0) return;
    if ((flags & OOB) !== 0) object.urgent = false;
    else if (!object.isStream || len > object.queued * USUAL_BYTES) object.queued = Math.max(0, object.queued - 1);
  },
  steps(_world, { fd, len, flags }, _result, memory) {
    const data = { at: memory.take(len), bytes: len };
    const name = { at: memory.take(ADDRESS_BYTES), bytes: ADDRESS_BYTES };
    const control = { at: memory.take(CONTROL_BYTES), bytes: CONTROL_BYTES };
    const header = messageHeader(memory, { name, data: [data], control });
    return [
      header.step,
      {
        op: 'syscall',
        name: 'recvmsg',
        args: [fdNumber(fd), header.at, messageFlags(RECV_FLAGS, flags) | MSG.dontwait],
        out: [{ ...data, upToReturn: true }, header.out, name, control],
      },
    ];
  },
});

function canReceive(fd: OutsideFd): boolean {
  return fd.what === 'socket' && !fd.listening && (fd.peer !== null || fd.bound);
}
