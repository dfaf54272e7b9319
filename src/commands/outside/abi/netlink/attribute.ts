import { aligned, cat, cString, type Int, u16, u32, u64, u8 } from '../bytes';
import { NLA_F_NESTED } from '../uapi/netlink';

/** Bytes of attributes: include/uapi/linux/netlink.h, struct nlattr. Each is aligned to 4 bytes. */
export type Attributes = Buffer;

/** One attribute. Its payload is at most 65,531 bytes. */
export const attr = (type: number, payload: Buffer): Attributes =>
  aligned(cat(u16(4 + payload.length), u16(type), payload), 4);

/** An attribute of other attributes. The bit that strict parsers want is set. */
export const nest = (type: number, ...members: readonly Attributes[]): Attributes =>
  attr(type | NLA_F_NESTED, cat(...members));

/** An attribute without payload: a flag. */
export const attrFlag = (type: number): Attributes => attr(type, Buffer.alloc(0));
/** An attribute of 8 bits. */
export const attr8 = (type: number, value: Int): Attributes => attr(type, u8(value));
/** An attribute of 16 bits, in the order of the host. */
export const attr16 = (type: number, value: Int): Attributes => attr(type, u16(value));
/** An attribute of 32 bits, in the order of the host. */
export const attr32 = (type: number, value: Int): Attributes => attr(type, u32(value));
/** An attribute of 64 bits, in the order of the host. */
export const attr64 = (type: number, value: Int): Attributes => attr(type, u64(value));
/** An attribute of a text, with its zero byte. */
export const attrText = (type: number, text: string): Attributes => attr(type, cString(text));

/** The attribute, or nothing where the value is left out. */
export const maybe = <T>(value: T | undefined, make: (value: T) => Attributes): Attributes =>
  value === undefined ? Buffer.alloc(0) : make(value);

/** An attribute that was read. */
export interface ReadAttribute {
  /** Without the bits NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
  readonly type: number;
  readonly payload: Buffer;
}

/** Reads attributes up to the first that does not fit. */
export function parseAttributes(bytes: Buffer): ReadAttribute[] {
  const found: ReadAttribute[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > bytes.length) break;
    found.push({ type: bytes.readUInt16LE(at + 2) & 0x3fff, payload: bytes.subarray(at + 4, at + length) });
    at += Math.ceil(length / 4) * 4;
  }
  return found;
}
