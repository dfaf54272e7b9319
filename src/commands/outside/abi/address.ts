/** An IPv4 address as 10.0.0.1 or an IPv6 address as fd00::1. */
export type IpText = string;
/** An Ethernet address as 02:00:00:00:00:01. */
export type MacText = string;

/** 4 for an IPv4 address, 6 for an IPv6 address. */
export const ipVersion = (text: IpText): 4 | 6 => (text.includes(':') ? 6 : 4);

function ipv4Bytes(text: string): Buffer {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    throw new RangeError(`${text} is no IPv4 address`);
  return Buffer.from(parts);
}

/** The 16-bit groups of one side of `::`; the last may be an IPv4 address. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [/^[0-9a-f]{1,4}$/i.test(group) ? parseInt(group, 16) : NaN];
    const bytes = ipv4Bytes(group);
    return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
  });
}

function ipv6Bytes(text: string): Buffer {
  const [left, right, ...more] = text.split('::').map(groupsOf);
  const missing = 8 - left.length - (right?.length ?? 0);
  const groups = right === undefined ? left : [...left, ...Array<number>(Math.max(0, missing)).fill(0), ...right];
  if (more.length > 0 || groups.length !== 8 || groups.some(Number.isNaN))
    throw new RangeError(`${text} is no IPv6 address`);
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The 4 or 16 bytes of an IP address, in the order of the network. */
export const ipBytes = (text: IpText): Buffer => (ipVersion(text) === 4 ? ipv4Bytes(text) : ipv6Bytes(text));

/** The first of the longest runs of zeros: RFC 5952 4.2. */
function longestZeros(groups: readonly number[]): { at: number; length: number } {
  let best = { at: 0, length: 0 };
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  return best;
}

/** The text of an IP address of 4 or 16 bytes, as RFC 5952 writes it. */
export function ipText(bytes: Uint8Array): IpText {
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: 8 }, (_, at) => (bytes[2 * at] << 8) | bytes[2 * at + 1]);
  const join = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  const { at, length } = longestZeros(groups);
  return length < 2 ? join(groups) : `${join(groups.slice(0, at))}::${join(groups.slice(at + length))}`;
}

/** The six bytes of an Ethernet address. */
export function macBytes(text: MacText): Buffer {
  if (!/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) throw new RangeError(`${text} is no Ethernet address`);
  return Buffer.from(text.replaceAll(':', ''), 'hex');
}

/** The text of an Ethernet address of six bytes. */
export const macText = (bytes: Uint8Array): MacText =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
