import { cat, cString, type Int, nameField, u32, u64, zeros } from '../bytes';
import type { Piece } from '../msg';
import { BPF_F_TEST_XDP_LIVE_FRAMES } from '../uapi/bpf';
import { instructionCount } from './instruction';

/** A program of eBPF, as BPF_PROG_LOAD takes it. */
export interface BpfProgram {
  /** BPF_PROG_TYPE_*. */
  readonly type: number;
  /** BPF_XDP_CPUMAP, …; 0 where the type needs none. */
  readonly attachType: number;
  /** BPF_F_*. */
  readonly flags: number;
  readonly code: Buffer;
}

/** Where the parts of BPF_PROG_LOAD lie. */
export interface ProgramPlace {
  /** Address of the instructions. */
  readonly code: Int;
  /** Address of a text: license(). */
  readonly license: Int;
  /** The verifier's words, if it refuses. */
  readonly log?: Piece;
}

/** The licence that helpers for the GPL alone want. */
export const license = (): Buffer => cString('GPL');

/** union bpf_attr of BPF_PROG_LOAD, 72 bytes: bpf(2). */
export const progLoadAttr = ({ type, attachType, flags, code }: BpfProgram, place: ProgramPlace): Buffer =>
  cat(
    ...[u32(type), u32(instructionCount(code)), u64(place.code), u64(place.license)],
    ...[u32(place.log ? 1 : 0), u32(place.log?.bytes ?? 0), u64(place.log?.at ?? 0), u32(0), u32(flags)],
    ...[nameField('skbcheck', 16), u32(0), u32(attachType)],
  );

/** union bpf_attr of BPF_PROG_ATTACH, 16 bytes: to a sockmap, whose descriptor is the target. */
export const progAttachAttr = (target: number, programFd: number, attachType: number): Buffer =>
  cat(u32(target), u32(programFd), u32(attachType), u32(0));

/**
 * union bpf_attr of BPF_LINK_CREATE, 32 bytes. Closing its descriptor detaches.
 * @param target - index of a link, of BPF_XDP, BPF_TCX_INGRESS, BPF_TCX_EGRESS, BPF_NETKIT_PRIMARY, BPF_NETKIT_PEER;
 * a descriptor of a map of sockets, of BPF_SK_SKB_* and BPF_SK_MSG_VERDICT (6.10 and newer)
 * @param flags - XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE of BPF_XDP
 */
export const linkCreateAttr = (programFd: number, target: number, attachType: number, flags = 0): Buffer =>
  cat(u32(programFd), u32(target), u32(attachType), u32(flags), zeros(16));

/**
 * union bpf_attr of BPF_PROG_TEST_RUN, 80 bytes: runs a program on data.
 * @param batch - of XDP_LIVE frames, at most 256; 0: the program alone runs, and its output is copied back
 */
export const progTestAttr = (programFd: number, input: Piece, output: Piece, repeat = 1, batch = 0): Buffer =>
  cat(
    ...[u32(programFd), u32(0), u32(input.bytes), u32(output.bytes), u64(input.at), u64(output.at)],
    ...[u32(repeat), u32(0), u32(0), u32(0), u64(0), u64(0)],
    ...[u32(batch > 0 ? BPF_F_TEST_XDP_LIVE_FRAMES : 0), u32(0), u32(batch), u32(0)],
  );
