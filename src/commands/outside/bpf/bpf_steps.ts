import { license, progLoadAttr, type BpfProgram } from '../abi/bpf/program';
import type { CallMemory } from '../call_memory';
import type { Step } from '../step';

/** Commands of bpf(2): include/uapi/linux/bpf.h. */
export const BPF_COMMANDS = {
  ...{ mapCreate: 0, mapLookup: 1, mapUpdate: 2, progLoad: 5, progAttach: 8, linkCreate: 28 },
} as const;

/** bpf(2). @param fd - the number that the returned descriptor gets */
export function bpfStep(memory: CallMemory, command: keyof typeof BPF_COMMANDS, attr: Buffer, fd?: number): Step[] {
  const at = memory.take(attr.length);
  const args = [BPF_COMMANDS[command], at, attr.length];
  return [
    { op: 'poke', at, bytes: attr },
    { op: 'syscall', name: 'bpf', args, ...(fd === undefined ? {} : { fd }) },
  ];
}

/** Loads a program. @param fd - the number that its descriptor gets */
export function loadProgramSteps(memory: CallMemory, program: BpfProgram, fd: number): Step[] {
  const parts = [program.code, license()];
  const [code, words] = parts.map((part) => memory.take(part.length));
  return [
    { op: 'poke', at: code, bytes: parts[0] },
    { op: 'poke', at: words, bytes: parts[1] },
    ...bpfStep(memory, 'progLoad', progLoadAttr(program, { code, license: words }), fd),
  ];
}
