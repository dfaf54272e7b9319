import type { Program } from '../program/program';
import { handlePositions } from './edit';

/** Objects that are tried in place of the one whose call is dropped. */
const STAND_INS_MAX = 4;

/**
 * Handles that could replace the object of the call at `position`: of the same kind and defined before it, the call's
 * own arguments first, then the nearest.
 */
export function standIns(program: Program, position: number): number[] {
  const call = program.calls[position];
  const kind = call.command.result;
  const own = handlePositions(call.command)
    .filter((i) => call.command.args[i].type === kind && call.args[i] >= 0)
    .map((i) => call.args[i]);
  const before: number[] = [];
  for (let i = position - 1; i >= 0; i--) {
    const { command, result } = program.calls[i];
    if (result >= 0 && command.result === kind) before.push(result);
  }
  return [...new Set([...own, ...before])].slice(0, STAND_INS_MAX);
}
