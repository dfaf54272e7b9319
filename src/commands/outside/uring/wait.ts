import { defineOutside } from '../define_outside';
import { fdOf, pickFd } from '../fd';
import { isRing } from './ring';
import { enterStep } from './request';

/** As long as a receiver may keep an acknowledgement (TCP_DELACK_MAX), which lets a buffer go. */
const WAIT_LIMIT_MS = 250;

export const URING_WAIT = defineOutside({
  name: 'uring_wait',
  number: 204,
  args: [{ name: 'ring', type: 'fd' }],
  promised: {
    text: 'Each request completes once; each that sends without a copy is notified once.',
    source: 'io_uring(7), io_uring_enter(2)',
  },
  syscall: 'io_uring_enter',
  errors: ['EBADF', 'EOPNOTSUPP', 'EINTR'],
  weight: 2,
  usuallyNext: ['uring_recv', 'uring_send_zc'],
  draw(world, draw, args) {
    args.ring = pickFd(world, draw, (fd) => isRing(fd) && fd.uring.completions > 0);
    return args.ring >= 0;
  },
  run(world, { ring }) {
    const { uring } = fdOf(world, ring);
    uring.waiting = [];
    uring.settled = true;
  },
  steps(world, { ring }) {
    const object = fdOf(world, ring);
    return [{ ...enterStep(object, 0, object.uring.completions), limit_ms: WAIT_LIMIT_MS }];
  },
});
