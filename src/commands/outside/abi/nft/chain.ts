import { be32 } from '../bytes';
import { attr, attrText, maybe, nest } from '../netlink/attribute';
import {
  NF_ACCEPT,
  NF_DROP,
  NF_INET_FORWARD,
  NF_INET_INGRESS,
  NF_INET_LOCAL_IN,
  NF_INET_LOCAL_OUT,
  NF_INET_POST_ROUTING,
  NF_INET_PRE_ROUTING,
  NF_IP_PRI_FILTER,
  NF_IP_PRI_MANGLE,
  NF_IP_PRI_NAT_DST,
  NF_IP_PRI_NAT_SRC,
  NF_IP_PRI_RAW,
  NF_IP_PRI_RAW_BEFORE_DEFRAG,
  NF_NETDEV_EGRESS,
  NF_NETDEV_INGRESS,
  NFT_MSG_DELTABLE,
  NFT_MSG_NEWCHAIN,
  NFT_MSG_NEWRULE,
  NFT_MSG_NEWTABLE,
  NFTA_CHAIN_HOOK,
  NFTA_CHAIN_NAME,
  NFTA_CHAIN_POLICY,
  NFTA_CHAIN_TABLE,
  NFTA_CHAIN_TYPE,
  NFTA_HOOK_DEV,
  NFTA_HOOK_HOOKNUM,
  NFTA_HOOK_PRIORITY,
  NFTA_RULE_CHAIN,
  NFTA_RULE_EXPRESSIONS,
  NFTA_RULE_TABLE,
  NFTA_TABLE_NAME,
} from '../uapi/netfilter';
import { NLM_F_APPEND, NLM_F_CREATE } from '../uapi/netlink';
import type { NftExpression } from './expression';
import { type Family, nftMessage } from './message';

/** NFT_MSG_NEWTABLE: include/uapi/linux/netfilter/nf_tables.h, nft(8). */
export const newTable = (family: Family, name: string): Buffer =>
  nftMessage(NFT_MSG_NEWTABLE, NLM_F_CREATE, family, attrText(NFTA_TABLE_NAME, name));

/** NFT_MSG_DELTABLE: its chains and rules go too. */
export const delTable = (family: Family, name: string): Buffer =>
  nftMessage(NFT_MSG_DELTABLE, 0, family, attrText(NFTA_TABLE_NAME, name));

/** Places of the path of a packet, by their families. */
const HOOKS = {
  prerouting: NF_INET_PRE_ROUTING,
  input: NF_INET_LOCAL_IN,
  forward: NF_INET_FORWARD,
  output: NF_INET_LOCAL_OUT,
  postrouting: NF_INET_POST_ROUTING,
  /** Of `inet`, with a device. */
  'inet ingress': NF_INET_INGRESS,
  /** Of `netdev`, with a device. */
  ingress: NF_NETDEV_INGRESS,
  egress: NF_NETDEV_EGRESS,
} as const;
export type Hook = keyof typeof HOOKS;

/** Usual priorities: include/uapi/linux/netfilter_ipv4.h. Below -400 packets of IP are not yet defragmented. */
export const PRIORITIES = {
  beforeDefrag: NF_IP_PRI_RAW_BEFORE_DEFRAG,
  raw: NF_IP_PRI_RAW,
  mangle: NF_IP_PRI_MANGLE,
  dstnat: NF_IP_PRI_NAT_DST,
  filter: NF_IP_PRI_FILTER,
  srcnat: NF_IP_PRI_NAT_SRC,
} as const;

/** A chain that packets come to. */
export interface Chain {
  readonly family: Family;
  readonly table: string;
  readonly name: string;
  /** `route` of output looks the route up again after a change. */
  readonly type: 'filter' | 'route' | 'nat';
  readonly hook: Hook;
  readonly priority: number;
  readonly policy?: 'accept' | 'drop';
  /** Name of a link. */
  readonly device?: string;
}

/** NFT_MSG_NEWCHAIN of a base chain. */
export const newChain = (chain: Chain): Buffer =>
  nftMessage(
    NFT_MSG_NEWCHAIN,
    NLM_F_CREATE,
    chain.family,
    ...[attrText(NFTA_CHAIN_TABLE, chain.table), attrText(NFTA_CHAIN_NAME, chain.name)],
    nest(
      NFTA_CHAIN_HOOK,
      attr(NFTA_HOOK_HOOKNUM, be32(HOOKS[chain.hook])),
      attr(NFTA_HOOK_PRIORITY, be32(chain.priority)),
      maybe(chain.device, (name) => attrText(NFTA_HOOK_DEV, name)),
    ),
    attr(NFTA_CHAIN_POLICY, be32(chain.policy === 'drop' ? NF_DROP : NF_ACCEPT)),
    attrText(NFTA_CHAIN_TYPE, chain.type),
  );

/** NFT_MSG_NEWRULE at the end of a chain: expressions one after the other, until one does not match. */
export const newRule = (family: Family, table: string, chain: string, expressions: readonly NftExpression[]): Buffer =>
  nftMessage(
    NFT_MSG_NEWRULE,
    NLM_F_CREATE | NLM_F_APPEND,
    family,
    ...[attrText(NFTA_RULE_TABLE, table), attrText(NFTA_RULE_CHAIN, chain)],
    nest(NFTA_RULE_EXPRESSIONS, ...expressions),
  );
