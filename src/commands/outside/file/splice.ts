import type { OutsideFd } from '../../../model/structs/outside';
import type { Id } from '../../../model/world/kinds';
import type { World } from '../../../model/world/world';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { fillStep } from '../fill';
import { messageHeader } from '../msghdr';
import type { Step } from '../step';
import { FILE_MAX } from './memfd';

/** SPLICE_F_* (include/linux/splice.h). */
const SPLICE_F_NONBLOCK = 2;
const SPLICE_F_MORE = 4;
const SPLICE_MAX = 131_072;
/** Each piece is a buffer of the pipe. */
const PIECES_MAX = 64;
const FLAGS = ['more'] as const;

const isReadEnd = (fd: OutsideFd): boolean => fd.what === 'pipe' && !fd.writes;
const isWriteEnd = (fd: OutsideFd): boolean => fd.what === 'pipe' && fd.writes;
const isConnected = (fd: OutsideFd): boolean => fd.what === 'socket' && fd.peer !== null && !fd.listening;

export const SPLICE = defineOutside({
  name: 'splice',
  number: 15,
  args: [
    { name: 'from', type: 'fd' },
    { name: 'to', type: 'fd' },
    { name: 'len', type: 'int', min: 0, max: SPLICE_MAX },
    { name: 'offset', type: 'int', min: 0, max: FILE_MAX, default: 0 },
    { name: 'flags', type: 'flags', words: FLAGS, default: 0 },
  ],
  promised: { text: 'The returned number of bytes moves, in order, from one end to the other.', source: 'splice(2)' },
  syscall: 'splice',
  errors: [
    ...(['EBADF', 'EINVAL', 'EAGAIN', 'ESPIPE', 'EPIPE', 'ECONNRESET', 'ENOTCONN'] as const),
    ...(['ECONNREFUSED', 'EMSGSIZE', 'EDESTADDRREQ', 'EBADMSG'] as const),
  ],
  // Documented, and no program here reaches it.
  elsewhere: ['EOPNOTSUPP', 'EINTR', 'EIO', 'EACCES'],
  weight: 12,
  usuallyNext: ['splice', 'splice', 'recv', 'send'],
  draw(world, draw, args) {
    const fromPipe = draw.chance(1, 2);
    args.from = fromPipe
      ? pickFd(world, draw, isReadEnd)
      : pickFd(world, draw, (fd) => isConnected(fd) || fd.what === 'memfd');
    if (args.from < 0) return false;
    const other = fdOf(world, args.from).peer;
    args.to = fromPipe
      ? pickFd(world, draw, (fd) => isConnected(fd) || (isWriteEnd(fd) && fd !== other))
      : pickFd(world, draw, isWriteEnd);
    if (args.to < 0) return false;
    const { pipeBytes } = fdOf(world, args.from);
    args.len = draw.chance(1, 4) ? draw.size(0, SPLICE_MAX) : draw.size(1, 9000);
    if (pipeBytes > 0 && pipeBytes <= SPLICE_MAX && draw.chance(2, 3)) args.len = pipeBytes;
    args.offset = fdOf(world, args.from).what === 'memfd' && draw.chance(1, 2) ? draw.size(0, 5000) : 0;
    args.flags = draw.below(2);
    return true;
  },
  run(world, { from, to, len }) {
    const source = fdOf(world, from);
    source.pipeBytes = Math.max(0, source.pipeBytes - len);
    const { peer, what } = fdOf(world, to);
    if (peer === null) return;
    if (what === 'pipe') peer.pipeBytes += len;
    else peer.queued++;
  },
  steps(world, args, _result, memory) {
    const flags = SPLICE_F_NONBLOCK | (args.flags === 1 ? SPLICE_F_MORE : 0);
    const at = memory.take(8);
    const offset = Buffer.alloc(8);
    offset.writeUInt32LE(args.offset);
    const from = fdOf(world, args.from).what === 'memfd' ? at : 0;
    return withoutWaiting(
      world,
      [args.from, args.to],
      [
        { op: 'poke', at, bytes: offset },
        {
          op: 'syscall',
          name: 'splice',
          args: [fdNumber(args.from), from, fdNumber(args.to), 0, args.len, flags],
          out: [{ at, bytes: 8 }],
        },
      ],
    );
  },
});

export const SENDFILE = defineOutside({
  name: 'sendfile',
  number: 16,
  args: [
    { name: 'to', type: 'fd' },
    { name: 'from', type: 'fd' },
    { name: 'offset', type: 'int', min: 0, max: FILE_MAX },
    { name: 'len', type: 'int', min: 0, max: SPLICE_MAX },
  ],
  promised: {
    text: 'The returned number of bytes of the file is sent, and the offset advances by it.',
    source: 'sendfile(2)',
  },
  syscall: 'sendfile',
  errors: [
    ...(['EBADF', 'EAGAIN', 'EPIPE', 'ECONNRESET', 'ENOTCONN', 'ESPIPE'] as const),
    ...(['ECONNREFUSED', 'EMSGSIZE', 'EDESTADDRREQ', 'EBADMSG'] as const),
  ],
  // Documented, and no program here reaches it.
  elsewhere: ['EINVAL', 'EOPNOTSUPP', 'EINTR', 'EIO', 'EACCES'],
  weight: 8,
  usuallyNext: ['recv', 'recv', 'sendfile'],
  draw(world, draw, args) {
    args.from = pickFd(world, draw, ({ what }) => what === 'memfd');
    args.to = pickFd(world, draw, (fd) => isConnected(fd) || isWriteEnd(fd));
    args.offset = draw.chance(1, 2) ? draw.size(0, 5000) : 0;
    args.len = draw.chance(1, 4) ? draw.size(0, SPLICE_MAX) : draw.size(1, 9000);
    return args.from >= 0 && args.to >= 0;
  },
  run: () => undefined,
  steps(world, args, _result, memory) {
    const at = memory.take(8);
    const offset = Buffer.alloc(8);
    offset.writeUInt32LE(args.offset);
    return withoutWaiting(
      world,
      [args.to],
      [
        { op: 'poke', at, bytes: offset },
        {
          op: 'syscall',
          name: 'sendfile',
          args: [fdNumber(args.to), fdNumber(args.from), at, args.len],
          out: [{ at, bytes: 8 }],
        },
      ],
    );
  },
});

const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/** SPLICE_F_NONBLOCK is of the pipe alone, and sendfile has no flag: the descriptors must not wait either. */
function withoutWaiting(world: World, ids: readonly Id<'fd'>[], steps: readonly Step[]): readonly Step[] {
  const sockets = ids.filter((id) => fdOf(world, id).what === 'socket');
  const setFlags = (flags: number): Step[] =>
    sockets.map((id) => ({ op: 'syscall', name: 'fcntl', args: [fdNumber(id), F_SETFL, flags] }));
  return [...setFlags(O_NONBLOCK), ...steps, ...setFlags(0)];
}

export const VMSPLICE = defineOutside({
  name: 'vmsplice',
  number: 17,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'len', type: 'int', min: 0, max: SPLICE_MAX },
    { name: 'pieces', type: 'int', min: 1, max: PIECES_MAX, default: 1 },
  ],
  promised: { text: 'The returned number of bytes of the memory is in the pipe.', source: 'vmsplice(2)' },
  syscall: 'vmsplice',
  errors: ['EBADF', 'EAGAIN', 'EPIPE'],
  // Documented, and no program here reaches it.
  elsewhere: ['EINVAL'],
  weight: 6,
  usuallyNext: ['splice', 'splice', 'tee'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, isWriteEnd);
    args.len = draw.chance(1, 4) ? draw.size(0, SPLICE_MAX) : draw.size(1, draw.chance(1, 2) ? 16 : 9000);
    // The buffers of a usual pipe, and those that a socket buffer has room for, are fewer than 20.
    const pieces = draw.chance(1, 2) ? draw.size(14, PIECES_MAX) : draw.size(1, PIECES_MAX);
    args.pieces = draw.chance(1, 2) ? Math.max(1, Math.min(args.len, pieces)) : 1;
    return args.fd >= 0;
  },
  run(world, { fd, len }) {
    const { peer } = fdOf(world, fd);
    if (peer !== null) peer.pipeBytes += len;
  },
  steps(_world, { fd, len, pieces }, _result, memory) {
    const fill = fillStep(memory, len);
    const size = Math.ceil(len / pieces);
    const data = Array.from({ length: pieces }, (_, i) => {
      const begin = Math.min(len, i * size);
      return { at: fill.at + begin, bytes: Math.min(size, len - begin) };
    });
    const { at, bytes } = (messageHeader(memory, { data }) as { step: { at: number; bytes: Buffer } }).step;
    return [
      fill,
      { op: 'poke', at, bytes },
      { op: 'syscall', name: 'vmsplice', args: [fdNumber(fd), at + IOVEC_AT, pieces, SPLICE_F_NONBLOCK] },
    ];
  },
});

/** The iovec of a message stands behind its header. */
const IOVEC_AT = 56;

export const TEE = defineOutside({
  name: 'tee',
  number: 18,
  args: [
    { name: 'from', type: 'fd' },
    { name: 'to', type: 'fd' },
    { name: 'len', type: 'int', min: 0, max: SPLICE_MAX },
  ],
  promised: { text: 'The returned number of bytes is in both pipes.', source: 'tee(2)' },
  syscall: 'tee',
  errors: ['EBADF', 'EINVAL', 'EAGAIN', 'EPIPE'],
  weight: 4,
  usuallyNext: ['splice', 'splice'],
  draw(world, draw, args) {
    args.from = pickFd(world, draw, isReadEnd);
    args.to = pickFd(world, draw, isWriteEnd);
    args.len = draw.size(1, 9000);
    return args.from >= 0 && args.to >= 0;
  },
  run: () => undefined,
  steps: (_world, args) => [
    { op: 'syscall', name: 'tee', args: [fdNumber(args.from), fdNumber(args.to), args.len, SPLICE_F_NONBLOCK] },
  ],
});
