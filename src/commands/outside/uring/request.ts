import type { OutsideFd } from '../../../model/structs/outside';
import { u32 } from '../abi/bytes';
import { SQE_BYTES } from '../abi/io_uring/ring';
import { sqeBytes, type Sqe } from '../abi/io_uring/sqe';
import { IORING_ENTER_GETEVENTS } from '../abi/uapi/io_uring';
import { fdNumber } from '../fd';
import type { Out, Step, SyscallStep } from '../step';
import { CQES_END, RING_LAYOUT, ringMemory, slotAt, SQ_ENTRIES } from './ring';

/** Puts a request into a ring. The kernel has taken all before it, as each call enters the kernel. */
export function requestSteps(ring: OutsideFd, sqe: Sqe): Step[] {
  const { rings, entries } = ringMemory(ring.id);
  const { requests } = ring.uring;
  return [
    { op: 'poke', at: entries + (requests % SQ_ENTRIES) * SQE_BYTES, bytes: sqeBytes(sqe) },
    { op: 'poke', at: rings + RING_LAYOUT.sq.tail, bytes: u32(requests + 1) },
  ];
}

/**
 * Enters the kernel, and copies out the completions and the buffers of receives that wait.
 * @param submitted - requests that the kernel is to take
 * @param awaited - completions, counted from the ring's first, that are waited for
 * @param data - a buffer of the call's own
 */
export function enterStep(ring: OutsideFd, submitted: number, awaited: number, data?: Out): SyscallStep {
  const { rings } = ringMemory(ring.id);
  return {
    op: 'syscall',
    name: 'io_uring_enter',
    args: [fdNumber(ring.id), submitted, awaited, IORING_ENTER_GETEVENTS, 0, 0],
    out: [
      { at: rings, bytes: CQES_END },
      data ?? { at: rings, bytes: 0 },
      ...ring.uring.waiting.map(({ slot, bytes }) => ({ at: slotAt(ring.id, slot), bytes })),
    ],
  };
}

/** Notes a request in the program's belief. @param completions - that it has, notifications included */
export function noteRequest({ uring }: OutsideFd, completions: number): void {
  uring.requests++;
  uring.completions += completions;
  uring.settled = false;
}
