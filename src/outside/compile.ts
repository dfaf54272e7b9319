import { CallMemory, OUTSIDE_CALLS_MAX } from '../commands/outside/call_memory';
import type { OutsideFd } from '../model/structs/outside';
import { liveObject } from '../model/world/handles';
import type { Step, StepProgram } from '../commands/outside/step';
import { Settler } from '../generate/settle';
import { handlesAreLive } from '../program/execute';
import type { Call, Program } from '../program/program';
import type { Session } from '../session/session';
import { settleSeed } from '../session/run_model';

/** A call of a program, and the place of its steps. */
export interface CompiledCall {
  readonly call: Call;
  /** Position in the program; calls of settle follow those of the program. */
  readonly position: number;
  readonly settling: boolean;
  readonly steps: readonly Step[];
  /** Number of its first step in the whole program. */
  readonly firstStep: number;
  /** The descriptor that it makes, as the program believes; null: none. */
  readonly made: OutsideFd | null;
}

/** A program as the executor gets it. */
export interface CompiledProgram {
  readonly steps: StepProgram;
  readonly calls: readonly CompiledCall[];
  /** Positions of calls that were left out, because a name of theirs holds nothing. */
  readonly skipped: readonly number[];
}

/** A whole program ends within this time, however many of its calls wait. */
const PROGRAM_LIMIT_MS = 60_000;

/** The number of steps, those of repetitions included. */
export function countSteps(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + 1 + (step.op === 'repeat' ? step.steps.length : 0), 0);
}

/**
 * Makes the steps of a program: its calls, then those that settle it.
 * @param session - its world follows what the program believes
 * @param prologue - steps before the first call
 */
export function compileProgram(session: Session, program: Program, prologue: readonly Step[]): CompiledProgram {
  const { world } = session;
  const calls: CompiledCall[] = [];
  const skipped: number[] = [];
  const steps: Step[] = [...prologue];
  let number = countSteps(prologue);
  const add = (call: Call, position: number, settling: boolean): void => {
    const { outside } = call.command;
    if (outside === undefined) throw new Error(`${call.command.name} is no call of user space`);
    const memory = new CallMemory(position, settleSeed(program) + program.calls.length);
    const own = outside.steps(world, call.command.argsOf(call.args), call.result, memory);
    const firstStep = number;
    steps.push(...own);
    number += countSteps(own);
    world.beginCommand(0, 0);
    call.command.run(world, call.command.argsOf(call.args), call.result, undefined);
    const made = call.command.result === 'fd' ? liveObject(world, call.result, 'fd') : null;
    calls.push({ call, position, settling, steps: own, firstStep, made });
  };
  session.begin();
  program.calls.forEach((call, position) => {
    if (handlesAreLive(world, call.command, call.args)) add(call, position, false);
    else skipped.push(position);
  });
  const settler = new Settler();
  settler.begin(settleSeed(program));
  let position = program.calls.length;
  for (let call = settler.next(world); call !== null; call = settler.next(world)) {
    if (position >= OUTSIDE_CALLS_MAX) break;
    add(call, position++, true);
  }
  return { steps: { level: program.as ?? 'user', steps, limit_ms: PROGRAM_LIMIT_MS }, calls, skipped };
}
