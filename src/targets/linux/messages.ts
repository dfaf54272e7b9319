/** What host and module say to each other; the same numbers stand in kernel/skbcheck_link.h. */
export enum MessageType {
  Hello = 1,
  Echo = 2,
  Exec = 3,
  Splats = 4,
  CrashTest = 5,
  ClearOnce = 6,
  MemInfo = 7,
}

/** What the message CrashTest does to the guest. */
export enum CrashTest {
  Panic = 1,
  Bug = 2,
  Warn = 3,
  Hang = 4,
  Leak = 5,
  Refcount = 6,
  BadPage = 7,
  NullPointer = 8,
  WarnOnce = 9,
  UseAfterFree = 10,
}

/** The version of the protocol that this side speaks. */
export const PROTOCOL_VERSION = 1;
/** The largest request or reply. */
export const MESSAGE_MAX_BYTES = 16 << 20;

/** A reply: status is 0 or a negative errno. */
export interface Reply {
  readonly status: number;
  readonly payload: Buffer;
}

/**
 * A request as the module takes it.
 * @param type - what is asked
 * @param payload - bytes that follow the type
 */
export function encodeRequest(type: MessageType, payload: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(type);
  return Buffer.concat([header, payload]);
}

/**
 * A payload of little-endian u32 words.
 * @param words - each 0 to 2^32-1
 */
export function encodeWords(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => bytes.writeUInt32LE(word >>> 0, index * 4));
  return bytes;
}

/**
 * Splits a reply of the module.
 * @param bytes - a whole reply
 */
export function decodeReply(bytes: Buffer): Reply {
  return { status: bytes.readInt32LE(0), payload: bytes.subarray(4) };
}
