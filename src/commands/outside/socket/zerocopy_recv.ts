import type { OutsideFd } from '../../../model/structs/outside';
import { u32 } from '../abi/bytes';
import { tcpZerocopyReceive } from '../abi/socket/values';
import { SOL_TCP, TCP_ZEROCOPY_RECEIVE } from '../abi/uapi/sockets';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { fileStep, PAGE_BYTES, receivedMemory } from '../object_memory';
import type { Out, Step } from '../step';

/** Places in the memory of a socket to which its bytes can be mapped. */
export const PLACES = 4;
/** More than the fragments of a socket buffer (MAX_SKB_FRAGS is 17). */
export const PLACE_PAGES = 24;
const PLACE_BYTES = PLACE_PAGES * PAGE_BYTES;
const COPY_MAX = 16_384;
const ZC_BYTES = 64;
const SIOCINQ = 0x541b;

const placeAt = (id: number, place: number): number => receivedMemory(id) + place * PLACE_BYTES;

/** Pages one by one: those that hold nothing cannot be read. */
const pages = (at: number, count: number): Out[] =>
  Array.from({ length: count }, (_, page) => ({ at: at + page * PAGE_BYTES, bytes: PAGE_BYTES }));

/** Positions in the `out` of zerocopy_recv; the pages of the place follow. */
export const ZEROCOPY_OUT = { answer: 0, copy: 1, pages: 2 } as const;

export const ZEROCOPY_RECV = defineOutside({
  name: 'zerocopy_recv',
  number: 205,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'place', type: 'int', min: 0, max: PLACES - 1, default: 0 },
    { name: 'len', type: 'int', min: 0, max: PLACE_BYTES },
    { name: 'copy', type: 'int', min: 0, max: COPY_MAX, default: 0 },
    { name: 'flags', type: 'flags', words: ['clean'], default: 0 },
  ],
  promised: {
    text: 'The bytes that are mapped, and those that are copied, are the next of the stream, in order, once.',
    source: 'TCP_ZEROCOPY_RECEIVE of include/uapi/linux/tcp.h, tcp_zerocopy_receive of net/ipv4/tcp.c',
  },
  syscall: 'getsockopt',
  // EIO: the end of the stream.
  errors: ['EBADF', 'ENOTSOCK', 'EOPNOTSUPP', 'ENOTCONN', 'EIO'],
  elsewhere: ['EINVAL', 'ENOPROTOOPT', 'EFAULT', 'EBUSY'],
  weight: 3,
  usuallyNext: ['send', 'zerocopy_recv', 'mapped', 'recv'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => isTcp(fd) && fd.peer !== null);
    args.place = draw.below(PLACES);
    args.len = draw.chance(1, 2) ? PAGE_BYTES * draw.size(0, PLACE_PAGES) : draw.size(0, PLACE_BYTES);
    args.copy = draw.chance(1, 2) ? 0 : draw.size(0, COPY_MAX);
    args.flags = draw.chance(1, 4) ? 1 : 0;
    return args.fd >= 0;
  },
  run(world, { fd, place }) {
    fdOf(world, fd).maps |= 1 << place;
  },
  steps(world, { fd, place, len, copy, flags }, _result, memory) {
    const { id, maps } = fdOf(world, fd);
    const at = placeAt(id, place);
    const copied = { at: memory.take(copy), bytes: copy };
    const value = memory.take(ZC_BYTES);
    const length = memory.take(4);
    const isMapped = ((maps >>> place) & 1) === 1;
    return [
      ...(isMapped ? [] : [fileStep(at, PLACE_BYTES, fdNumber(fd), 0, false)]),
      { op: 'poke', at: value, bytes: tcpZerocopyReceive({ at, bytes: len, copy: copied, isClean: flags === 1 }) },
      { op: 'poke', at: length, bytes: u32(ZC_BYTES) },
      {
        op: 'syscall',
        name: 'getsockopt',
        args: [fdNumber(fd), SOL_TCP, TCP_ZEROCOPY_RECEIVE, value, length],
        out: [{ at: value, bytes: ZC_BYTES }, copied, ...pages(at, Math.ceil(len / PAGE_BYTES))],
      },
    ];
  },
});

const isTcp = ({ what, family, type, isMptcp, listening }: OutsideFd): boolean =>
  what === 'socket' && type === 'stream' && (family === 'inet' || family === 'inet6') && !isMptcp && !listening;

export const MAPPED_WORDS = ['look', 'unmap'] as const;

export const MAPPED = defineOutside({
  name: 'mapped',
  number: 206,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'to', type: 'enum', words: MAPPED_WORDS },
  ],
  promised: {
    text: 'The bytes of a stream that are mapped are still there.',
    source: 'TCP_ZEROCOPY_RECEIVE of include/uapi/linux/tcp.h, mmap(2)',
  },
  syscall: 'ioctl',
  errors: ['EBADF', 'EINVAL'],
  elsewhere: ['ENOTTY', 'EOPNOTSUPP'],
  weight: 1,
  usuallyNext: ['zerocopy_recv', 'send'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ maps }) => maps !== 0);
    args.to = draw.chance(1, 6) ? 1 : 0;
    return args.fd >= 0;
  },
  run(world, { fd, to }) {
    if (MAPPED_WORDS[to] === 'unmap') fdOf(world, fd).maps = 0;
  },
  steps(world, { fd, to }, _result, memory) {
    const { id, maps } = fdOf(world, fd);
    const at = memory.take(4);
    const places = Array.from({ length: PLACES }, (_, place) => place).filter((place) => ((maps >>> place) & 1) === 1);
    const look: Step = {
      op: 'syscall',
      name: 'ioctl',
      args: [fdNumber(fd), SIOCINQ, at],
      out: places.flatMap((place) => pages(placeAt(id, place), PLACE_PAGES)),
    };
    if (MAPPED_WORDS[to] === 'look') return [look];
    return [look, { op: 'syscall', name: 'munmap', args: [receivedMemory(id), PLACES * PLACE_BYTES] }];
  },
});
