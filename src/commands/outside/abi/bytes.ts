/** A number of any sign; it is cut to the width of its field, as C does. */
export type Int = number | bigint;

/** The value of a number, cut to so many bits. */
const cut = (value: Int, bits: number): bigint => BigInt.asUintN(bits, BigInt(value));

/** One byte. */
export const u8 = (value: Int): Buffer => Buffer.from([Number(cut(value, 8))]);

/** 16 bits in the byte order of the host, which is little endian. */
export function u16(value: Int): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(Number(cut(value, 16)));
  return bytes;
}

/** 32 bits, little endian. */
export function u32(value: Int): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Number(cut(value, 32)));
  return bytes;
}

/** 64 bits, little endian. */
export function u64(value: Int): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(cut(value, 64));
  return bytes;
}

/** 16 bits in the byte order of the network. */
export function be16(value: Int): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(Number(cut(value, 16)));
  return bytes;
}

/** 32 bits, big endian. */
export function be32(value: Int): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Number(cut(value, 32)));
  return bytes;
}

/** 64 bits, big endian. */
export function be64(value: Int): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(cut(value, 64));
  return bytes;
}

/** So many bytes of zero. */
export const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);

/** All of them, one behind the other. */
export const cat = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

/** The next multiple of a unit. */
export const alignUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/** The bytes, and zeros up to the next multiple of a unit. */
export const aligned = (bytes: Uint8Array, unit: number): Buffer =>
  cat(bytes, zeros(alignUp(bytes.length, unit) - bytes.length));

/** The bytes in a field of a fixed length: cut, or filled up with zeros. */
export const field = (bytes: Uint8Array, length: number): Buffer =>
  cat(bytes.subarray(0, length), zeros(Math.max(0, length - bytes.length)));

/** A text that ends with a zero byte. */
export const cString = (text: string): Buffer => Buffer.from(`${text}\0`);

/** A name in a fixed field, cut so that it ends with a zero byte. */
export const nameField = (text: string, length: number): Buffer =>
  field(Buffer.from(text).subarray(0, length - 1), length);
