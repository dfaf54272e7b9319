import { alignUp, cat, type Int, u32, u64, zeros } from '../bytes';
import {
  IORING_CQE_BUFFER_SHIFT,
  IORING_CQE_F_BUFFER,
  IORING_OFF_SQ_RING,
  IORING_OFF_SQES,
  IORING_SETUP_CQSIZE,
  IORING_SETUP_NO_MMAP,
} from '../uapi/io_uring';

/** Bytes of struct io_uring_params. */
export const IO_URING_PARAMS_BYTES = 120;

/** A request for io_uring_setup(2). */
export interface IoUringSettings {
  /** IORING_SETUP_*. */
  readonly flags?: number;
  /** A power of 2; by default twice the entries of the submission queue. */
  readonly cqEntries?: number;
  /**
   * Page-aligned memory of the program for the rings and for the entries (IORING_SETUP_NO_MMAP, 6.5 and newer). Each
   * fits a page, or is of huge pages. Without it the kernel chooses their addresses: its mmap takes none
   * (io_uring_get_unmapped_area(), 6.1 to 7.3).
   */
  readonly memory?: { readonly rings: Int; readonly entries: Int };
}

/** struct io_uring_params, which io_uring_setup(2) reads and writes: include/uapi/linux/io_uring.h. */
export const ioUringParams = ({ flags = 0, cqEntries = 0, memory }: IoUringSettings = {}): Buffer =>
  cat(
    ...[u32(0), u32(cqEntries)],
    u32(flags | (cqEntries > 0 ? IORING_SETUP_CQSIZE : 0) | (memory ? IORING_SETUP_NO_MMAP : 0)),
    // user_addr is the last member of sq_off and of cq_off.
    ...[zeros(28), zeros(32), u64(memory?.entries ?? 0), zeros(32), u64(memory?.rings ?? 0)],
  );

/** Offsets in the rings. */
export interface IoUringLayout {
  readonly sqEntries: number;
  readonly cqEntries: number;
  readonly sq: { readonly head: number; readonly tail: number; readonly mask: number; readonly array: number };
  readonly cq: { readonly head: number; readonly tail: number; readonly mask: number; readonly cqes: number };
}

/** Reads the params that io_uring_setup(2) wrote. */
export function parseIoUringParams(bytes: Buffer): IoUringLayout {
  const at = (offset: number): number => bytes.readUInt32LE(offset);
  return {
    ...{ sqEntries: at(0), cqEntries: at(4) },
    sq: { head: at(40), tail: at(44), mask: at(48), array: at(64) },
    cq: { head: at(80), tail: at(84), mask: at(88), cqes: at(100) },
  };
}

/**
 * The layout that io_uring_setup(2) chooses, so that a program can write its entries before it runs: struct io_rings
 * (include/linux/io_uring_types.h), the same in 6.1 and 7.3. Both rings are in one piece of memory.
 * @param sqEntries - a power of 2
 * @param cqEntries - a power of 2; by default twice as many
 */
export function ioUringLayout(sqEntries: number, cqEntries = 2 * sqEntries): IoUringLayout {
  const array = alignUp(64 + 16 * cqEntries, 64);
  return {
    ...{ sqEntries, cqEntries },
    sq: { head: 0, tail: 4, mask: 16, array },
    cq: { head: 8, tail: 12, mask: 20, cqes: 64 },
  };
}

/** Bytes of both rings. */
export const ioUringBytes = ({ sq, sqEntries }: IoUringLayout): number => sq.array + 4 * sqEntries;

/** Bytes of struct io_uring_sqe; they have memory of their own. */
export const SQE_BYTES = 64;

/** Offsets for mmap. */
export const IO_URING_MMAP = { rings: IORING_OFF_SQ_RING, entries: IORING_OFF_SQES } as const;

/** A completion. */
export interface Cqe {
  readonly userData: bigint;
  /** The result, or minus errno. */
  readonly result: number;
  /** IORING_CQE_F_*. */
  readonly flags: number;
  /** Number of the buffer that was taken. */
  readonly buffer?: number;
}

/** Reads completions: struct io_uring_cqe, 16 bytes each. */
export const parseCqes = (bytes: Buffer): Cqe[] =>
  Array.from({ length: Math.floor(bytes.length / 16) }, (_, index) => {
    const flags = bytes.readUInt32LE(index * 16 + 12);
    const cqe = {
      userData: bytes.readBigUInt64LE(index * 16),
      result: bytes.readInt32LE(index * 16 + 8),
      flags,
    };
    return flags & IORING_CQE_F_BUFFER ? { ...cqe, buffer: flags >>> IORING_CQE_BUFFER_SHIFT } : cqe;
  });
