import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { MSG } from '../message_flags';
import { messageHeader } from '../msghdr';
import { ADDRESS_BYTES } from './address';

const TIMES = 128;
const CONTROL_BYTES = 256;
/** A receiver may keep an acknowledgement for 40 ms (TCP_DELACK_MIN), and 200 ms at most (TCP_DELACK_MAX). */
const WAIT_MS = 250;
const POLLFD_BYTES = 8;

/** Positions in the `out` of the system call. */
export const STAMP_OUT = { header: 0, control: 1 } as const;

/** SOF_TIMESTAMPING_TX_ACK, SOFTWARE, OPT_ID and OPT_TSONLY (include/uapi/linux/net_tstamp.h). */
export const STAMP_ACKS = (1 << 9) | (1 << 4) | (1 << 7) | (1 << 11);
/** The same without OPT_TSONLY: the time comes with the data. */
export const STAMP_ACKS_OF_DATA = STAMP_ACKS & ~(1 << 11);

export const STAMPS = defineOutside({
  name: 'stamps',
  number: 38,
  args: [{ name: 'fd', type: 'fd' }],
  promised: {
    text: 'When the last byte of a send is acknowledged, its time is told once.',
    source: 'SOF_TIMESTAMPING_TX_ACK of Documentation/networking/timestamping.rst',
  },
  syscall: 'recvmsg',
  errors: ['EBADF', 'ENOTSOCK', 'EAGAIN', 'EINVAL', 'ENOTCONN', 'ECONNRESET'],
  // Documented, and no program here reaches it.
  elsewhere: ['EOPNOTSUPP'],
  weight: 1,
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ stamps }) => stamps);
    return args.fd >= 0;
  },
  run(world, { fd }) {
    fdOf(world, fd).stamps = false;
  },
  steps(_world, { fd }, _result, memory) {
    const name = { at: memory.take(ADDRESS_BYTES), bytes: ADDRESS_BYTES };
    const control = { at: memory.take(CONTROL_BYTES), bytes: CONTROL_BYTES };
    const header = messageHeader(memory, { name, data: [], control });
    const poll = Buffer.alloc(POLLFD_BYTES);
    poll.writeInt32LE(fdNumber(fd));
    const at = memory.take(POLLFD_BYTES);
    return [
      {
        op: 'repeat',
        times: TIMES,
        until: 'error',
        steps: [
          { op: 'poke', at: header.at, bytes: (header.step as { bytes: Buffer }).bytes },
          { op: 'poke', at, bytes: poll },
          { op: 'syscall', name: 'poll', args: [at, 1, WAIT_MS] },
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
