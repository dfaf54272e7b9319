import { pickHandle } from '../../pick';
import { defineOutside } from '../define_outside';
import { cpumapWaitSteps } from '../link/cpumap_wait';
import { fdNumber, fdOf } from '../fd';
import { FLOW_WORDS, FLOWS_MAX } from '../link/flows';
import { MSG } from '../message_flags';
import type { Step } from '../step';
import { endRingSend, RING_FLAW_WORDS, ringPlanOf, WAIT_WORDS } from './send_plan';
import { TX_RING_BYTES, txRingAt } from './tx_layout';

const COUNT_MAX = 16;
const SIZE_MAX = 16_384;
/** Bytes of data of a frame that fits into a device of the usual MTU. */
const USUAL_BYTES = 1400;
const AT_MAX = 255;
/** A call that waits for frames which a queue holds ends by a signal. */
const WAIT_LIMIT_MS = 500;

export const RING_SEND = defineOutside({
  name: 'ring_send',
  number: 211,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'flow', type: 'enum', words: FLOW_WORDS, default: 0 },
    { name: 'number', type: 'int', min: 0, max: FLOWS_MAX - 1, default: 0 },
    { name: 'count', type: 'int', min: 0, max: COUNT_MAX, default: 1 },
    { name: 'size', type: 'int', min: 0, max: SIZE_MAX, default: 0 },
    { name: 'at', type: 'int', min: 0, max: AT_MAX, default: 0 },
    { name: 'linear', type: 'int', min: 0, max: SIZE_MAX, default: 0 },
    { name: 'flaw', type: 'enum', words: RING_FLAW_WORDS, default: 0 },
    { name: 'wait', type: 'enum', words: WAIT_WORDS, default: 0 },
  ],
  promised: {
    text: 'The kernel sends each frame of the ring once, in order, and says so in its status. It changes nothing else.',
    source: 'PACKET_TX_RING of packet(7), Documentation/networking/packet_mmap.rst (Transmission process)',
  },
  syscall: 'sendto',
  // ENOBUFS: a filter or a queue dropped the frame, which is tried again. EINTR: a queue holds it.
  errors: ['EINVAL', 'EMSGSIZE', 'ENETDOWN', 'ENXIO', 'ENOBUFS', 'EINTR', 'EAGAIN'],
  elsewhere: ['EBADF', 'EBUSY'],
  weight: 16,
  usuallyNext: ['ring_send', 'ring_send', 'ring_read', 'burst'],
  draw(world, draw, args) {
    args.fd = pickHandle(world, draw, 'fd', ({ txRing }) => txRing !== null);
    if (args.fd < 0) return false;
    const ring = fdOf(world, args.fd).txRing;
    const isLong = ring !== null && ring.settings.slots === 2;
    const mayWait = !world.namesOf('link').some(({ object }) => object.holds);
    const isFull = ring !== null && ring.free <= 0;
    args.flow = draw.below(FLOW_WORDS.length);
    args.number = draw.below(16) === 0 ? 1 : 0;
    args.count = draw.chance(1, 16) ? 0 : draw.between(1, draw.chance(1, 6) ? COUNT_MAX : 6);
    args.size = draw.size(0, isLong && draw.chance(1, 2) ? SIZE_MAX : USUAL_BYTES);
    args.at = draw.chance(1, 2) ? 0 : draw.between(0, AT_MAX);
    args.linear = draw.chance(1, 2) ? 0 : draw.size(0, args.size + 80);
    args.flaw = draw.below(12) === 0 ? draw.below(RING_FLAW_WORDS.length) : 0;
    args.wait = mayWait && (isFull || draw.chance(1, 2)) ? 1 : 0;
    return true;
  },
  run(world, args) {
    const { txRing } = fdOf(world, args.fd);
    if (txRing === null) return;
    endRingSend(txRing, args, ringPlanOf(txRing, args));
    txRing.settled = args.count === 0;
  },
  steps(world, args, _result, memory) {
    const { id, txRing } = fdOf(world, args.fd);
    const frames = txRing === null ? [] : ringPlanOf(txRing, args);
    const at = txRingAt(id);
    const flags = WAIT_WORDS[args.wait] === 'yes' ? 0 : MSG.dontwait;
    return [
      ...frames.flatMap(({ data, header }): Step[] => [
        { op: 'poke', at: at + data.offset, bytes: data.bytes },
        { op: 'poke', at: at + header.offset, bytes: header.bytes },
      ]),
      {
        ...{ op: 'syscall', name: 'sendto', args: [fdNumber(id), memory.take(0), 0, flags, 0, 0] },
        limit_ms: WAIT_LIMIT_MS,
      },
      ...(txRing === null ? [] : [{ op: 'peek', at, bytes: TX_RING_BYTES } as const]),
      ...cpumapWaitSteps(world),
    ];
  },
});
