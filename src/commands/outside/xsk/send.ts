import type { OutsideXsk } from '../../../model/structs/outside';
import { pickHandle } from '../../pick';
import { u16, u32, cat } from '../abi/bytes';
import { xskDescriptor, xskIndex, XSK_RING_OFFSETS } from '../abi/xsk';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf } from '../fd';
import { cpumapWaitSteps } from '../link/cpumap_wait';
import { FLOW_WORDS, FLOWS_MAX } from '../link/flows';
import { MSG } from '../message_flags';
import type { Step } from '../step';
import { memberAt, producerAt, ringAt, umemAt } from './layout';
import { descriptorsOf, endSend, planOf, WAKE_WORDS, XSK_FLAW_WORDS, type XskSendArgs } from './send_plan';

const COUNT_MAX = 8;
const SIZE_MAX = 9000;
/** Bytes of data of a frame that fits into a device of the usual MTU. */
const USUAL_BYTES = 1400;
const AT_MAX = 1000;
const POLLOUT = 4;
/** Bytes of a ring to the end of its second counter. */
export const COUNTERS_BYTES = XSK_RING_OFFSETS.consumer + 4;

export const XSK_SEND = defineOutside({
  name: 'xsk_send',
  number: 221,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'flow', type: 'enum', words: FLOW_WORDS },
    { name: 'number', type: 'int', min: 0, max: FLOWS_MAX - 1, default: 0 },
    { name: 'count', type: 'int', min: 0, max: COUNT_MAX, default: 1 },
    { name: 'size', type: 'int', min: 0, max: SIZE_MAX },
    { name: 'at', type: 'int', min: 0, max: AT_MAX, default: 0 },
    { name: 'cut', type: 'int', min: 0, max: SIZE_MAX, default: 0 },
    { name: 'flaw', type: 'enum', words: XSK_FLAW_WORDS, default: 0 },
    { name: 'wake', type: 'enum', words: WAKE_WORDS, default: 0 },
  ],
  promised: {
    text: 'Each descriptor that the kernel takes from the ring is sent, or counted as invalid, and completes once.',
    source: 'Documentation/networking/af_xdp.rst (TX Ring, UMEM Completion Ring)',
  },
  syscall: null,
  // EAGAIN: the completion ring is full (7.3; 6.12 returns 0), or the queue of the device is stopped.
  // EBUSY: the device dropped the frame (NET_XMIT_DROP). Both: __xsk_generic_xmit, net/xdp/xsk.c.
  errors: ['EAGAIN', 'EBUSY', 'ENETDOWN', 'ENXIO'],
  elsewhere: ['EBADF'],
  weight: 20,
  usuallyNext: ['xsk_send', 'xsk_read', 'xsk_read', 'burst'],
  draw(world, draw, args) {
    args.fd = pickHandle(world, draw, 'fd', ({ xsk }) => xsk !== null);
    if (args.fd < 0) return false;
    const isMulti = fdOf(world, args.fd).xsk?.settings.isMulti === true;
    args.flow = draw.below(FLOW_WORDS.length);
    args.number = draw.below(16) === 0 ? 1 : 0;
    args.count = draw.chance(1, 12) ? 0 : draw.between(1, COUNT_MAX);
    args.size = draw.size(0, isMulti && draw.chance(1, 2) ? SIZE_MAX : USUAL_BYTES);
    args.at = draw.chance(1, 2) ? 0 : draw.size(0, AT_MAX);
    args.cut = isMulti && draw.chance(1, 2) ? draw.size(1, args.size + 1) : 0;
    args.flaw = draw.below(16) === 0 ? 1 : 0;
    args.wake = draw.chance(3, 5) ? 0 : draw.below(WAKE_WORDS.length);
    return true;
  },
  run(world, args) {
    const { xsk } = fdOf(world, args.fd);
    if (xsk !== null) endSend(xsk, args, planOf(xsk, args));
  },
  steps(world, args, _result, memory) {
    const { id, xsk } = fdOf(world, args.fd);
    if (xsk === null) return [];
    const counters: Step = { op: 'peek', at: ringAt(id, 'tx'), bytes: COUNTERS_BYTES };
    const wake = wakeSteps(fdNumber(id), WAKE_WORDS[args.wake], memory);
    return [counters, ...putSteps(id, xsk, args), ...wake, counters, ...cpumapWaitSteps(world)];
  },
});

/** Writes the frames into their chunks, and descriptors of them into the ring. */
function putSteps(id: number, xsk: OutsideXsk, args: XskSendArgs): Step[] {
  const descriptors = descriptorsOf(planOf(xsk, args));
  return [
    ...descriptors.flatMap(({ offset, bytes, data, more }, at): Step[] => [
      { op: 'poke', at: umemAt(xsk.settings) + offset, bytes: data },
      { op: 'poke', at: memberAt(id, 'tx', xsk.sent + at), bytes: xskDescriptor({ offset, bytes, more }) },
    ]),
    { op: 'poke', at: producerAt(id, 'tx'), bytes: xskIndex(xsk.sent + descriptors.length) },
  ];
}

function wakeSteps(fd: number, wake: (typeof WAKE_WORDS)[number], memory: CallMemory): Step[] {
  switch (wake) {
    case 'send':
      return [{ op: 'syscall', name: 'sendto', args: [fd, 0, 0, MSG.dontwait, 0, 0], isMain: true }];
    case 'receive':
      return [{ op: 'syscall', name: 'recvfrom', args: [fd, 0, 0, MSG.dontwait, 0, 0], isMain: true }];
    case 'poll': {
      const polled = cat(u32(fd), u16(POLLOUT), u16(0));
      const at = memory.take(polled.length);
      return [
        { op: 'poke', at, bytes: polled },
        { op: 'syscall', name: 'poll', args: [at, 1, 0], isMain: true },
      ];
    }
  }
}
