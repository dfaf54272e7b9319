import type { OutsideName } from '../../commands/outside/outside_name';
import type { StepResult, SyscallStep } from '../../commands/outside/step';
import type { OutsideFd } from '../../model/structs/outside';
import type { CompiledCall } from '../compile';
import type { PortNames } from './address_text';

/** A system call of a call, with its answers: one, or one for each round of a repetition. */
export interface AnsweredStep {
  readonly step: SyscallStep;
  readonly isMain: boolean;
  /** Before the name of each field: '' for the system call that the command is about. */
  readonly prefix: string;
  readonly results: readonly StepResult[];
}

/** The call of an answer, and what is known by then. */
export interface Reading {
  readonly compiled: CompiledCall;
  readonly name: OutsideName;
  /** Files by the numbers of their names. */
  readonly files: ReadonlyMap<number, OutsideFd>;
  readonly ports: PortNames;
}
