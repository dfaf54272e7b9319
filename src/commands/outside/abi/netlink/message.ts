import { aligned, cat, u16, u32 } from '../bytes';
import {
  NLM_F_ACK,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSGERR_ATTR_MSG,
} from '../uapi/netlink';
import { parseAttributes, type ReadAttribute } from './attribute';

/** Bytes of struct nlmsghdr: include/uapi/linux/netlink.h. */
export const NLMSGHDR_BYTES = 16;

/**
 * A netlink message that asks for an answer: the kernel replies with NLMSG_ERROR, whose error is 0 on success.
 * netlink(7).
 * @param type - RTM_*, a family of generic netlink, or a subsystem and message of nfnetlink
 * @param flags - NLM_F_* beside NLM_F_REQUEST and NLM_F_ACK
 * @param body - the fixed header of that type, and attributes
 */
export const nlmsg = (type: number, flags: number, ...body: readonly Buffer[]): Buffer =>
  rawNlmsg(type, flags | NLM_F_REQUEST | NLM_F_ACK, ...body);

/** A netlink message with just these flags. */
export function rawNlmsg(type: number, flags: number, ...body: readonly Buffer[]): Buffer {
  const payload = cat(...body);
  return aligned(cat(u32(NLMSGHDR_BYTES + payload.length), u16(type), u16(flags), u32(0), u32(0), payload), 4);
}

/** Messages for one send, numbered from a sequence number on, so that each answer says to which it belongs. */
export function numbered(messages: readonly Buffer[], first = 1): Buffer {
  const copies = messages.map((message) => Buffer.from(message));
  copies.forEach((message, index) => message.writeUInt32LE((first + index) >>> 0, 8));
  return cat(...copies);
}

/** A message that the kernel sent. */
export interface ReadMessage {
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  /** All behind struct nlmsghdr. */
  readonly body: Buffer;
}

/** Reads the messages of a received datagram, up to the first that does not fit. */
export function parseMessages(bytes: Buffer): ReadMessage[] {
  const found: ReadMessage[] = [];
  for (let at = 0; at + NLMSGHDR_BYTES <= bytes.length;) {
    const length = bytes.readUInt32LE(at);
    if (length < NLMSGHDR_BYTES || at + length > bytes.length) break;
    const [type, flags, seq] = [bytes.readUInt16LE(at + 4), bytes.readUInt16LE(at + 6), bytes.readUInt32LE(at + 8)];
    found.push({ type, flags, seq, body: bytes.subarray(at + NLMSGHDR_BYTES, at + length) });
    at += Math.ceil(length / 4) * 4;
  }
  return found;
}

/** The answer to one message. */
export interface Ack {
  readonly seq: number;
  /** 0, or minus errno. */
  readonly error: number;
  /** The kernel's words, where it has some (NETLINK_EXT_ACK was set on the socket). */
  readonly text?: string;
}

/** The answers (NLMSG_ERROR, NLMSG_DONE) of a received datagram. */
export function parseAcks(bytes: Buffer): Ack[] {
  return parseMessages(bytes)
    .filter(({ type, body }) => (type === NLMSG_ERROR || type === NLMSG_DONE) && body.length >= 4)
    .map((message) => {
      const text = ackAttributes(message).find(({ type }) => type === NLMSGERR_ATTR_MSG)?.payload;
      const ack = { seq: message.seq, error: message.body.readInt32LE(0) };
      return text ? { ...ack, text: text.toString('latin1').replace(/\0.*$/s, '') } : ack;
    });
}

/** Attributes of an extended answer: behind the error, and behind the request that the kernel repeats. */
function ackAttributes({ type, flags, body }: ReadMessage): ReadAttribute[] {
  if (!(flags & NLM_F_ACK_TLVS) || type !== NLMSG_ERROR || body.length < 8) return [];
  const repeated = flags & NLM_F_CAPPED ? NLMSGHDR_BYTES : body.readUInt32LE(4);
  return parseAttributes(body.subarray(4 + Math.ceil(repeated / 4) * 4));
}
