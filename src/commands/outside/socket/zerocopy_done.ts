import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { MSG } from '../message_flags';
import { messageHeader } from '../msghdr';
import { ADDRESS_BYTES } from './address';

const TIMES = 64;
const CONTROL_BYTES = 256;

/** Positions in the `out` of the system call. */
export const NOTICE_OUT = { header: 0, control: 1 } as const;

export const ZEROCOPY_DONE = defineOutside({
  name: 'zerocopy_done',
  number: 19,
  args: [{ name: 'fd', type: 'fd' }],
  promised: {
    text: 'Each send with MSG_ZEROCOPY is notified once, in ranges that follow each other.',
    source: 'Documentation/networking/msg_zerocopy.rst',
  },
  syscall: 'recvmsg',
  // ECONNRESET: a socket of AF_UNIX does not know MSG_ERRQUEUE, and receives (unix_dgram_recvmsg).
  errors: ['EBADF', 'ENOTSOCK', 'EAGAIN', 'EINVAL', 'ENOTCONN', 'ECONNRESET'],
  // Documented, and no program here reaches it.
  elsewhere: ['EOPNOTSUPP'],
  weight: 4,
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ zerocopy }) => zerocopy);
    return args.fd >= 0;
  },
  run(world, { fd }) {
    fdOf(world, fd).notified = true;
  },
  steps(_world, { fd }, _result, memory) {
    const name = { at: memory.take(ADDRESS_BYTES), bytes: ADDRESS_BYTES };
    const control = { at: memory.take(CONTROL_BYTES), bytes: CONTROL_BYTES };
    const header = messageHeader(memory, { name, data: [], control });
    // The kernel writes the lengths that it used into the header, so each round begins with the whole again.
    return [
      {
        op: 'repeat',
        times: TIMES,
        until: 'error',
        steps: [
          { op: 'poke', at: header.at, bytes: (header.step as { bytes: Buffer }).bytes },
          {
            op: 'syscall',
            name: 'recvmsg',
            args: [fdNumber(fd), header.at, MSG.errqueue | MSG.dontwait],
            out: [header.out, control],
          },
        ],
      },
    ];
  },
});
