import { pickHandle } from '../../pick';
import { u32 } from '../abi/bytes';
import { SOL_XDP } from '../abi/uapi/sockets';
import { XDP_STATISTICS } from '../abi/uapi/xsk';
import type { OutsideXsk } from '../../../model/structs/outside';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf } from '../fd';
import type { Step } from '../step';
import {
  consumerAt,
  memberAt,
  partBytes,
  partOffset,
  producerAt,
  ringBytes,
  RING_ENTRIES,
  ringAt,
  umemAt,
} from './layout';
import { COUNTERS_BYTES } from './send';

/** Frames that a softirq of the other CPU hands over come a moment later. */
const WAIT_MS = 4;
/** struct xdp_statistics. */
const STATISTICS_BYTES = 48;
const HALF_ADDRESS_BYTES = 4;

/** Positions in the `out` of the getsockopt of xsk_read. */
export const XSK_OUT = { statistics: 0, received: 1, completed: 2, rx: 3, completion: 4, tx: 5, memory: 6 } as const;

export const XSK_READ = defineOutside({
  name: 'xsk_read',
  number: 222,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'keep', type: 'enum', words: ['no', 'yes'], default: 0 },
  ],
  promised: {
    text: 'Frames that were received are whole, in chunks that were given to the kernel, or counted as dropped.',
    source: 'Documentation/networking/af_xdp.rst (RX Ring, XDP_STATISTICS)',
  },
  syscall: 'getsockopt',
  errors: [],
  elsewhere: ['EBADF'],
  weight: 16,
  usuallyNext: ['burst', 'burst', 'xsk_send', 'xsk_send', 'xsk_read'],
  draw(world, draw, args) {
    args.fd = pickHandle(world, draw, 'fd', ({ xsk }) => xsk !== null);
    args.keep = draw.chance(1, 3) ? 1 : 0;
    return args.fd >= 0;
  },
  run(world, { fd }) {
    const object = fdOf(world, fd);
    object.drained = true;
    object.xsk?.read();
  },
  steps(world, { fd, keep }, _result, memory) {
    const { id, xsk } = fdOf(world, fd);
    if (xsk === null) return [];
    const [at, length] = [memory.take(STATISTICS_BYTES), memory.take(4)];
    const [received, completed] = [memory.take(4), memory.take(4)];
    const { settings } = xsk;
    return [
      { op: 'syscall', name: 'poll', args: [at, 0, WAIT_MS] },
      // As far as the kernel is now: it goes on meanwhile.
      { op: 'add', at: received, from: producerAt(id, 'rx'), plus: 0 },
      { op: 'add', at: completed, from: producerAt(id, 'completion'), plus: 0 },
      { op: 'poke', at: length, bytes: u32(STATISTICS_BYTES) },
      {
        ...{ op: 'syscall', name: 'getsockopt', args: [fdNumber(id), SOL_XDP, XDP_STATISTICS, at, length] },
        out: [
          { at, bytes: STATISTICS_BYTES },
          { at: received, bytes: 4 },
          { at: completed, bytes: 4 },
          { at: ringAt(id, 'rx'), bytes: ringBytes('rx') },
          { at: ringAt(id, 'completion'), bytes: ringBytes('completion') },
          { at: ringAt(id, 'tx'), bytes: COUNTERS_BYTES },
          { at: umemAt(settings) + partOffset(settings), bytes: partBytes(settings) },
        ],
      },
      ...(keep === 1 ? [] : giveBackSteps(id, xsk, received)),
      { op: 'add', at: consumerAt(id, 'rx'), from: received, plus: 0 },
      { op: 'add', at: consumerAt(id, 'completion'), from: completed, plus: 0 },
    ];
  },
});

/**
 * Gives the chunks of frames to the kernel again: the descriptor that was received as number k becomes number k + fill
 * of the fill ring. All members are copied, as nobody knows before how many frames come. A member that was copied
 * before stands there already, and one that the kernel writes meanwhile is behind the producer.
 */
function giveBackSteps(id: number, { fill }: OutsideXsk, received: number): Step[] {
  const copies = Array.from({ length: RING_ENTRIES }, (_, at) =>
    [0, HALF_ADDRESS_BYTES].map((half): Step => ({
      ...{ op: 'add', at: memberAt(id, 'fill', at + fill) + half, from: memberAt(id, 'rx', at) + half, plus: 0 },
    })),
  );
  return [...copies.flat(), { op: 'add', at: producerAt(id, 'fill'), from: received, plus: fill }];
}
