import type { StepProgram, StepProgramResult } from '../commands/outside/step';
import type { OutsideHello } from '../protocol/outside/hello';
import type { OutsideState } from '../protocol/outside/state';
import type { Death } from './link';

/** The results of programs, in their order. With a death: those before the program that `death.program` numbers. */
export interface OutsideAnswer {
  readonly results: readonly StepProgramResult[];
  readonly death?: Death;
}

/** The counters of the target's kernel, or the target's death. */
export type StateAnswer =
  { readonly state: OutsideState; readonly death?: undefined } | { readonly state?: undefined; readonly death: Death };

/** The executor's status, or the target's death. */
export type RawAnswer =
  { readonly status: number; readonly death?: undefined } | { readonly status?: undefined; readonly death: Death };

/** A target that carries out programs of the outside: an unmodified kernel in a VM. */
export interface OutsideLink {
  readonly name: string;
  /** As `uname -r` prints it. */
  readonly release: string;
  readonly hello: OutsideHello;
  /** Milliseconds from its start to its first answer. */
  readonly boot_ms: number;
  /** Runs programs one after the other. A program that cannot be killed is the death of the target: a hang. */
  run(programs: readonly StepProgram[]): Promise<OutsideAnswer>;
  /** Sends bytes as a request for programs, whole or not. Returns minus errno where the executor refuses them. */
  raw(request: Buffer): Promise<RawAnswer>;
  /** Waits until the namespaces of ended programs are gone, then counts what the kernel still holds. */
  state(): Promise<StateAnswer>;
  /** Lets the warnings that the kernel prints only once appear again. */
  rearm(): Promise<void>;
  close(): Promise<void>;
}
