import { ipBytes, type IpText, ipVersion, macBytes, type MacText } from '../address';
import { be16, be32, cat, type Int, u32, u8, zeros } from '../bytes';
import { attr, attr16, attr32, attr8, attrText, maybe } from '../netlink/attribute';
import {
  TC_U32_TERMINAL,
  TCA_BPF_ACT,
  TCA_BPF_FD,
  TCA_BPF_FLAG_ACT_DIRECT,
  TCA_BPF_FLAGS,
  TCA_BPF_NAME,
  TCA_FLOWER_ACT,
  TCA_FLOWER_KEY_ENC_KEY_ID,
  TCA_FLOWER_KEY_ETH_DST,
  TCA_FLOWER_KEY_ETH_DST_MASK,
  TCA_FLOWER_KEY_ETH_SRC,
  TCA_FLOWER_KEY_ETH_SRC_MASK,
  TCA_FLOWER_KEY_ETH_TYPE,
  TCA_FLOWER_KEY_IP_PROTO,
  TCA_FLOWER_KEY_IPV4_DST,
  TCA_FLOWER_KEY_IPV4_SRC,
  TCA_FLOWER_KEY_IPV6_DST,
  TCA_FLOWER_KEY_IPV6_SRC,
  TCA_FLOWER_KEY_TCP_DST,
  TCA_FLOWER_KEY_TCP_SRC,
  TCA_FLOWER_KEY_UDP_DST,
  TCA_FLOWER_KEY_UDP_SRC,
  TCA_FLOWER_KEY_VLAN_ETH_TYPE,
  TCA_FLOWER_KEY_VLAN_ID,
  TCA_MATCHALL_ACT,
  TCA_U32_ACT,
  TCA_U32_SEL,
} from '../uapi/cls';
import { IPPROTO_TCP } from '../uapi/sockets';
import type { Classifier } from './filter';

/** Takes all packets: tc-matchall(8). */
export const matchall = (): Classifier => ({ kind: 'matchall', options: zeros(0), actionsType: TCA_MATCHALL_ACT });

/** A comparison of 32 bits of a packet. */
export interface U32Match {
  /** Bytes behind the network header; a multiple of 4. Negative ones are in the link's header. */
  readonly offset: number;
  /** In the order of the network. */
  readonly value: Int;
  readonly mask: Int;
}

/** Compares words: tc-u32(8). Without a match it takes all. */
export const u32Filter = (matches: readonly U32Match[]): Classifier => {
  const keys = matches.length > 0 ? matches : [{ offset: 0, value: 0, mask: 0 }];
  return {
    kind: 'u32',
    options: attr(
      TCA_U32_SEL,
      cat(
        // struct tc_u32_sel, 16 bytes, and its keys.
        ...[u8(TC_U32_TERMINAL), u8(0), u8(keys.length), u8(0), zeros(8), zeros(4)],
        ...keys.flatMap(({ offset, value, mask }) => [be32(mask), be32(value), u32(offset), u32(0)]),
      ),
    ),
    actionsType: TCA_U32_ACT,
  };
};

/** Fields that flower compares. The filter's protocol says which version of IP. */
export interface FlowerMatch {
  readonly ethTo?: MacText;
  readonly ethFrom?: MacText;
  /** IPPROTO_*; ports need it. */
  readonly protocol?: number;
  readonly from?: IpText;
  readonly to?: IpText;
  readonly sport?: number;
  readonly dport?: number;
  /** With protocol ETH_P_8021Q. */
  readonly vlanId?: number;
  /** Ethertype behind the VLAN tag. */
  readonly vlanEthertype?: number;
  /** VNI or key of the tunnel that it came by. */
  readonly tunnelId?: number;
}

/** Compares fields that the flow dissector found: tc-flower(8). */
export function flower(ethertype: number, match: FlowerMatch): Classifier {
  const isTcp = match.protocol === IPPROTO_TCP;
  const mac = (type: number, mask: number) => (text: MacText) =>
    cat(attr(type, macBytes(text)), attr(mask, Buffer.alloc(6, 0xff)));
  const from = (ip: IpText) =>
    attr(ipVersion(ip) === 4 ? TCA_FLOWER_KEY_IPV4_SRC : TCA_FLOWER_KEY_IPV6_SRC, ipBytes(ip));
  const to = (ip: IpText) => attr(ipVersion(ip) === 4 ? TCA_FLOWER_KEY_IPV4_DST : TCA_FLOWER_KEY_IPV6_DST, ipBytes(ip));
  return {
    kind: 'flower',
    options: cat(
      attr(TCA_FLOWER_KEY_ETH_TYPE, be16(ethertype)),
      maybe(match.vlanId, (id) => attr16(TCA_FLOWER_KEY_VLAN_ID, id)),
      maybe(match.vlanEthertype, (type) => attr(TCA_FLOWER_KEY_VLAN_ETH_TYPE, be16(type))),
      maybe(match.ethTo, mac(TCA_FLOWER_KEY_ETH_DST, TCA_FLOWER_KEY_ETH_DST_MASK)),
      maybe(match.ethFrom, mac(TCA_FLOWER_KEY_ETH_SRC, TCA_FLOWER_KEY_ETH_SRC_MASK)),
      maybe(match.protocol, (number) => attr8(TCA_FLOWER_KEY_IP_PROTO, number)),
      maybe(match.from, from),
      maybe(match.to, to),
      maybe(match.sport, (port) => attr(isTcp ? TCA_FLOWER_KEY_TCP_SRC : TCA_FLOWER_KEY_UDP_SRC, be16(port))),
      maybe(match.dport, (port) => attr(isTcp ? TCA_FLOWER_KEY_TCP_DST : TCA_FLOWER_KEY_UDP_DST, be16(port))),
      maybe(match.tunnelId, (id) => attr(TCA_FLOWER_KEY_ENC_KEY_ID, be32(id))),
    ),
    actionsType: TCA_FLOWER_ACT,
  };
}

/**
 * A program of type sched_cls: tc-bpf(8). What it returns is the verdict.
 * @param fd - its descriptor
 */
export const bpfFilter = (fd: number): Classifier => ({
  kind: 'bpf',
  options: cat(
    ...[attr32(TCA_BPF_FD, fd), attrText(TCA_BPF_NAME, 'skbcheck')],
    attr32(TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT),
  ),
  actionsType: TCA_BPF_ACT,
});
