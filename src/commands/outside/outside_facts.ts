import type { World } from '../../model/world/world';
import type { NamedArgs } from '../arg';
import type { SyscallName } from './abi/syscalls';
import type { CallMemory } from './call_memory';
import type { Errno } from './errno';
import type { Level, Step, StepResult } from './step';

/** A promise that user space is given, and its source: a man page, the kernel's documentation, an RFC. */
export interface Promised {
  /** One sentence. */
  readonly text: string;
  /** `send(2)`, `Documentation/networking/msg_zerocopy.rst`. */
  readonly source: string;
}

/** The facts of a command that user space makes. */
export interface OutsideFacts {
  /** The lowest level at which the call can succeed. */
  readonly level: Level;
  readonly promised: Promised;
  /**
   * Errors that the man page lists and that no program reaches here, such as those of a kernel without a protocol. The
   * judge takes them; they are no outcomes.
   */
  readonly elsewhere: readonly Errno[];
  /** The system call whose result is the result of the command; null: the step that is `isMain` names it. */
  readonly syscall: SyscallName | null;
  /**
   * The result of the command where it is not the return value of the system call: that of a request to io_uring is in
   * its completion. Undefined: there is none yet.
   * @param answer - to the system call
   * @param position - of the call in the program
   */
  readonly resultIn?: (answer: StepResult, position: number) => number | undefined;
  /**
   * The steps of the call, in the state that the program is believed to be in before it.
   * @param result - the number of the call's name; -1: none
   * @param memory - the call's part of the program's memory
   */
  steps(world: World, args: NamedArgs, result: number, memory: CallMemory): readonly Step[];
}
