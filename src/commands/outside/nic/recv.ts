import { defineOutside } from '../define_outside';
import type { CallMemory } from '../call_memory';
import { MSG } from '../message_flags';
import type { Step } from '../step';
import { FRAME_MAX_BYTES } from './frames';
import { clearError, nicOf, pickNic } from './nic';
import { nicFd } from './nic_places';

/** Frames that are on their way come: the wire is a process that may have to wait for its turn. */
const WAIT_MS = 10_000;
const MORE_MAX = 512;
/** An edit adds bytes. */
const BUFFER_BYTES = FRAME_MAX_BYTES + 256;

export const NIC_SOCKETS = ['told', 'sentOn'] as const;
export type NicSocket = (typeof NIC_SOCKETS)[number];

/** Positions of the receives of a socket: those that wait for frames, and those that take what else there is. */
const SOCKET_STEPS = 6;
export const RECV_STEPS = NIC_SOCKETS.map((_socket, at) => ({
  waiting: at * SOCKET_STEPS + 3,
  more: at * SOCKET_STEPS + 5,
}));

export const NIC_RECV = defineOutside({
  name: 'nic_recv',
  number: 159,
  args: [{ name: 'nic', type: 'link' }],
  promised: {
    text: 'All that was sent to the device, and all that its XDP program passes, can be received.',
    source: 'packet(7)',
  },
  // The one call that is always made: a receive that waits is left out where no frame is due.
  syscall: 'getsockopt',
  errors: ['EBADF'],
  weight: 20,
  usuallyNext: ['nic_burst', 'nic_burst', 'nic_recv', 'nic_ready'],
  draw(world, draw, args) {
    const isAny = draw.chance(1, 20);
    args.nic = pickNic(world, draw, ({ unread }) => isAny || unread);
    return args.nic >= 0;
  },
  run(world, { nic }) {
    const device = nicOf(world, nic);
    if (device === null) return;
    device.expected = { told: 0, sentOn: 0 };
    device.unread = false;
    device.settled = true;
  },
  steps(world, { nic }, _result, memory) {
    const device = nicOf(world, nic);
    if (device === null) return [];
    const at = memory.take(BUFFER_BYTES);
    return NIC_SOCKETS.flatMap((socket) =>
      receiveSteps(nicFd(device.end, socket), device.expected[socket], at, memory),
    );
  },
});

function receiveSteps(fd: number, expected: number, at: number, memory: CallMemory): Step[] {
  const receive = (flags: number): Step & { op: 'syscall' } => ({
    op: 'syscall',
    name: 'recvfrom',
    args: [fd, at, BUFFER_BYTES, flags, 0, 0],
    out: [{ at, bytes: BUFFER_BYTES, upToReturn: true }],
    limit_ms: WAIT_MS,
  });
  return [
    ...clearError(fd, memory),
    { op: 'repeat', times: expected, until: 'error', steps: [receive(0)] },
    { op: 'repeat', times: MORE_MAX, until: 'error', steps: [receive(MSG.dontwait)] },
  ];
}
