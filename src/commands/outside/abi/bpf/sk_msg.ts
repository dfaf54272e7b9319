import { cat } from '../bytes';
import {
  BPF_FUNC_msg_apply_bytes,
  BPF_FUNC_msg_cork_bytes,
  BPF_FUNC_msg_pop_data,
  BPF_FUNC_msg_pull_data,
  BPF_FUNC_msg_push_data,
  BPF_FUNC_msg_redirect_hash,
  BPF_FUNC_msg_redirect_map,
  BPF_PROG_TYPE_SK_MSG,
  BPF_SK_MSG_VERDICT,
} from '../uapi/bpf';
import { add, call, copy, instructionCount, load, type Register, set, skipIfGreater, storeNumber } from './instruction';
import type { BpfProgram } from './program';
import { type SocketEnd, socketEnd } from './skb';

/** A change of a message that is being sent: bpf-helpers(7). The kernel refuses some; the program goes on. */
export type MsgEdit =
  /** The verdict holds for so many bytes. */
  | { readonly edit: 'apply'; readonly bytes: number }
  /** The verdict waits until there are so many bytes. */
  | { readonly edit: 'cork'; readonly bytes: number }
  /** Makes bytes of the message linear and writable. */
  | { readonly edit: 'pull'; readonly start: number; readonly end: number }
  /** Puts bytes in. */
  | { readonly edit: 'push'; readonly start: number; readonly bytes: number }
  /** Takes bytes out. */
  | { readonly edit: 'pop'; readonly start: number; readonly bytes: number }
  /** Writes a 32-bit number, little endian, into the linear part. */
  | { readonly edit: 'write'; readonly offset: number; readonly value: number };

/** Offsets in struct sk_msg_md. */
const [DATA, DATA_END] = [0, 8];

const helper = (number: number, ...args: readonly number[]): Buffer =>
  cat(copy(1, 6), ...args.map((value, at) => set((at + 2) as Register, value)), call(number));

function editCode(change: MsgEdit): Buffer {
  switch (change.edit) {
    case 'apply':
      return helper(BPF_FUNC_msg_apply_bytes, change.bytes);
    case 'cork':
      return helper(BPF_FUNC_msg_cork_bytes, change.bytes);
    case 'pull':
      return helper(BPF_FUNC_msg_pull_data, change.start, change.end, 0);
    case 'push':
      return helper(BPF_FUNC_msg_push_data, change.start, change.bytes, 0);
    case 'pop':
      return helper(BPF_FUNC_msg_pop_data, change.start, change.bytes, 0);
    case 'write': {
      const code = storeNumber(4, 2, change.offset, change.value);
      return cat(
        ...[load(8, 2, 6, DATA), load(8, 3, 6, DATA_END), copy(4, 2), add(4, change.offset + 4)],
        ...[skipIfGreater(4, 3, instructionCount(code)), code],
      );
    }
  }
}

/** A verdict on what a socket of a map sends (BPF_SK_MSG_VERDICT): changes, then an end. */
export const msgProgram = (edits: readonly MsgEdit[], end: SocketEnd): BpfProgram => ({
  ...{ type: BPF_PROG_TYPE_SK_MSG, attachType: BPF_SK_MSG_VERDICT, flags: 0 },
  code: cat(copy(6, 1), ...edits.map(editCode), socketEnd(end, BPF_FUNC_msg_redirect_map, BPF_FUNC_msg_redirect_hash)),
});
