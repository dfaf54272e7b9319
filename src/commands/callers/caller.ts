import type { CommandName } from '../command_name';

/**
 * A call is legal when a caller that exists can make it, in a state that callers that exist can bring about. So each
 * command names one. The kernel's reaction to the call is no part of the question.
 */

/** The series whose sources the names of callers are checked against. */
export const CALLER_SERIES = ['6.1', '6.12', '7.3'] as const;
export type CallerSeries = (typeof CALLER_SERIES)[number];

/** A function in the sources of a kernel, and the name by which its body makes the call. */
export interface CallerFunction {
  readonly function: string;
  /** Its file, from the top of the sources. */
  readonly file: string;
  /**
   * The word of its body that makes the call, or that is the step where a command is a step of a driver. Absent: the
   * name of the command. An inline wrapper (pskb_may_pull) or the member of an operations table (ndo_open) differs.
   */
  readonly by?: string;
  /** The series of `CALLER_SERIES` in which it does; absent: all that have the command. */
  readonly releases?: readonly CallerSeries[];
}

/** A kernel function that makes the call. Most calls have many; the one is enough. */
export interface KernelCaller extends CallerFunction {
  /** The state in which it makes the call, in one sentence. */
  readonly state: string;
  /** The caller in the series that `releases` leaves out. */
  readonly otherwise?: CallerFunction;
}

/**
 * The actor in place of a kernel function:
 * - hardware: a device writes to memory, or an interrupt comes
 * - user: a process makes the system call, or writes to memory that it shares with the kernel
 * - owner: the owner of a memory writes to it, with no call
 * - environment: the machine has this bus, this load or this memory
 * - time: the clock goes on
 * - design: the call is of a design that no kernel was released with
 * - abuse: nobody may; the command proves that invariants and targets notice
 */
export const NOBODY_WORDS = ['hardware', 'user', 'owner', 'environment', 'time', 'design', 'abuse'] as const;

/** No kernel function makes the call. */
export interface NoCaller {
  readonly nobody: (typeof NOBODY_WORDS)[number];
  /** One sentence. */
  readonly why: string;
}

export type Caller = KernelCaller | NoCaller;

/** The callers of some commands. */
export type CallersOf = Readonly<Partial<Record<CommandName, Caller>>>;

/** Returns the functions of a caller: none, one, or one for each group of series. */
export function functionsOf(caller: Caller): readonly CallerFunction[] {
  if ('nobody' in caller) return [];
  return caller.otherwise === undefined ? [caller] : [caller, caller.otherwise];
}
