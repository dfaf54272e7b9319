import { ipBytes, type IpText } from '../address';
import { be16, be32, u32, u8, zeros } from '../bytes';
import { attr, type Attributes, attrText, nest } from '../netlink/attribute';
import {
  NF_ACCEPT,
  NF_DROP,
  NFT_CMP_EQ,
  NFT_CMP_GT,
  NFT_CMP_GTE,
  NFT_CMP_LT,
  NFT_CMP_LTE,
  NFT_CMP_NEQ,
  NFT_CT_STATE,
  NFT_META_IIF,
  NFT_META_L4PROTO,
  NFT_META_LEN,
  NFT_META_MARK,
  NFT_META_NFPROTO,
  NFT_META_OIF,
  NFT_PAYLOAD_CSUM_INET,
  NFT_PAYLOAD_CSUM_NONE,
  NFT_PAYLOAD_INNER_HEADER,
  NFT_PAYLOAD_L4CSUM_PSEUDOHDR,
  NFT_PAYLOAD_LL_HEADER,
  NFT_PAYLOAD_NETWORK_HEADER,
  NFT_PAYLOAD_TRANSPORT_HEADER,
  NFT_QUEUE_FLAG_BYPASS,
  NFT_REG_1,
  NFT_REG_VERDICT,
  NFT_REJECT_ICMP_UNREACH,
  NFT_REJECT_TCP_RST,
  NFTA_BITWISE_DREG,
  NFTA_BITWISE_LEN,
  NFTA_BITWISE_MASK,
  NFTA_BITWISE_SREG,
  NFTA_BITWISE_XOR,
  NFTA_CMP_DATA,
  NFTA_CMP_OP,
  NFTA_CMP_SREG,
  NFTA_CT_DREG,
  NFTA_CT_KEY,
  NFTA_DATA_VALUE,
  NFTA_DATA_VERDICT,
  NFTA_DUP_SREG_ADDR,
  NFTA_DUP_SREG_DEV,
  NFTA_EXPR_DATA,
  NFTA_EXPR_NAME,
  NFTA_FWD_SREG_DEV,
  NFTA_IMMEDIATE_DATA,
  NFTA_IMMEDIATE_DREG,
  NFTA_LIST_ELEM,
  NFTA_LOG_GROUP,
  NFTA_LOG_QTHRESHOLD,
  NFTA_LOG_SNAPLEN,
  NFTA_META_DREG,
  NFTA_META_KEY,
  NFTA_META_SREG,
  NFTA_PAYLOAD_BASE,
  NFTA_PAYLOAD_CSUM_FLAGS,
  NFTA_PAYLOAD_CSUM_OFFSET,
  NFTA_PAYLOAD_CSUM_TYPE,
  NFTA_PAYLOAD_DREG,
  NFTA_PAYLOAD_LEN,
  NFTA_PAYLOAD_OFFSET,
  NFTA_PAYLOAD_SREG,
  NFTA_QUEUE_FLAGS,
  NFTA_QUEUE_NUM,
  NFTA_QUEUE_TOTAL,
  NFTA_REJECT_ICMP_CODE,
  NFTA_REJECT_TYPE,
  NFTA_VERDICT_CODE,
} from '../uapi/netfilter';

/** One expression of a rule. */
export type NftExpression = Attributes;

const expression = (name: string, ...data: readonly Attributes[]): NftExpression =>
  nest(NFTA_LIST_ELEM, attrText(NFTA_EXPR_NAME, name), nest(NFTA_EXPR_DATA, ...data));
/** An attribute of 32 bits; nf_tables has them in the order of the network. */
const number = (type: number, value: number): Attributes => attr(type, be32(value));
const value = (type: number, bytes: Buffer): Attributes => nest(type, attr(NFTA_DATA_VALUE, bytes));

/** The header that an offset counts from. */
export type PayloadBase = 'link' | 'network' | 'transport' | 'inner';
const BASES = {
  link: NFT_PAYLOAD_LL_HEADER,
  network: NFT_PAYLOAD_NETWORK_HEADER,
  transport: NFT_PAYLOAD_TRANSPORT_HEADER,
  inner: NFT_PAYLOAD_INNER_HEADER,
};

/** Comparisons; bytes are compared as in memcmp. */
export type Comparison = 'eq' | 'neq' | 'lt' | 'lte' | 'gt' | 'gte';
const COMPARISONS = {
  ...{ eq: NFT_CMP_EQ, neq: NFT_CMP_NEQ, lt: NFT_CMP_LT, lte: NFT_CMP_LTE, gt: NFT_CMP_GT, gte: NFT_CMP_GTE },
};

/** The register that the expressions of this file use: 16 bytes. */
const REGISTER = NFT_REG_1;
const compare = (how: Comparison, bytes: Buffer): NftExpression =>
  expression(
    'cmp',
    number(NFTA_CMP_SREG, REGISTER),
    number(NFTA_CMP_OP, COMPARISONS[how]),
    value(NFTA_CMP_DATA, bytes),
  );
const immediate = (bytes: Buffer): NftExpression =>
  expression('immediate', number(NFTA_IMMEDIATE_DREG, REGISTER), value(NFTA_IMMEDIATE_DATA, bytes));

/** Goes on if bytes of the packet, at most 16, compare so. */
export const matchPayload = (base: PayloadBase, offset: number, how: Comparison, bytes: Buffer): NftExpression[] => [
  expression(
    'payload',
    ...[number(NFTA_PAYLOAD_DREG, REGISTER), number(NFTA_PAYLOAD_BASE, BASES[base])],
    ...[number(NFTA_PAYLOAD_OFFSET, offset), number(NFTA_PAYLOAD_LEN, bytes.length)],
  ),
  compare(how, bytes),
];

/** Metadata of a packet. */
export type MetaKey = 'length' | 'mark' | 'l4proto' | 'nfproto' | 'iif' | 'oif';
const META_KEYS = {
  ...{ length: NFT_META_LEN, mark: NFT_META_MARK, l4proto: NFT_META_L4PROTO },
  ...{ nfproto: NFT_META_NFPROTO, iif: NFT_META_IIF, oif: NFT_META_OIF },
};

/** Goes on if metadata compare so: 4 bytes of the host's order, 1 byte of l4proto and nfproto. */
export const matchMeta = (key: MetaKey, how: Comparison, wanted: number): NftExpression[] => [
  expression('meta', number(NFTA_META_DREG, REGISTER), number(NFTA_META_KEY, META_KEYS[key])),
  compare(how, key === 'l4proto' || key === 'nfproto' ? u8(wanted) : u32(wanted)),
];

/** Sets the mark. */
export const setMark = (mark: number): NftExpression[] => [
  immediate(u32(mark)),
  expression('meta', number(NFTA_META_SREG, REGISTER), number(NFTA_META_KEY, NFT_META_MARK)),
];

/** The checksum that a change of the payload mends. */
export interface PayloadChecksum {
  /** Of the Internet checksum, from the same base. */
  readonly offset: number;
  /** The changed bytes are in the pseudo header of TCP, UDP or ICMPv6 too. */
  readonly pseudo?: boolean;
}

/** Writes bytes, at most 16, into the packet. */
export const writePayload = (
  base: PayloadBase,
  offset: number,
  bytes: Buffer,
  checksum?: PayloadChecksum,
): NftExpression[] => [
  immediate(bytes),
  expression(
    'payload',
    ...[number(NFTA_PAYLOAD_SREG, REGISTER), number(NFTA_PAYLOAD_BASE, BASES[base])],
    ...[number(NFTA_PAYLOAD_OFFSET, offset), number(NFTA_PAYLOAD_LEN, bytes.length)],
    number(NFTA_PAYLOAD_CSUM_TYPE, checksum ? NFT_PAYLOAD_CSUM_INET : NFT_PAYLOAD_CSUM_NONE),
    number(NFTA_PAYLOAD_CSUM_OFFSET, checksum?.offset ?? 0),
    checksum?.pseudo ? number(NFTA_PAYLOAD_CSUM_FLAGS, NFT_PAYLOAD_L4CSUM_PSEUDOHDR) : zeros(0),
  ),
];

/** Ends the chain: nft(8). */
export const verdict = (what: 'accept' | 'drop'): NftExpression[] => [
  expression(
    'immediate',
    number(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT),
    nest(
      NFTA_IMMEDIATE_DATA,
      nest(NFTA_DATA_VERDICT, number(NFTA_VERDICT_CODE, what === 'accept' ? NF_ACCEPT : NF_DROP)),
    ),
  ),
];

/**
 * Hands packets to user space: queue.ts.
 * @param total - queues from the first on, among which flows are spread
 * @param bypass - accept where nobody reads
 */
export const queueTo = (first: number, total = 1, bypass = false): NftExpression[] => [
  expression(
    'queue',
    ...[attr(NFTA_QUEUE_NUM, be16(first)), attr(NFTA_QUEUE_TOTAL, be16(total))],
    attr(NFTA_QUEUE_FLAGS, be16(bypass ? NFT_QUEUE_FLAG_BYPASS : 0)),
  ),
];

/** Copies packets to a group of user space: log.ts. */
export const logTo = (group: number, copied_bytes: number, threshold = 1): NftExpression[] => [
  expression(
    'log',
    ...[attr(NFTA_LOG_GROUP, be16(group)), number(NFTA_LOG_SNAPLEN, copied_bytes)],
    attr(NFTA_LOG_QTHRESHOLD, be16(threshold)),
  ),
];

/** Goes on if the connection is in one of these states. The chain then needs connection tracking, which defragments. */
export const matchCtState = (states: number): NftExpression[] => [
  expression('ct', number(NFTA_CT_DREG, REGISTER), number(NFTA_CT_KEY, NFT_CT_STATE)),
  expression(
    'bitwise',
    ...[number(NFTA_BITWISE_SREG, REGISTER), number(NFTA_BITWISE_DREG, REGISTER), number(NFTA_BITWISE_LEN, 4)],
    ...[value(NFTA_BITWISE_MASK, u32(states)), value(NFTA_BITWISE_XOR, u32(0))],
  ),
  compare('neq', u32(0)),
];

/** States for matchCtState(): NF_CT_STATE_BIT() of include/uapi/linux/netfilter/nf_conntrack_common.h. */
export const CT_STATES = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;

/** Counts packets and bytes. */
export const counter = (): NftExpression[] => [expression('counter')];
/** The packet is not tracked; before priority -200. */
export const notrack = (): NftExpression[] => [expression('notrack')];
/** The source address becomes that of the link; type nat, postrouting. */
export const masquerade = (): NftExpression[] => [expression('masq')];

/** Refuses: `rst` of TCP, or unreachable with a code of ICMP of the packet's family. */
export const reject = (how: 'rst' | number): NftExpression[] => [
  expression(
    'reject',
    number(NFTA_REJECT_TYPE, how === 'rst' ? NFT_REJECT_TCP_RST : NFT_REJECT_ICMP_UNREACH),
    attr(NFTA_REJECT_ICMP_CODE, u8(how === 'rst' ? 0 : how)),
  ),
];

/** Of `netdev`: a clone goes out of another link. */
export const dupTo = (ifindex: number): NftExpression[] => [
  immediate(u32(ifindex)),
  expression('dup', number(NFTA_DUP_SREG_DEV, REGISTER)),
];

/** Of `netdev`: the packet goes out of another link. */
export const forwardTo = (ifindex: number): NftExpression[] => [
  immediate(u32(ifindex)),
  expression('fwd', number(NFTA_FWD_SREG_DEV, REGISTER)),
];

/** Of `ip` and `ip6`: a clone is routed to another host. */
export const dupToHost = (ip: IpText): NftExpression[] => [
  immediate(ipBytes(ip)),
  expression('dup', number(NFTA_DUP_SREG_ADDR, REGISTER)),
];
