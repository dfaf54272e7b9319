import type { OutsideFd } from '../../../model/structs/outside';
import { defineOutside } from '../define_outside';
import { fdNumber, pickFd } from '../fd';
import type { CallMemory } from '../call_memory';
import type { Step } from '../step';

/* Questions about what a socket or a pipe has to read (include/uapi/asm-generic/sockios.h and ioctls.h). */

const SIOCATMARK = 0x8905;
/** The same number as SIOCINQ. */
const FIONREAD = 0x541b;
/** The answer where the kernel wrote none. */
export const NO_ANSWER = -1;

export const SOCKATMARK = defineOutside({
  name: 'sockatmark',
  number: 21,
  args: [{ name: 'fd', type: 'fd' }],
  promised: { text: 'The answer is whether the next byte is the urgent one.', source: 'sockatmark(3), tcp(7)' },
  syscall: 'ioctl',
  // ENOTTY: a file that has no mark; EOPNOTSUPP: a unix socket that is no stream (unix_ioctl).
  errors: ['EBADF', 'ENOTTY', 'EOPNOTSUPP'],
  // Documented, and no program here reaches it.
  elsewhere: ['EINVAL'],
  weight: 3,
  usuallyNext: ['recv', 'recv', 'send'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => isRead(fd) && fd.what === 'socket');
    return args.fd >= 0;
  },
  run: () => undefined,
  steps: (_world, { fd }, _result, memory) => questionSteps(memory, fdNumber(fd), SIOCATMARK),
});

export const UNREAD = defineOutside({
  name: 'unread',
  number: 22,
  args: [{ name: 'fd', type: 'fd' }],
  promised: {
    text: 'The answer is the number of bytes to read, or that of the next datagram.',
    source: 'SIOCINQ of tcp(7), udp(7) and unix(7), FIONREAD of ioctl_list(2)',
  },
  syscall: 'ioctl',
  // EINVAL: the socket listens. ENOTTY: no such file. EOPNOTSUPP: vsock without a peer (vsock_do_ioctl).
  errors: ['EBADF', 'EINVAL', 'EOPNOTSUPP'],
  // Documented, and no program here reaches it.
  elsewhere: ['ENOTTY'],
  weight: 4,
  usuallyNext: ['recv', 'recv', 'send'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, isRead);
    return args.fd >= 0;
  },
  run: () => undefined,
  steps: (_world, { fd }, _result, memory) => questionSteps(memory, fdNumber(fd), FIONREAD),
});

function isRead(fd: OutsideFd): boolean {
  return !fd.writes && fd.what !== 'memfd' && !fd.listening && (fd.peer !== null || fd.bound);
}

function questionSteps(memory: CallMemory, fd: number, request: number): readonly Step[] {
  const at = memory.take(4);
  const none = Buffer.alloc(4);
  none.writeInt32LE(NO_ANSWER);
  return [
    { op: 'poke', at, bytes: none },
    { op: 'syscall', name: 'ioctl', args: [fd, request, at], out: [{ at, bytes: 4 }] },
  ];
}
