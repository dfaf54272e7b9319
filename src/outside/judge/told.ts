import type { SyscallName } from '../../commands/outside/abi/syscalls';
import type { StepResult } from '../../commands/outside/step';
import type { Call } from '../../program/program';

/** A call of a program with the kernel's answers to its steps. */
export interface Told {
  readonly call: Call;
  /** Position of the call in the program; calls of settle follow. */
  readonly position: number;
  /** The call is part of settle. */
  readonly settling: boolean;
  /** Answers to the system call that the command is about: one, or one for each round of a repetition. */
  readonly main: readonly StepResult[];
  /** The return values of the system calls of that name, in order; a repetition counts once for each round. */
  readonly returnsOf: (name: SyscallName) => readonly number[];
  /** All answers to the system calls of that name, in order. */
  readonly answersTo: (name: SyscallName) => readonly StepResult[];
  /** The bytes of each peek of the call, in order. */
  readonly peeks: readonly Buffer[];
  /** All answers, by the position of the step in the call; a repetition has its rounds one behind the other. */
  readonly at: (step: number) => readonly StepResult[];
}
