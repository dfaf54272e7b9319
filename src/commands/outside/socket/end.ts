import type { OutsideFd } from '../../../model/structs/outside';
import { dropHandle } from '../../../model/world/handles';
import type { World } from '../../../model/world/world';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { reachesSelf } from '../link/reaches_self';
import { MSG } from '../message_flags';
import { messageHeader } from '../msghdr';
import type { CallMemory } from '../call_memory';
import type { PokeStep, RepeatStep, Step } from '../step';

export const SHUTDOWN_WORDS = ['rd', 'wr', 'rdwr'] as const;

export const SHUTDOWN = defineOutside({
  name: 'shutdown',
  number: 10,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'how', type: 'enum', words: SHUTDOWN_WORDS },
  ],
  promised: {
    text: 'The peer reads all that was sent, and then the end of the stream.',
    source: 'shutdown(2), tcp(7)',
  },
  syscall: 'shutdown',
  errors: ['EBADF', 'ENOTSOCK', 'ENOTCONN'],
  // Documented, and no program here reaches it.
  elsewhere: ['EINVAL', 'EOPNOTSUPP'],
  weight: 2,
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => fd.isStream && fd.peer !== null);
    args.how = draw.chance(2, 3) ? SHUTDOWN_WORDS.indexOf('wr') : draw.below(SHUTDOWN_WORDS.length);
    return args.fd >= 0;
  },
  run(world, { fd, how }) {
    const object = fdOf(world, fd);
    if (SHUTDOWN_WORDS[how] === 'rd') return;
    object.shutWrite = true;
    if (object.peer?.peer === object) object.peer.peerEnded = true;
  },
  steps: (_world, { fd, how }) => [{ op: 'syscall', name: 'shutdown', args: [fdNumber(fd), how] }],
});

export const CLOSE = defineOutside({
  name: 'close',
  number: 11,
  args: [{ name: 'fd', type: 'fd', consumed: true }],
  promised: { text: 'Bytes that were sent before the descriptor was closed still arrive.', source: 'close(2)' },
  syscall: 'close',
  errors: ['EBADF'],
  weight: 4,
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, () => true);
    return args.fd >= 0;
  },
  run(world, { fd }) {
    const object = fdOf(world, fd);
    const { peer } = object;
    if (peer?.peer === object) {
      peer.peerEnded = true;
      peer.peer = null;
    }
    dropHandle(world, fd);
  },
  steps: (_world, { fd }) => [{ op: 'syscall', name: 'close', args: [fdNumber(fd)] }],
});

/** No datagram of a program is longer. */
export const DRAIN_BYTES = 131_072;
const DRAIN_TIMES = 256;
/** A stream without loss ends within milliseconds. TCP's retransmission timer has 200 ms: a few of its rounds fit. */
const DRAIN_LIMIT_MS = 3000;
/** A link may lose what goes over it: one round is waited for, and nobody judges what does not come. */
const LINK_DRAIN_LIMIT_MS = 250;

/** Positions of the steps of a drain. */
export const DRAIN_STEPS = { repeat: 0, read: 1, meminfo: 3, readOfFrames: 2 } as const;
export const MEMINFO_BYTES = 36;
/** Position of the counter of drops among those of SO_MEMINFO (include/uapi/linux/sock_diag.h), 4 bytes each. */
export const SK_MEMINFO_DROPS = 8;

export const DRAIN = defineOutside({
  name: 'drain',
  number: 12,
  args: [{ name: 'fd', type: 'fd' }],
  promised: {
    text: 'Without loss all that was sent arrives, and nobody waits for ever.',
    source: 'tcp(7), RFC 9293 section 3.8',
  },
  syscall: 'recvfrom',
  errors: [
    'EBADF',
    'ENOTSOCK',
    'EAGAIN',
    'ENOTCONN',
    'EINVAL',
    'ECONNRESET',
    'ECONNREFUSED',
    'EPIPE',
    'EINTR',
    'EMSGSIZE',
    'EBADMSG',
    'EIO',
    // Of a packet socket: packet(7).
    'ENETDOWN',
  ],
  // Documented, and no program here reaches it.
  elsewhere: ['EOPNOTSUPP', 'ETIMEDOUT'],
  weight: 1,
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => fd.isStream && fd.peer !== null);
    return args.fd >= 0;
  },
  run(world, { fd }) {
    fdOf(world, fd).drained = true;
  },
  steps(world, { fd }, _result, memory) {
    const object = fdOf(world, fd);
    const at = memory.take(DRAIN_BYTES);
    const number = fdNumber(fd);
    const info = memory.take(MEMINFO_BYTES);
    const bytes = memory.take(4);
    return [
      {
        op: 'repeat',
        times: object.what === 'memfd' ? 1 : DRAIN_TIMES,
        until: 'end',
        steps:
          object.family === 'packet'
            ? framesSteps(number, at, memory)
            : [readStep(object, number, at, canEnd(world, object))],
      },
      { op: 'poke', at: bytes, bytes: Buffer.from([MEMINFO_BYTES, 0, 0, 0]) },
      {
        op: 'syscall',
        name: 'getsockopt',
        args: [number, 1, SO_MEMINFO, info, bytes],
        out: [{ at: info, bytes: MEMINFO_BYTES }],
      },
    ];
  },
});

const SO_MEMINFO = 55;

/**
 * Only the end of a stream is worth waiting for: the peer has shut it down, or will never send again. Where the two
 * ends talk over a link, there is a way to it.
 */
const canEnd = (world: World, { isStream, peerEnded, isOverLink, family }: OutsideFd): boolean =>
  isStream && peerEnded && (!isOverLink || reachesSelf(world, family));

function readStep(object: OutsideFd, number: number, at: number, canEnd: boolean): Extract<Step, { op: 'syscall' }> {
  const out = [{ at, bytes: DRAIN_BYTES, upToReturn: true }];
  // A file is read from its start, wherever its offset is.
  if (object.what === 'memfd') return { op: 'syscall', name: 'pread64', args: [number, at, DRAIN_BYTES, 0], out };
  if (object.what !== 'socket') return { op: 'syscall', name: 'read', args: [number, at, DRAIN_BYTES], out };
  const flags = canEnd ? 0 : MSG.dontwait;
  const args = [number, at, DRAIN_BYTES, flags, 0, 0];
  return {
    op: 'syscall',
    name: 'recvfrom',
    args,
    out,
    limit_ms: object.isOverLink ? LINK_DRAIN_LIMIT_MS : DRAIN_LIMIT_MS,
  };
}

/** Positions in the `out` of a read of a packet socket. */
export const FRAME_OUT = { data: 0, header: 1, control: 2 } as const;
const CONTROL_BYTES = 64;

/** A packet socket says beside a frame which VLAN tag it had: PACKET_AUXDATA of packet(7). */
function framesSteps(number: number, at: number, memory: CallMemory): RepeatStep['steps'] {
  const control = { at: memory.take(CONTROL_BYTES), bytes: CONTROL_BYTES };
  const data = { at, bytes: DRAIN_BYTES };
  const { at: header, step, out } = messageHeader(memory, { data: [data], control });
  return [
    step as PokeStep,
    {
      op: 'syscall',
      name: 'recvmsg',
      args: [number, header, MSG.dontwait],
      out: [{ ...data, upToReturn: true }, out, control],
    },
  ];
}

export const MEMINFO = defineOutside({
  name: 'meminfo',
  number: 20,
  args: [{ name: 'fd', type: 'fd' }],
  promised: { text: 'No counter of a socket is negative.', source: 'include/uapi/linux/sock_diag.h, SK_MEMINFO_VARS' },
  syscall: 'getsockopt',
  errors: ['EBADF', 'ENOTSOCK'],
  weight: 3,
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ what }) => what === 'socket');
    return args.fd >= 0;
  },
  run: () => undefined,
  steps(_world, { fd }, _result, memory) {
    const at = memory.take(MEMINFO_BYTES);
    const bytes = memory.take(4);
    return [
      { op: 'poke', at: bytes, bytes: Buffer.from([MEMINFO_BYTES, 0, 0, 0]) },
      {
        op: 'syscall',
        name: 'getsockopt',
        args: [fdNumber(fd), 1, SO_MEMINFO, at, bytes],
        out: [{ at, bytes: MEMINFO_BYTES }],
      },
    ];
  },
});
