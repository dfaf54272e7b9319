import type { MessageType } from './messages';

/** A reply: status is 0 or a negative errno. */
export interface Reply {
  readonly status: number;
  readonly payload: Buffer;
}

/**
 * A request as the module takes it.
 * @param type - the first word
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
