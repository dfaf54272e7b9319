import { PREEMPTION_POINTS } from '../model/world/preemption';
import type { Program } from '../program/program';

/**
 * A hash of 53 bits over the calls of a program. The reducer never changes a handle's name, so two of its programs with
 * the same calls print the same text.
 */
export function hashProgram(program: Program): number {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  const add = (word: number): void => {
    a = Math.imul(a ^ word, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b ^ word, 0x85ebca6b);
    b ^= b >>> 13;
  };
  for (const { command, args, result, fail, context, at } of program.calls) {
    add(command.opcode);
    add(result);
    add(fail | (context << 16));
    for (const arg of args) add(arg);
    // No argument is below -1000, so no ordinary call looks like a call of the second CPU.
    if (at !== undefined) add(-1000 - PREEMPTION_POINTS.indexOf(at.point) - PREEMPTION_POINTS.length * at.pass);
  }
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff);
}
