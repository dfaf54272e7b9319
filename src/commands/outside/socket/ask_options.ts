import { defineOutside } from '../define_outside';
import { fdNumber, pickFd } from '../fd';
import type { CallMemory } from '../call_memory';
import type { Step } from '../step';

/* Options that the kernel answers for. */

const SOL_SOCKET = 1;
const SO_ERROR = 4;
const AF_VSOCK = 40;

/** Positions of the questions of vm_buffers among its steps: the size, its lower bound, its upper bound. */
export const BUFFER_STEPS = [2, 5, 8] as const;
const BUFFER_OPTIONS = [0, 1, 2];

export const SO_ERROR_OF = defineOutside({
  name: 'so_error',
  number: 36,
  args: [{ name: 'fd', type: 'fd' }],
  promised: { text: 'The answer is the pending error, once.', source: 'SO_ERROR of socket(7)' },
  syscall: 'getsockopt',
  errors: ['EBADF', 'ENOTSOCK'],
  weight: 2,
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ what }) => what === 'socket');
    return args.fd >= 0;
  },
  run: () => undefined,
  steps: (_world, { fd }, _result, memory) => askSteps(memory, fdNumber(fd), SOL_SOCKET, SO_ERROR, 4),
});

export const VM_BUFFERS = defineOutside({
  name: 'vm_buffers',
  number: 37,
  args: [{ name: 'fd', type: 'fd' }],
  promised: {
    text: 'The size of the buffer is between its bounds.',
    source: 'SO_VM_SOCKETS_BUFFER_SIZE of vsock(7), include/uapi/linux/vm_sockets.h',
  },
  syscall: 'getsockopt',
  errors: ['EBADF', 'ENOTSOCK', 'ENOPROTOOPT', 'EOPNOTSUPP'],
  // Documented, and no program here reaches it.
  elsewhere: ['EINVAL', 'ENOTCONN'],
  weight: 1,
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ family }) => family === 'vsock');
    return args.fd >= 0;
  },
  run: () => undefined,
  steps: (_world, { fd }, _result, memory) =>
    BUFFER_OPTIONS.flatMap((option) => askSteps(memory, fdNumber(fd), AF_VSOCK, option, 8)),
});

function askSteps(memory: CallMemory, fd: number, level: number, option: number, bytes: number): readonly Step[] {
  const at = memory.take(bytes);
  const length = memory.take(4);
  return [
    { op: 'poke', at: length, bytes: Buffer.from([bytes, 0, 0, 0]) },
    { op: 'poke', at, bytes: Buffer.alloc(bytes) },
    { op: 'syscall', name: 'getsockopt', args: [fd, level, option, at, length], out: [{ at, bytes }] },
  ];
}
