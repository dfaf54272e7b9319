import { OutsideFd } from '../../../model/structs/outside';
import { nameResult, pickHandle } from '../../pick';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { ADDRESS_BYTES, addressOf } from './address';

const BACKLOG_MAX = 8;
/** accept waits for a connection that the program believes to be there. */
const ACCEPT_LIMIT_MS = 500;
/** It gives up soon where there is none. */
const ACCEPT_EMPTY_LIMIT_MS = 2;

export const BIND = defineOutside({
  name: 'bind',
  number: 1,
  args: [{ name: 'fd', type: 'fd' }],
  promised: { text: 'The socket gets the address.', source: 'bind(2)' },
  syscall: 'bind',
  errors: ['EBADF', 'ENOTSOCK', 'EINVAL'],
  // Documented, and no program here reaches it.
  elsewhere: ['EADDRINUSE', 'EADDRNOTAVAIL'],
  weight: 10,
  usuallyNext: ['listen', 'listen', 'socket', 'connect', 'connect'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => fd.what === 'socket' && !fd.bound);
    return args.fd >= 0;
  },
  run(world, { fd }) {
    fdOf(world, fd).bound = true;
  },
  steps(world, { fd }, _result, memory) {
    const address = addressOf(fdOf(world, fd));
    const at = memory.take(address.length);
    return [
      { op: 'poke', at, bytes: address },
      { op: 'syscall', name: 'bind', args: [fdNumber(fd), at, address.length] },
    ];
  },
});

export const LISTEN = defineOutside({
  name: 'listen',
  number: 2,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'backlog', type: 'int', min: 0, max: BACKLOG_MAX, default: BACKLOG_MAX },
  ],
  promised: { text: 'The socket takes connections.', source: 'listen(2)' },
  syscall: 'listen',
  errors: ['EBADF', 'ENOTSOCK', 'EADDRINUSE', 'EOPNOTSUPP', 'EINVAL'],
  weight: 10,
  usuallyNext: ['socket', 'socket', 'connect'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => fd.bound && fd.type !== 'dgram' && !fd.listening && fd.peer === null);
    args.backlog = draw.chance(1, 4) ? draw.below(BACKLOG_MAX) : BACKLOG_MAX;
    return args.fd >= 0;
  },
  run(world, { fd }) {
    fdOf(world, fd).listening = true;
  },
  steps: (_world, { fd, backlog }) => [{ op: 'syscall', name: 'listen', args: [fdNumber(fd), backlog] }],
});

export const CONNECT = defineOutside({
  name: 'connect',
  number: 3,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'to', type: 'fd' },
  ],
  promised: { text: 'The socket is connected to the address.', source: 'connect(2)' },
  syscall: 'connect',
  // EPERM: the other is connected to somebody else (unix_dgram_connect).
  errors: [
    ...(['EBADF', 'ENOTSOCK', 'EISCONN', 'EPERM', 'ECONNREFUSED', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'] as const),
    ...(['ECONNRESET', 'EINTR'] as const),
  ],
  // Documented, and no program here reaches it. EOPNOTSUPP: of a packet socket (sock_no_connect, net/core/sock.c).
  elsewhere: ['EPROTOTYPE', 'EAGAIN', 'EALREADY', 'EINPROGRESS', 'ETIMEDOUT', 'EOPNOTSUPP'],
  weight: 12,
  usuallyNext: ['accept', 'accept', 'send', 'so_error'],
  draw(world, draw, args) {
    const isRefused = draw.chance(1, 10);
    args.to = pickFd(world, draw, (fd) => fd.listening || (fd.bound && (isRefused || fd.type === 'dgram')));
    if (args.to < 0) return false;
    const { family, type } = fdOf(world, args.to);
    args.fd = pickFd(world, draw, (fd) => isFree(fd) && fd.family === family && fd.type === type);
    return args.fd >= 0 && args.fd !== args.to;
  },
  run(world, args) {
    const fd = fdOf(world, args.fd);
    const to = fdOf(world, args.to);
    fd.peer = to;
    if (to.listening) to.pending.push(fd);
  },
  steps(world, { fd, to }, _result, memory) {
    const address = addressOf(fdOf(world, to));
    const at = memory.take(ADDRESS_BYTES);
    const own = memory.take(ADDRESS_BYTES);
    const bytes = memory.take(4);
    return [
      { op: 'poke', at, bytes: address },
      { op: 'syscall', name: 'connect', args: [fdNumber(fd), at, address.length] },
      { op: 'poke', at: bytes, bytes: Buffer.from([ADDRESS_BYTES, 0, 0, 0]) },
      {
        op: 'syscall',
        name: 'getsockname',
        args: [fdNumber(fd), own, bytes],
        out: [{ at: own, bytes: ADDRESS_BYTES }],
      },
    ];
  },
});

export const ACCEPT = defineOutside({
  name: 'accept',
  number: 4,
  args: [{ name: 'fd', type: 'fd' }],
  result: 'fd',
  promised: { text: 'The oldest connection that waits is returned.', source: 'accept(2)' },
  syscall: 'accept4',
  errors: ['EBADF', 'ENOTSOCK', 'EINVAL', 'EOPNOTSUPP', 'EINTR'],
  // Documented, and no program here reaches it.
  elsewhere: ['ECONNABORTED', 'EMFILE'],
  weight: 12,
  usuallyNext: ['send', 'send', 'setsockopt', 'recv'],
  draw(world, draw, args) {
    args.fd = pickHandle(world, draw, 'fd', (fd) => fd.listening && fd.pending.length > 0);
    if (args.fd < 0 && draw.chance(1, 16)) args.fd = pickFd(world, draw, (fd) => fd.listening);
    return args.fd >= 0;
  },
  run(world, args, result) {
    const listener = fdOf(world, args.fd);
    const end = new OutsideFd(result, 'socket', listener.family, listener.type);
    const client = listener.pending.shift();
    if (client !== undefined) {
      end.peer = client;
      client.peer = end;
    }
    nameResult(world, result, 'fd', end);
  },
  steps(world, { fd }, result, memory) {
    const at = memory.take(ADDRESS_BYTES);
    const bytes = memory.take(4);
    const isThere = fdOf(world, fd).pending.length > 0;
    return [
      { op: 'poke', at: bytes, bytes: Buffer.from([ADDRESS_BYTES, 0, 0, 0]) },
      {
        op: 'syscall',
        name: 'accept4',
        args: [fdNumber(fd), at, bytes, 0],
        fd: fdNumber(result),
        out: [{ at, bytes: ADDRESS_BYTES }],
        limit_ms: isThere ? ACCEPT_LIMIT_MS : ACCEPT_EMPTY_LIMIT_MS,
      },
    ];
  },
});

function isFree(fd: OutsideFd): boolean {
  return fd.what === 'socket' && !fd.listening && fd.peer === null;
}
