import { be16, cat, u8 } from '../bytes';
import type { Attributes } from '../netlink/attribute';
import { nlmsg, numbered, rawNlmsg } from '../netlink/message';
import {
  NFNL_MSG_BATCH_BEGIN,
  NFNL_MSG_BATCH_END,
  NFNL_SUBSYS_NFTABLES,
  NFPROTO_ARP,
  NFPROTO_BRIDGE,
  NFPROTO_INET,
  NFPROTO_IPV4,
  NFPROTO_IPV6,
  NFPROTO_NETDEV,
} from '../uapi/netfilter';
import { NLM_F_REQUEST } from '../uapi/netlink';
import { AF_UNSPEC } from '../uapi/sockets';

/** Families of netfilter: include/uapi/linux/netfilter.h. `inet` is both versions of IP. */
export const FAMILIES = {
  inet: NFPROTO_INET,
  ip: NFPROTO_IPV4,
  ip6: NFPROTO_IPV6,
  arp: NFPROTO_ARP,
  bridge: NFPROTO_BRIDGE,
  netdev: NFPROTO_NETDEV,
} as const;
export type Family = keyof typeof FAMILIES;

/** struct nfgenmsg, 4 bytes: include/uapi/linux/netfilter/nfnetlink.h. */
export const nfgenmsg = (family: number, resource: number): Buffer => cat(u8(family), u8(0), be16(resource));

/** A message of a subsystem of nfnetlink. */
export const nfMessage = (
  subsystem: number,
  type: number,
  flags: number,
  family: number,
  resource: number,
  ...attributes: readonly Attributes[]
): Buffer => nlmsg(subsystem * 256 + type, flags, nfgenmsg(family, resource), ...attributes);

/** A message of nf_tables; it goes into a batch. */
export const nftMessage = (type: number, flags: number, family: Family, ...attributes: readonly Attributes[]): Buffer =>
  nfMessage(NFNL_SUBSYS_NFTABLES, type, flags, FAMILIES[family], 0, ...attributes);

/**
 * Messages of nf_tables as one transaction, for one send: all or none take effect. Sequence numbers count from 1, so
 * that an answer says which message was refused.
 */
export const nftBatch = (messages: readonly Buffer[]): Buffer =>
  cat(batchEnd(NFNL_MSG_BATCH_BEGIN), numbered(messages), batchEnd(NFNL_MSG_BATCH_END));

/** The first or last message of a batch, which names the subsystem. */
const batchEnd = (type: number): Buffer => rawNlmsg(type, NLM_F_REQUEST, nfgenmsg(AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
