import { defineOutside } from '../define_outside';
import { fdNumber, pickFd } from '../fd';

const F_SETPIPE_SZ = 1031;
/** One buffer, some, as many as usual, and more than a socket buffer has fragments (MAX_SKB_FRAGS). */
const SIZES = [4096, 4096, 4096, 8192, 16_384, 131_072, 131_072, 262_144];

export const PIPE_SIZE = defineOutside({
  name: 'pipe_size',
  number: 32,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'size', type: 'int', min: 1, max: 1 << 20 },
  ],
  promised: {
    text: 'The pipe has room for the bytes that the call names, or for more.',
    source: 'F_SETPIPE_SZ of fcntl(2), pipe(7)',
  },
  syscall: 'fcntl',
  // EBUSY: more is in the pipe. EBADF: no pipe (do_fcntl). EPERM: over the limits of an unprivileged user.
  errors: ['EBADF', 'EBUSY'],
  // Documented, and no program here reaches it.
  elsewhere: ['EPERM', 'EINVAL'],
  weight: 2,
  usuallyNext: ['splice', 'splice', 'vmsplice'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ what }) => what === 'pipe');
    args.size = SIZES[draw.below(SIZES.length)];
    return args.fd >= 0;
  },
  run: () => undefined,
  steps: (_world, { fd, size }) => [{ op: 'syscall', name: 'fcntl', args: [fdNumber(fd), F_SETPIPE_SZ, size] }],
});
