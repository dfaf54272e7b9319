import { be16, be32, cat, u8 } from '../bytes';
import { attr, type Attributes, maybe, parseAttributes } from '../netlink/attribute';
import { parseMessages, rawNlmsg } from '../netlink/message';
import {
  NF_ACCEPT,
  NF_DROP,
  NF_REPEAT,
  NF_STOP,
  NFNL_SUBSYS_QUEUE,
  NFQA_CAP_LEN,
  NFQA_CFG_CMD,
  NFQA_CFG_F_CONNTRACK,
  NFQA_CFG_F_FAIL_OPEN,
  NFQA_CFG_F_GSO,
  NFQA_CFG_F_UID_GID,
  NFQA_CFG_FLAGS,
  NFQA_CFG_MASK,
  NFQA_CFG_PARAMS,
  NFQA_CFG_QUEUE_MAXLEN,
  NFQA_MARK,
  NFQA_PACKET_HDR,
  NFQA_PAYLOAD,
  NFQA_VERDICT_HDR,
  NFQNL_CFG_CMD_BIND,
  NFQNL_CFG_CMD_UNBIND,
  NFQNL_COPY_META,
  NFQNL_COPY_PACKET,
  NFQNL_MSG_CONFIG,
  NFQNL_MSG_PACKET,
  NFQNL_MSG_VERDICT,
  NFQNL_MSG_VERDICT_BATCH,
} from '../uapi/netfilter';
import { NLM_F_REQUEST } from '../uapi/netlink';
import { AF_UNSPEC } from '../uapi/sockets';
import { nfgenmsg, nfMessage } from './message';

/** A reader's wishes for a queue: include/uapi/linux/netfilter/nfnetlink_queue.h. */
export interface QueueSettings {
  readonly queue: number;
  /** Bytes of each packet that are copied; 0 copies none of it. At most 65,531. */
  readonly copied_bytes: number;
  /** Packets that wait; more are dropped. */
  readonly length_packets?: number;
  /** Segments are not made: a packet of GSO comes whole. */
  readonly gso?: boolean;
  /** Packets that do not fit are accepted. */
  readonly failOpen?: boolean;
  /** The message of a packet says its connection, and the owner of its socket. */
  readonly conntrack?: boolean;
  readonly uidGid?: boolean;
}

const config = (queue: number, ...attributes: readonly Attributes[]): Buffer =>
  nfMessage(NFNL_SUBSYS_QUEUE, NFQNL_MSG_CONFIG, 0, AF_UNSPEC, queue, ...attributes);
const command = (number: number): Attributes => attr(NFQA_CFG_CMD, cat(u8(number), u8(0), be16(AF_UNSPEC)));

/** NFQNL_MSG_CONFIG that makes this netlink socket the reader of a queue. The queue's first packet has id 1. */
export function bindQueue(settings: QueueSettings): Buffer {
  const { gso, failOpen, conntrack, uidGid } = settings;
  const flags =
    (gso ? NFQA_CFG_F_GSO : 0) |
    (failOpen ? NFQA_CFG_F_FAIL_OPEN : 0) |
    (conntrack ? NFQA_CFG_F_CONNTRACK : 0) |
    (uidGid ? NFQA_CFG_F_UID_GID : 0);
  const all = NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN | NFQA_CFG_F_CONNTRACK | NFQA_CFG_F_UID_GID;
  const mode = settings.copied_bytes > 0 ? NFQNL_COPY_PACKET : NFQNL_COPY_META;
  return config(
    settings.queue,
    command(NFQNL_CFG_CMD_BIND),
    attr(NFQA_CFG_PARAMS, cat(be32(settings.copied_bytes), u8(mode))),
    ...[attr(NFQA_CFG_FLAGS, be32(flags)), attr(NFQA_CFG_MASK, be32(all))],
    maybe(settings.length_packets, (packets) => attr(NFQA_CFG_QUEUE_MAXLEN, be32(packets))),
  );
}

/** NFQNL_MSG_CONFIG: packets that wait are dropped. */
export const unbindQueue = (queue: number): Buffer => config(queue, command(NFQNL_CFG_CMD_UNBIND));

/** The fate of a packet that waits. `repeat` hands it to the hook again. */
export type QueueVerdict = 'accept' | 'drop' | 'repeat' | 'stop';
const VERDICTS = { accept: NF_ACCEPT, drop: NF_DROP, repeat: NF_REPEAT, stop: NF_STOP };

/** More of an answer. */
export interface QueueAnswer {
  /** Bytes that take the packet's place, from the network header on. */
  readonly payload?: Buffer;
  readonly mark?: number;
}

/** NFQNL_MSG_VERDICT on the packet of an id: they count from 1 in each queue. An error is answered, success is not. */
export const queueVerdict = (queue: number, id: number, verdict: QueueVerdict, answer: QueueAnswer = {}): Buffer =>
  rawNlmsg(
    NFNL_SUBSYS_QUEUE * 256 + NFQNL_MSG_VERDICT,
    NLM_F_REQUEST,
    nfgenmsg(AF_UNSPEC, queue),
    attr(NFQA_VERDICT_HDR, cat(be32(VERDICTS[verdict]), be32(id))),
    maybe(answer.payload, (payload) => attr(NFQA_PAYLOAD, payload)),
    maybe(answer.mark, (mark) => attr(NFQA_MARK, be32(mark))),
  );

/** NFQNL_MSG_VERDICT_BATCH on all packets up to an id. */
export const queueVerdictUpTo = (queue: number, id: number, verdict: QueueVerdict): Buffer =>
  rawNlmsg(
    NFNL_SUBSYS_QUEUE * 256 + NFQNL_MSG_VERDICT_BATCH,
    NLM_F_REQUEST,
    nfgenmsg(AF_UNSPEC, queue),
    attr(NFQA_VERDICT_HDR, cat(be32(VERDICTS[verdict]), be32(id))),
  );

/** A packet that a queue handed out. */
export interface QueuedPacket {
  readonly id: number;
  readonly queue: number;
  /** From the network header on, cut to what the reader wanted. */
  readonly payload: Buffer;
  /** Its whole length, where it was cut. */
  readonly length?: number;
}

/** Reads the packets of a received datagram. */
export const parseQueued = (bytes: Buffer): QueuedPacket[] =>
  parseMessages(bytes)
    .filter(({ type }) => type === NFNL_SUBSYS_QUEUE * 256 + NFQNL_MSG_PACKET)
    .map(({ body }) => {
      const attributes = parseAttributes(body.subarray(4));
      const find = (type: number) => attributes.find((attribute) => attribute.type === type)?.payload;
      return {
        id: find(NFQA_PACKET_HDR)?.readUInt32BE(0) ?? 0,
        queue: body.readUInt16BE(2),
        payload: find(NFQA_PAYLOAD) ?? Buffer.alloc(0),
        length: find(NFQA_CAP_LEN)?.readUInt32BE(0),
      };
    });
