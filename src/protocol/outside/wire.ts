import {
  LEVELS,
  PROGRAM_STATUSES,
  type Level,
  type ProgramStatus,
  type RepeatStep,
  type Step,
} from '../../commands/outside/step';

/**
 * Programs and results as kernel/outside/ reads and writes them: little endian, each piece padded to 8 bytes.
 *
 *     request  u32 programs, u32 0, programs
 *     program  u32 level, u32 limit_ms, u32 steps, u32 bytes of steps, steps
 *     step     u32 op, u32 bytes of the whole, then by op:
 *     syscall    u32 number, u32 limit_ms, s32 fd, s32 fd of a pair, s32 the other, u32 outs, u64 at of the pair,
 *                6 u64 arguments, outs: u64 at, u32 bytes, u32 up to the return value
 *     poke       u64 at, u32 bytes, u32 0, the bytes
 *     fill       u64 at, u32 bytes, u32 seed
 *     peek       u64 at, u32 bytes, u32 0
 *     add        u64 at, u32 8, u32 plus, u64 from
 *     repeat     u32 times, u32 steps, u32 until (UNTILS), u32 0, steps
 *     reply    u32 programs, u32 0, programs
 *     program  u32 status, s32 detail, u32 bytes of results, u32 bytes of log, results, log
 *     result   u32 step, u32 flags, s64 ret, u32 outs, u32 bytes of log, outs: u32 bytes, u32 0, the bytes; log
 */
export const ALIGN = 8;
export const PROGRAM_HEADER_BYTES = 16;
export const STEP_HEADER_BYTES = 8;
/** Of a syscall, without its outs. */
export const SYSCALL_BYTES = 88;
export const OUT_BYTES = 16;
/** Of a poke without its bytes, a fill, a peek, an add without its other address. */
export const MEMORY_STEP_BYTES = 24;
export const REPEAT_BYTES = 24;
export const RESULT_HEADER_BYTES = 24;
export const SYSCALL_ARGS = 6;

/** The descriptor of a step that names none. */
export const NO_FD = -1;

/** Results of one program; those that come later are lost, and the program ends. */
export const RESULTS_MAX_BYTES = 8 << 20;
/** Warnings of the kernel that one step can hold; the rest is cut. */
export const LOG_MAX_BYTES = 64 << 10;

/** How the last call of a repetition ends it. */
export const UNTILS: Readonly<Record<RepeatStep['until'], number>> = { end: 0, error: 1, success: 2 };
export const OPS: Readonly<Record<Step['op'], number>> = { syscall: 1, poke: 2, fill: 3, peek: 4, repeat: 5, add: 6 };

/** Bits of a result. */
export enum ResultFlag {
  /** The call slept until its limit. */
  Interrupted = 1,
}

export const levelNumber = (level: Level): number => LEVELS.indexOf(level);
export const statusNumber = (status: ProgramStatus): number => PROGRAM_STATUSES.indexOf(status);

/** The length with its padding; lengths of 32 bits stay positive. */
export const padded = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;
