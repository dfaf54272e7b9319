import { cat, field, type Int, u16, u32, u8 } from '../bytes';
import {
  BPF_ADD,
  BPF_ALU64,
  BPF_B,
  BPF_CALL,
  BPF_DW,
  BPF_EXIT,
  BPF_H,
  BPF_IMM,
  BPF_JEQ,
  BPF_JGT,
  BPF_JLE,
  BPF_JMP,
  BPF_JNE,
  BPF_K,
  BPF_LD,
  BPF_LDX,
  BPF_MEM,
  BPF_MOV,
  BPF_PSEUDO_MAP_FD,
  BPF_ST,
  BPF_STX,
  BPF_W,
  BPF_X,
} from '../uapi/bpf';

/** Registers: r0 has results, r1 to r5 arguments of calls, r6 to r9 survive calls, r10 is the stack's end. */
export type Register = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
/** Bytes of an access. */
export type AccessBytes = 1 | 2 | 4 | 8;

/** struct bpf_insn, 8 bytes: include/uapi/linux/bpf.h, Documentation/bpf/standardization/instruction-set.rst. */
export const insn = (code: number, to: Register, from: Register, offset: number, immediate: Int): Buffer =>
  cat(u8(code), u8(to | (from << 4)), u16(offset), u32(immediate));

const SIZES = { 1: BPF_B, 2: BPF_H, 4: BPF_W, 8: BPF_DW };

/** Sets a register to a number; one of 64 bits takes two instructions. */
export function set(to: Register, value: Int): Buffer {
  const wide = BigInt.asIntN(64, BigInt(value));
  if (wide === BigInt.asIntN(32, wide)) return insn(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, wide);
  return cat(insn(BPF_LD | BPF_DW | BPF_IMM, to, 0, 0, wide), insn(0, 0, 0, 0, wide >> 32n));
}

/** Sets a register to a map, by its descriptor: two instructions. */
export const setMap = (to: Register, fd: number): Buffer =>
  cat(insn(BPF_LD | BPF_DW | BPF_IMM, to, BPF_PSEUDO_MAP_FD, 0, fd), insn(0, 0, 0, 0, 0));

/** Copies a register. */
export const copy = (to: Register, from: Register): Buffer => insn(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);

/** Adds a number to a register. */
export const add = (to: Register, value: number): Buffer => insn(BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value);

/** Loads from memory. */
export const load = (bytes: AccessBytes, to: Register, from: Register, offset: number): Buffer =>
  insn(BPF_LDX | BPF_MEM | SIZES[bytes], to, from, offset, 0);

/** Stores a number, of at most 32 bits, to memory. */
export const storeNumber = (bytes: AccessBytes, to: Register, offset: number, value: Int): Buffer =>
  insn(BPF_ST | BPF_MEM | SIZES[bytes], to, 0, offset, value);

/** Stores a register to memory. */
export const store = (bytes: AccessBytes, to: Register, offset: number, from: Register): Buffer =>
  insn(BPF_STX | BPF_MEM | SIZES[bytes], to, from, offset, 0);

/** Goes on behind so many instructions if one register is greater than another, without signs. */
export const skipIfGreater = (left: Register, right: Register, instructions: number): Buffer =>
  insn(BPF_JMP | BPF_JGT | BPF_X, left, right, instructions, 0);

/** Goes on behind so many instructions if a register has not this value. */
export const skipUnless = (left: Register, value: Int, instructions: number): Buffer =>
  insn(BPF_JMP | BPF_JNE | BPF_K, left, 0, instructions, value);

/** Goes on behind so many instructions if a register has this value. */
export const skipIf = (left: Register, value: Int, instructions: number): Buffer =>
  insn(BPF_JMP | BPF_JEQ | BPF_K, left, 0, instructions, value);

/** Goes on behind so many instructions if one register is at most another, without signs. */
export const skipIfAtMost = (left: Register, right: Register, instructions: number): Buffer =>
  insn(BPF_JMP | BPF_JLE | BPF_X, left, right, instructions, 0);

/** Calls a helper: BPF_FUNC_*. */
export const call = (helper: number): Buffer => insn(BPF_JMP | BPF_CALL, 0, 0, 0, helper);

/** Returns r0. */
export const exit = (): Buffer => insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);

/** Number of instructions. */
export const instructionCount = (code: Buffer): number => code.length / 8;

/** Bytes on the stack, and the register that points at them. They end at `end` bytes below the stack's end. */
export function bytesOnStack(to: Register, bytes: Buffer, end = 0): Buffer {
  const words = field(bytes, Math.ceil(bytes.length / 4) * 4);
  const start = -(Math.ceil((words.length + end) / 8) * 8);
  const stores: Buffer[] = [];
  for (let at = 0; at < words.length; at += 4) stores.push(storeNumber(4, 10, start + at, words.readInt32LE(at)));
  return cat(...stores, copy(to, 10), add(to, start));
}
