import { OutsideFd } from '../../../model/structs/outside';
import type { World } from '../../../model/world/world';
import type { Draw } from '../../draw';
import { nameResult } from '../../pick';
import { cat, u32 } from '../abi/bytes';
import { ioUringLayout, ioUringParams, IO_URING_PARAMS_BYTES, parseCqes, type Cqe } from '../abi/io_uring/ring';
import { IORING_CQE_F_NOTIF, IORING_SETUP_DEFER_TASKRUN, IORING_SETUP_SINGLE_ISSUER } from '../abi/uapi/io_uring';
import { defineOutside } from '../define_outside';
import { fdNumber, pickFd } from '../fd';
import { anonymousStep, objectMemory, PAGE_BYTES } from '../object_memory';
import type { StepResult } from '../step';

export const SQ_ENTRIES = 64;
/** More than the completions of a program's requests, so that nobody has to move the head. */
export const CQ_ENTRIES = 2 * SQ_ENTRIES;
/** A ring takes no more, so that its completions find room: two each at most. */
export const REQUESTS_MAX = CQ_ENTRIES / 2;
export const RING_LAYOUT = ioUringLayout(SQ_ENTRIES);
/** Bytes of the rings up to the end of the completions. */
export const CQES_END = RING_LAYOUT.cq.cqes + 16 * CQ_ENTRIES;
/** Buffers of receives that wait for their bytes. */
export const SLOTS = 4;
export const SLOT_BYTES = 16_384;
/** The address of a slot is at this distance from the rings. */
const FIRST_SLOT = 2 * PAGE_BYTES;
const MEMORY_BYTES = FIRST_SLOT + SLOTS * SLOT_BYTES;
/** The executor does the rest of a request when it asks for completions, not when it returns from any system call. */
export const RING_MODES = ['defer'] as const;

/** Addresses of a ring's parts. @param id - the number of its name */
export function ringMemory(id: number): { readonly rings: number; readonly entries: number } {
  return { rings: objectMemory(id), entries: objectMemory(id) + PAGE_BYTES };
}

export function slotAt(id: number, slot: number): number {
  return objectMemory(id) + FIRST_SLOT + slot * SLOT_BYTES;
}

/** The completions that a ring has, the first ones first. @param rings - its first CQES_END bytes; fewer: no ring */
export function completionsIn(rings: Buffer): Cqe[] {
  if (rings.length < CQES_END) return [];
  const count = Math.min(CQ_ENTRIES, rings.readUInt32LE(RING_LAYOUT.cq.tail));
  return parseCqes(rings.subarray(RING_LAYOUT.cq.cqes, RING_LAYOUT.cq.cqes + 16 * count));
}

/** Positions in the `out` of io_uring_enter. Receives that waited before have one each, behind these. */
export const URING_OUT = { rings: 0, data: 1, waiting: 2 } as const;

export const isRing = (fd: OutsideFd): boolean => fd.what === 'ring';

/** A ring that takes a request more. */
export const pickRing = (world: World, draw: Draw): ReturnType<typeof pickFd> =>
  pickFd(world, draw, (fd) => isRing(fd) && fd.uring.requests < REQUESTS_MAX);

export const URING = defineOutside({
  name: 'uring',
  number: 200,
  args: [{ name: 'mode', type: 'flags', words: RING_MODES, default: 0 }],
  result: 'fd',
  promised: { text: 'Rings for requests and their completions are made.', source: 'io_uring_setup(2)' },
  syscall: 'io_uring_setup',
  errors: [],
  // A kernel before 6.5 has no memory of the program in the place of its own (IORING_SETUP_NO_MMAP). EPERM:
  // kernel.io_uring_disabled.
  elsewhere: ['EINVAL', 'EPERM', 'EMFILE'],
  weight: 2,
  usuallyNext: ['connected', 'udp_connected', 'uring_send', 'uring_recv'],
  draw(_world, draw, args) {
    args.mode = draw.chance(1, 3) ? 1 : 0;
    return true;
  },
  run(world, _args, result) {
    nameResult(world, result, 'fd', new OutsideFd(result, 'ring'));
  },
  steps(_world, { mode }, result, memory) {
    const { rings, entries } = ringMemory(result);
    const flags = mode === 1 ? IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SINGLE_ISSUER : 0;
    const at = memory.take(IO_URING_PARAMS_BYTES);
    const order = Array.from({ length: SQ_ENTRIES }, (_, entry) => u32(entry));
    return [
      anonymousStep(rings, MEMORY_BYTES),
      { op: 'poke', at, bytes: ioUringParams({ flags, memory: { rings, entries } }) },
      { op: 'syscall', name: 'io_uring_setup', args: [SQ_ENTRIES, at], fd: fdNumber(result) },
      { op: 'poke', at: rings + RING_LAYOUT.sq.array, bytes: cat(...order) },
    ];
  },
});

/** The result of a request is in its completion. */
export function resultOfRequest({ out }: StepResult, position: number): number | undefined {
  const own = completionsIn(out[URING_OUT.rings]).find((one) => isResultOf(one, position));
  return own?.result;
}

/** Whether a completion is the result of the request that a call made. */
export const isResultOf = ({ userData, flags }: Cqe, position: number): boolean =>
  Number(userData) === position && (flags & IORING_CQE_F_NOTIF) === 0;
