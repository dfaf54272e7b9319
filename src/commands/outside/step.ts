import type { SyscallName } from './abi/syscalls';

/**
 * The memory of a program of the outside: all its buffers lie here, at addresses that this side chooses, so that
 * structures can point at each other before the program runs. It is far behind the heap of a static program, which
 * begins up to 1 GiB behind its data (arch_randomize_brk).
 */
export const ARENA = 0x7000_0000;
export const ARENA_BYTES = 32 << 20;

/** A file descriptor that a program names has a fixed number: this one and those above. */
export const FIRST_FD = 100;
export const FDS_MAX = 900;

/** Longest time of a system call where its step names none. */
export const CALL_LIMIT_MS = 1000;

/** Bytes that a step copies out of the program's memory right after it, for the judge. */
export interface Out {
  readonly at: number;
  readonly bytes: number;
  /** Only as many as the system call returned. */
  readonly upToReturn?: boolean;
}

/** A system call. Its arguments are constants: buffers have addresses and descriptors have numbers. */
export interface SyscallStep {
  readonly op: 'syscall';
  readonly name: SyscallName;
  /** At most six. Negative numbers and addresses are 64 bits wide. */
  readonly args: readonly (number | bigint)[];
  /** The number that the returned descriptor gets. */
  readonly fd?: number;
  /** The call writes two descriptors to an address, as pipe2 does. They get these numbers. */
  readonly pair?: { readonly at: number; readonly fds: readonly [number, number] };
  readonly out?: readonly Out[];
  /** A call that sleeps for longer is interrupted by a signal; default CALL_LIMIT_MS. */
  readonly limit_ms?: number;
  /** Its result is that of the command. Only the judge asks. */
  readonly isMain?: boolean;
}

/** Writes bytes into the program's memory. It may be a shared mapping, in which kernel and program write. */
export interface PokeStep {
  readonly op: 'poke';
  readonly at: number;
  readonly bytes: Buffer;
}

/** Writes the pattern of a seed into the program's memory: see abi/pattern.ts. */
export interface FillStep {
  readonly op: 'fill';
  readonly at: number;
  readonly bytes: number;
  readonly seed: number;
}

/** Copies bytes of the program's memory out. */
export interface PeekStep {
  readonly op: 'peek';
  readonly at: number;
  readonly bytes: number;
}

/**
 * Stores the sum of a 32-bit number in the program's memory and `plus`, modulo 2^32, with one store. So a program moves
 * its counter of a shared ring to where the kernel's is.
 */
export interface AddStep {
  readonly op: 'add';
  /** Address of the sum. */
  readonly at: number;
  /** Address of the number. */
  readonly from: number;
  /** 32 bits, unsigned. */
  readonly plus: number;
}

/** Repeats its steps until the last of them, a system call, ends it. It has no result of its own. */
export interface RepeatStep {
  readonly op: 'repeat';
  readonly times: number;
  /** end: the call returns 0 or an error; error: it returns an error; success: it returns none. */
  readonly until: 'end' | 'error' | 'success';
  readonly steps: readonly (SyscallStep | PokeStep | FillStep | PeekStep | AddStep)[];
}

/** One thing that the executor does for a call of a program. */
export type Step = SyscallStep | PokeStep | FillStep | PeekStep | AddStep | RepeatStep;

/** The executor's answer to one step that it executed. */
export interface StepResult {
  /** Position of the step among all steps of the program; the steps of a repetition are counted behind it. */
  readonly step: number;
  /** The system call's return value, or minus errno. Of a poke, fill, peek or add: 0, or -EFAULT. */
  readonly ret: number;
  /** The call slept until its limit. */
  readonly interrupted: boolean;
  /** Bytes of `out`, in its order. */
  readonly out: readonly Buffer[];
  /** Warnings that the kernel printed during the step. */
  readonly log: string;
}

/** The rights that a program runs with. */
export const LEVELS = ['root', 'user'] as const;
/** root has its own network namespace; user is uid 1000 in user and network namespaces of his own. */
export type Level = (typeof LEVELS)[number];

/** A program of the outside as the executor gets it. */
export interface StepProgram {
  readonly level: Level;
  readonly steps: readonly Step[];
  /** Time limit of the whole. */
  readonly limit_ms: number;
}

/**
 * The end of a program. done; killed by a signal; timeout: it was killed at its limit; refused: its namespaces could
 * not be made; full: its results outgrew their room, and the steps behind them did not run.
 */
export const PROGRAM_STATUSES = ['done', 'killed', 'timeout', 'refused', 'full'] as const;
export type ProgramStatus = (typeof PROGRAM_STATUSES)[number];

/** The answer to a program. */
export interface StepProgramResult {
  readonly status: ProgramStatus;
  /** The signal of `killed`, errno of `refused`. */
  readonly detail: number;
  readonly results: readonly StepResult[];
  /** Warnings that the kernel printed after the last step, until the executor asked. */
  readonly log: string;
}
