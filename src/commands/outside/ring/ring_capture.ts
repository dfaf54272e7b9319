import { OutsideFd } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { u32 } from '../abi/bytes';
import { packetVersion, tpacketReq, tpacketReq3, type PacketRing } from '../abi/packet_ring';
import { sockaddrLl } from '../abi/sockaddr';
import { PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION } from '../abi/uapi/af_packet';
import { ETH_P_ALL } from '../abi/uapi/devices';
import { AF_PACKET, SOL_PACKET } from '../abi/uapi/sockets';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { fileStep, objectMemory } from '../object_memory';
import { optionSteps } from '../option_steps';
import type { Out, Step, SyscallStep } from '../step';
import { farOf, linkOf } from '../link/devices';

const SOCK_RAW = 3;
export const BLOCK_BYTES = 16_384;
export const BLOCKS = 8;
const RING_BYTES = BLOCKS * BLOCK_BYTES;
export const VERSION_WORDS = ['v1', 'v2', 'v3'] as const;
/** Bytes of a frame: of an Ethernet frame without offloads, and as many as a block has. */
export const FRAME_WORDS = ['small', 'block'] as const;
export const FRAME_BYTES = { small: 2048, block: BLOCK_BYTES } as const;
/** A block of version 3 that has frames is closed after this time; the reader waits for some more. */
const RETIRE_MS = 8;
const RETIRED_MS = 40;
/** struct tpacket_stats_v3; the other versions have 8 bytes. */
const STATISTICS_BYTES = 12;

/** The sizes of a ring that its words stand for. */
const ringOf = (frame: number): PacketRing => ({
  blockBytes: BLOCK_BYTES,
  blocks: BLOCKS,
  frameBytes: FRAME_BYTES[FRAME_WORDS[frame]],
});

export const RING_CAPTURE = defineOutside({
  name: 'ring_capture',
  number: 208,
  args: [
    { name: 'link', type: 'link' },
    { name: 'version', type: 'enum', words: VERSION_WORDS },
    { name: 'frame', type: 'enum', words: FRAME_WORDS, default: 0 },
  ],
  result: 'fd',
  promised: {
    text: 'Each packet that comes out of the link is in the ring, or is counted as dropped.',
    source: 'PACKET_RX_RING of packet(7), Documentation/networking/packet_mmap.rst',
  },
  syscall: 'bind',
  errors: ['ENODEV'],
  elsewhere: ['EBADF', 'ENETDOWN', 'EPERM'],
  weight: 2,
  usuallyNext: ['burst', 'burst', 'ring_read', 'fanout'],
  draw(world, draw, args) {
    args.link = draw.handle(world, 'link');
    args.version = draw.below(VERSION_WORDS.length);
    args.frame = draw.chance(1, 3) ? 1 : 0;
    return args.link >= 0;
  },
  run(world, { link, version, frame }, result) {
    const fd = new OutsideFd(result, 'socket', 'packet', 'dgram');
    fd.packetRing = { version, frame };
    fd.captures = linkOf(world, link);
    nameResult(world, result, 'fd', fd);
  },
  steps(world, { link, version, frame }, result, memory) {
    const fd = fdNumber(result);
    const ring = ringOf(frame);
    const isThird = VERSION_WORDS[version] === 'v3';
    const address = sockaddrLl(ETH_P_ALL, farOf(linkOf(world, link)).ifindex);
    const at = memory.take(address.length);
    return [
      { op: 'poke', at, bytes: address },
      // No packets before it is bound.
      { op: 'syscall', name: 'socket', args: [AF_PACKET, SOCK_RAW, 0], fd },
      ...optionSteps(memory, fd, SOL_PACKET, PACKET_VERSION, packetVersion(([1, 2, 3] as const)[version])),
      ...optionSteps(memory, fd, SOL_PACKET, PACKET_RX_RING, isThird ? tpacketReq3(ring, RETIRE_MS) : tpacketReq(ring)),
      fileStep(objectMemory(result), RING_BYTES, fd, 0, true),
      { op: 'syscall', name: 'bind', args: [fd, at, address.length] },
    ];
  },
});

/** Positions in the `out` of a getsockopt: each of ring_read has the first, the second has the ring. */
export const RING_OUT = { statistics: 0, ring: 1 } as const;

export const RING_READ = defineOutside({
  name: 'ring_read',
  number: 209,
  args: [{ name: 'fd', type: 'fd' }],
  promised: {
    text: 'The frames of the ring are whole, and are as many as were received and not dropped.',
    source: 'PACKET_STATISTICS of packet(7), Documentation/networking/packet_mmap.rst',
  },
  syscall: 'getsockopt',
  errors: ['EBADF', 'ENOTSOCK', 'EOPNOTSUPP'],
  elsewhere: ['ENOPROTOOPT'],
  weight: 3,
  usuallyNext: ['burst', 'burst', 'burst', 'burst'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ packetRing }) => packetRing !== null);
    return args.fd >= 0;
  },
  run(world, { fd }) {
    fdOf(world, fd).drained = true;
  },
  steps(world, { fd }, _result, memory) {
    const { id, packetRing } = fdOf(world, fd);
    const isThird = VERSION_WORDS[packetRing?.version ?? 0] === 'v3';
    const ring = objectMemory(id);
    return [
      ...askSteps(memory, fdNumber(fd), []),
      ...(isThird ? [{ op: 'syscall', name: 'poll', args: [ring, 0, RETIRED_MS] } as const] : []),
      // Packets that came since, and while the ring is given back.
      ...askSteps(memory, fdNumber(fd), [{ at: ring, bytes: RING_BYTES }]),
      ...(packetRing === null ? [] : giveBackSteps(ring, packetRing)),
      ...askSteps(memory, fdNumber(fd), []),
    ];
  },
});

function askSteps(memory: CallMemory, fd: number, more: readonly Out[]): (Step | SyscallStep)[] {
  const at = memory.take(STATISTICS_BYTES);
  const length = memory.take(4);
  return [
    { op: 'poke', at: length, bytes: u32(STATISTICS_BYTES) },
    {
      op: 'syscall',
      name: 'getsockopt',
      args: [fd, SOL_PACKET, PACKET_STATISTICS, at, length],
      out: [{ at, bytes: STATISTICS_BYTES }, ...more],
    },
  ];
}

/** Gives all frames to the kernel again, or all blocks: TP_STATUS_KERNEL is 0. */
function giveBackSteps(ring: number, { version, frame }: { version: number; frame: number }): Step[] {
  const isThird = VERSION_WORDS[version] === 'v3';
  const bytes = isThird ? BLOCK_BYTES : ringOf(frame).frameBytes;
  const statusAt = isThird ? BLOCK_STATUS_AT : 0;
  // The status of the first version is a long.
  const zero = Buffer.alloc(VERSION_WORDS[version] === 'v1' ? 8 : 4);
  return Array.from({ length: RING_BYTES / bytes }, (_, at): Step => ({
    op: 'poke',
    at: ring + at * bytes + statusAt,
    bytes: zero,
  }));
}

/** Of struct tpacket_block_desc. */
const BLOCK_STATUS_AT = 8;
