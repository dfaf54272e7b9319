import type { CallMemory } from './call_memory';
import type { Step } from './step';

/** Steps that set an option of a socket: setsockopt(2). */
export function optionSteps(memory: CallMemory, fd: number, level: number, option: number, value: Buffer): Step[] {
  const at = memory.take(value.length);
  return [
    { op: 'poke', at, bytes: value },
    { op: 'syscall', name: 'setsockopt', args: [fd, level, option, at, value.length] },
  ];
}
