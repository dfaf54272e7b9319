import type { CompiledProgram } from '../../outside/compile';
import type { StepResult } from '../../commands/outside/step';
import type { Program } from '../../program/program';

/** A program of user space to export. */
export interface ExportedOutside {
  /** Letters, digits, `-` and `_`. */
  readonly name: string;
  readonly program: Program;
  readonly compiled: CompiledProgram;
  /** The run that showed the bug; absent: the program ran on no kernel. */
  readonly seen?: SeenOutside;
  /** Version of this project. */
  readonly version: string;
}

/** A run of the program on a kernel that has the bug. */
export interface SeenOutside {
  /** linux-6.12, a directory. */
  readonly target: string;
  /** One sentence: the broken promise, the splat, the death. */
  readonly sentence: string;
  /** The promise that is broken and its source; absent: the kernel itself complained. */
  readonly promise?: { readonly statement: string; readonly source: string };
  /** The kernel complained or ended, so that its log is the sign; false: the answers are. */
  readonly isInLog: boolean;
  /** Each run leaves objects behind, so that /proc/slabinfo after many runs is the sign. */
  readonly isInSlabs: boolean;
  /** Position of the call that shows it among the compiled calls; null: not known. */
  readonly guilty: number | null;
  /** Empty where the kernel ended. */
  readonly results: readonly StepResult[];
}
