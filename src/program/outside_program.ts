import type { Program } from './program';

/** A program of user space: all its calls are system calls. */
export function isOutsideProgram({ calls, as }: Program): boolean {
  return as !== undefined || calls.some(({ command }) => command.outside !== undefined);
}

/** The first call that does not belong to the others: a kernel function among system calls, or the other way round. */
export function strangerIn(program: Program): number {
  const isOutside = isOutsideProgram(program);
  return program.calls.findIndex(({ command }) => (command.outside !== undefined) !== isOutside);
}
