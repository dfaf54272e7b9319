import { defineCommand } from '../define_command';
import { putPage } from '../../model/mm/page_alloc';
import { completionRingIsOpen, type Umem } from '../../model/structs/umem';
import { userOwns, writeUmem } from '../../model/net/xdp/umem_bytes';
import type { World } from '../../model/world/world';
import { xdpUmemReg } from '../../model/net/xdp/xdp_umem_reg';
import { forgetUmem } from '../../model/net/xdp/xsk_destruct';
import { type Command } from '../command';
import { consume, umemOf } from '../objects';
import type { Draw } from '../draw';
import { unmapQueue } from './xsk_dma';
import { countHandles, nameResult, pickHandle } from '../pick';

const UMEM_NAMES_MAX = 2;
export const CHUNKS_MAX = 16;
const CHUNK_SIZE_MAX = 8192;
const HEADROOM_MAX = 4096;
const ENTRIES_MAX = 64;
const UMEM_BYTES_MAX = CHUNKS_MAX * CHUNK_SIZE_MAX;

/** Draws the size of a ring: mostly a small one, which fills up, and sometimes one that the kernel refuses. */
export function drawEntries(draw: Draw): number {
  return draw.chance(1, 24) ? draw.pick([0, 3, 12, 63]) : draw.pick([1, 2, 4, 8, 8, 16, 32, 64, 64]);
}

/**
 * mmap() of memory, socket(AF_XDP), and its setsockopt(): XDP_UMEM_REG, XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING.
 * The name refers to the memory and the completion ring. The first xsk_bind() gets the socket.
 */
const XDP_UMEM_REG = defineCommand({
  name: 'xdp_umem_reg',
  opcode: 364,
  system: 'xsk',
  args: [
    { name: 'chunks', type: 'int', min: 0, max: CHUNKS_MAX, smallest: 1 },
    { name: 'chunk_size', type: 'int', min: 0, max: CHUNK_SIZE_MAX },
    { name: 'headroom', type: 'int', min: 0, max: HEADROOM_MAX, default: 0 },
    { name: 'unaligned', type: 'int', min: 0, max: 1, default: 0 },
    { name: 'entries', type: 'int', min: 0, max: ENTRIES_MAX, smallest: 1 },
  ],
  result: 'umem',
  outcomes: ['ok', 'einval'],
  allocates: false,
  contextual: false,
  weight: 6,
  usuallyNext: ['umem_write', 'xsk_bind'],
  draw(world, draw, args) {
    if (countHandles(world, 'umem') >= UMEM_NAMES_MAX) return false;
    const sane = draw.chance(15, 16);
    args.chunks = sane ? draw.between(1, CHUNKS_MAX) : 0;
    args.unaligned = draw.below(2);
    args.chunk_size = args.unaligned === 1 && draw.chance(1, 2) ? draw.between(2048, 4096) : draw.pick([2048, 4096]);
    if (draw.chance(1, 24)) args.chunk_size = draw.pick([0, 1024, 2047, 3000, 4097, CHUNK_SIZE_MAX]);
    args.headroom = draw.chance(7, 8) ? 0 : draw.size(0, HEADROOM_MAX);
    args.entries = drawEntries(draw);
    return true;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    const { chunks, chunk_size: chunkSize, headroom, unaligned, entries } = args;
    const umem = xdpUmemReg(world, { chunks, chunkSize, headroom, unaligned: unaligned === 1, entries });
    if (typeof umem === 'number') {
      world.ret = umem;
      return 1;
    }
    nameResult(world, result, 'umem', umem);
    world.ret = 0;
    return 0;
  },
});

function mayWrite(world: World, umem: Umem, addr: number, len: number): boolean {
  return addr + len <= umem.size && userOwns(world, umem, addr, addr + len);
}

/** The user writes to its memory. Contract: the kernel does not hold the bytes. */
const UMEM_WRITE = defineCommand({
  name: 'umem_write',
  opcode: 366,
  system: 'xsk',
  args: [
    { name: 'umem', type: 'umem' },
    { name: 'addr', type: 'int', min: 0, max: UMEM_BYTES_MAX, default: 0 },
    { name: 'len', type: 'int', min: 1, max: CHUNK_SIZE_MAX, smallest: 1 },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 6,
  usuallyNext: ['umem_write', 'xsk_tx_desc', 'xsk_tx_desc', 'xsk_tx_desc'],
  draw(world, draw, args) {
    args.umem = draw.handle(world, 'umem');
    if (args.umem < 0) return false;
    const umem = umemOf(world, args.umem);
    args.addr = draw.below(Math.floor(umem.size / umem.chunkSize)) * umem.chunkSize;
    if (draw.chance(1, 8)) args.addr = draw.below(umem.size);
    args.len = Math.min(draw.chance(3, 4) ? umem.chunkSize : draw.size(1, umem.chunkSize), umem.size - args.addr);
    return true;
  },
  applies(world, args) {
    return mayWrite(world, umemOf(world, args.umem), args.addr, args.len);
  },
  run(world, args) {
    writeUmem(world, umemOf(world, args.umem), args.addr, args.len);
    return 0;
  },
});

function hasCompletions(umem: Umem): boolean {
  return umem.cq.producer !== umem.cq.consumer && completionRingIsOpen(umem);
}

/**
 * The user reads up to `count` entries of its completion ring, which is freed with the last socket. Returns the number
 * of entries that it read.
 */
const XSK_CQ_READ = defineCommand({
  name: 'xsk_cq_read',
  opcode: 369,
  system: 'xsk',
  args: [
    { name: 'umem', type: 'umem' },
    { name: 'count', type: 'int', min: 1, max: ENTRIES_MAX, smallest: 1 },
  ],
  outcomes: ['some', 'none'],
  allocates: false,
  contextual: false,
  weight: 24,
  usuallyNext: ['umem_write', 'xsk_tx_desc', 'xsk_sendto'],
  draw(world, draw, args) {
    args.umem = draw.chance(7, 8)
      ? pickHandle(world, draw, 'umem', hasCompletions)
      : pickHandle(world, draw, 'umem', completionRingIsOpen);
    args.count = draw.chance(1, 2) ? ENTRIES_MAX : draw.between(1, 4);
    return args.umem >= 0;
  },
  applies(world, args) {
    return completionRingIsOpen(umemOf(world, args.umem));
  },
  run(world, args) {
    const { cq } = umemOf(world, args.umem);
    const count = Math.min(args.count, cq.producer - cq.consumer);
    cq.consumer += count;
    world.ret = count;
    return count > 0 ? 0 : 1;
  },
});

function allClosed(umem: Umem): boolean {
  return umem.sockets.every(({ closed }) => closed);
}

/**
 * munmap() of the memory and of the completion ring, and close() of a socket that was never bound. Contract: all
 * sockets that were bound are closed.
 */
const UMEM_FREE = defineCommand({
  name: 'umem_free',
  opcode: 371,
  system: 'xsk',
  args: [{ name: 'umem', type: 'umem', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 1,
  draw(world, draw, args) {
    args.umem = pickHandle(world, draw, 'umem', allClosed);
    return args.umem >= 0;
  },
  applies(world, args) {
    return allClosed(umemOf(world, args.umem));
  },
  run(world, args) {
    const umem = umemOf(world, args.umem);
    consume(world, args.umem);
    // The last socket is closed: its driver gives up the pools.
    umem.mappedQueues.forEach((mapped, queue) => mapped && unmapQueue(world, umem, queue));
    umem.freed = true;
    for (const page of umem.pages) putPage(world, page);
    forgetUmem(world, umem);
    return 0;
  },
});

export const XSK_UMEM_COMMANDS: readonly Command[] = [XDP_UMEM_REG, UMEM_WRITE, XSK_CQ_READ, UMEM_FREE];
