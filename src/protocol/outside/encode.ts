import { SYSCALLS } from '../../commands/outside/abi/syscalls';
import { CALL_LIMIT_MS, type Step, type StepProgram, type SyscallStep } from '../../commands/outside/step';
import {
  ALIGN,
  levelNumber,
  MEMORY_STEP_BYTES,
  NO_FD,
  OPS,
  OUT_BYTES,
  padded,
  PROGRAM_HEADER_BYTES,
  REPEAT_BYTES,
  UNTILS,
  SYSCALL_ARGS,
  SYSCALL_BYTES,
} from './wire';

/**
 * The payload of the message Outside.
 * @param programs - each step's numbers fit their fields of the wire
 */
export function encodePrograms(programs: readonly StepProgram[]): Buffer {
  return Buffer.concat([u32s(programs.length, 0), ...programs.map(encodeProgram)]);
}

function encodeProgram({ level, limit_ms, steps }: StepProgram): Buffer {
  const body = Buffer.concat(steps.map(encodeStep));
  const header = u32s(levelNumber(level), limit_ms, steps.length, body.length);
  return Buffer.concat([header, body], PROGRAM_HEADER_BYTES + body.length);
}

function encodeStep(step: Step): Buffer {
  switch (step.op) {
    case 'syscall':
      return encodeSyscall(step);
    case 'poke':
      return encodeMemory('poke', step.at, step.bytes.length, 0, step.bytes);
    case 'fill':
      return encodeMemory('fill', step.at, step.bytes, step.seed);
    case 'peek':
      return encodeMemory('peek', step.at, step.bytes, 0);
    case 'add': {
      const from = Buffer.alloc(ALIGN);
      writeU64(from, step.from, 0);
      return encodeMemory('add', step.at, from.length, step.plus, from);
    }
    case 'repeat': {
      const body = Buffer.concat(step.steps.map(encodeStep));
      const header = u32s(OPS.repeat, REPEAT_BYTES + body.length, step.times, step.steps.length, UNTILS[step.until], 0);
      return Buffer.concat([header, body]);
    }
  }
}

function encodeSyscall(step: SyscallStep): Buffer {
  const { name, args, fd = NO_FD, pair, out = [], limit_ms = CALL_LIMIT_MS } = step;
  const bytes = Buffer.alloc(SYSCALL_BYTES + out.length * OUT_BYTES);
  bytes.writeUInt32LE(OPS.syscall, 0);
  bytes.writeUInt32LE(bytes.length, 4);
  bytes.writeUInt32LE(SYSCALLS[name], 8);
  bytes.writeUInt32LE(limit_ms, 12);
  bytes.writeInt32LE(fd, 16);
  bytes.writeInt32LE(pair?.fds[0] ?? NO_FD, 20);
  bytes.writeInt32LE(pair?.fds[1] ?? NO_FD, 24);
  bytes.writeUInt32LE(out.length, 28);
  writeU64(bytes, pair?.at ?? 0, 32);
  for (let at = 0; at < SYSCALL_ARGS; at++) writeU64(bytes, args[at] ?? 0, 40 + 8 * at);
  out.forEach((each, index) => {
    const offset = SYSCALL_BYTES + index * OUT_BYTES;
    writeU64(bytes, each.at, offset);
    bytes.writeUInt32LE(each.bytes, offset + 8);
    bytes.writeUInt32LE(each.upToReturn === true ? 1 : 0, offset + 12);
  });
  return bytes;
}

function encodeMemory(
  op: 'poke' | 'fill' | 'peek' | 'add',
  at: number,
  length: number,
  seed: number,
  content: Buffer = Buffer.alloc(0),
): Buffer {
  const bytes = Buffer.alloc(MEMORY_STEP_BYTES + padded(content.length));
  bytes.writeUInt32LE(OPS[op], 0);
  bytes.writeUInt32LE(bytes.length, 4);
  writeU64(bytes, at, 8);
  bytes.writeUInt32LE(length, 16);
  bytes.writeUInt32LE(seed >>> 0, 20);
  content.copy(bytes, MEMORY_STEP_BYTES);
  return bytes;
}

/** Negative numbers are 64 bits wide, as in C. */
function writeU64(to: Buffer, value: number | bigint, offset: number): void {
  to.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), offset);
}

function u32s(...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => bytes.writeUInt32LE(word >>> 0, index * 4));
  return bytes;
}
