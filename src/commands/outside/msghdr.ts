import type { CallMemory } from './call_memory';
import type { Out, Step } from './step';

/** sizeof(struct msghdr) on 64 bits, and the places of its fields (include/linux/socket.h, user_msghdr). */
export const MSGHDR_BYTES = 56;
const NAME = 0;
const NAME_BYTES = 8;
const IOV = 16;
const IOV_COUNT = 24;
const CONTROL = 32;
const CONTROL_BYTES = 40;
export const MSGHDR_FLAGS_AT = 48;
export const MSGHDR_CONTROL_BYTES_AT = CONTROL_BYTES;
export const MSGHDR_NAME_BYTES_AT = NAME_BYTES;
const IOVEC_BYTES = 16;

/** The buffers of a message. */
export interface MessageBuffers {
  readonly name?: { readonly at: number; readonly bytes: number };
  readonly data: readonly { readonly at: number; readonly bytes: number }[];
  readonly control?: { readonly at: number; readonly bytes: number };
}

/** A struct msghdr with its iovecs in the memory of a call. */
export function messageHeader(
  memory: CallMemory,
  { name, data, control }: MessageBuffers,
): { at: number; step: Step; out: Out } {
  const at = memory.take(MSGHDR_BYTES + data.length * IOVEC_BYTES);
  const bytes = Buffer.alloc(MSGHDR_BYTES + data.length * IOVEC_BYTES);
  const address = (place: number, value: number): void => void bytes.writeBigUInt64LE(BigInt(value), place);
  address(NAME, name?.at ?? 0);
  bytes.writeUInt32LE(name?.bytes ?? 0, NAME_BYTES);
  address(IOV, at + MSGHDR_BYTES);
  address(IOV_COUNT, data.length);
  address(CONTROL, control?.at ?? 0);
  address(CONTROL_BYTES, control?.bytes ?? 0);
  data.forEach((piece, i) => {
    address(MSGHDR_BYTES + i * IOVEC_BYTES, piece.at);
    address(MSGHDR_BYTES + i * IOVEC_BYTES + 8, piece.bytes);
  });
  return { at, step: { op: 'poke', at, bytes }, out: { at, bytes: MSGHDR_BYTES } };
}
