import { cat, type Int, u16, u32, u8 } from '../bytes';
import { BPF_ABS, BPF_B, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET } from '../uapi/bpf';

/** struct sock_filter, 8 bytes: include/uapi/linux/filter.h. */
export const classicInsn = (code: number, jumpTrue: number, jumpFalse: number, k: Int): Buffer =>
  cat(u16(code), u8(jumpTrue), u8(jumpFalse), u32(k));

/** A filter of classic BPF that keeps the first bytes of each packet. With 0 it drops them. For SO_ATTACH_FILTER. */
export const classicKeep = (bytes: number): Buffer => classicInsn(BPF_RET | BPF_K, 0, 0, bytes);

/** A filter that keeps so many bytes of packets that have this byte at an offset, and drops others. */
export const classicKeepIf = (offset: number, value: number, bytes: number): Buffer =>
  cat(
    classicInsn(BPF_LD | BPF_B | BPF_ABS, 0, 0, offset),
    classicInsn(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value),
    classicInsn(BPF_RET | BPF_K, 0, 0, bytes),
    classicInsn(BPF_RET | BPF_K, 0, 0, 0),
  );

/** Number of instructions. */
export const classicCount = (filter: Buffer): number => filter.length / 8;
