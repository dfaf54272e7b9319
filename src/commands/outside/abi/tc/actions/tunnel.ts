import { ipBytes, type IpText, ipVersion, macBytes, type MacText } from '../../address';
import { be16, be32, cat, u32 } from '../../bytes';
import { attr, attr16, attr32, attr8, type Attributes, maybe } from '../../netlink/attribute';
import type { MplsLabel } from '../../netlink/rtnl/mpls';
import {
  TCA_MPLS_ACT_MAC_PUSH,
  TCA_MPLS_ACT_POP,
  TCA_MPLS_ACT_PUSH,
  TCA_MPLS_LABEL,
  TCA_MPLS_PARMS,
  TCA_MPLS_PROTO,
  TCA_MPLS_TC,
  TCA_MPLS_TTL,
  TCA_TUNNEL_KEY_ACT_RELEASE,
  TCA_TUNNEL_KEY_ACT_SET,
  TCA_TUNNEL_KEY_ENC_DST_PORT,
  TCA_TUNNEL_KEY_ENC_IPV4_DST,
  TCA_TUNNEL_KEY_ENC_IPV4_SRC,
  TCA_TUNNEL_KEY_ENC_IPV6_DST,
  TCA_TUNNEL_KEY_ENC_IPV6_SRC,
  TCA_TUNNEL_KEY_ENC_KEY_ID,
  TCA_TUNNEL_KEY_ENC_TTL,
  TCA_TUNNEL_KEY_NO_CSUM,
  TCA_TUNNEL_KEY_PARMS,
  TCA_VLAN_ACT_MODIFY,
  TCA_VLAN_ACT_POP,
  TCA_VLAN_ACT_POP_ETH,
  TCA_VLAN_ACT_PUSH,
  TCA_VLAN_ACT_PUSH_ETH,
  TCA_VLAN_PARMS,
  TCA_VLAN_PUSH_ETH_DST,
  TCA_VLAN_PUSH_ETH_SRC,
  TCA_VLAN_PUSH_VLAN_ID,
  TCA_VLAN_PUSH_VLAN_PRIORITY,
  TCA_VLAN_PUSH_VLAN_PROTOCOL,
} from '../../uapi/cls';
import { ETH_P_8021Q, ETH_P_MPLS_UC } from '../../uapi/devices';
import { type Control, type TcAction, tcGen } from '../action';

const vlanParms = (action: number, control: Control): Attributes =>
  attr(TCA_VLAN_PARMS, cat(tcGen(control), u32(action)));

/** Takes the VLAN tag off: tc-vlan(8). */
export const vlanPop = (control: Control = 'pipe'): TcAction => ({
  kind: 'vlan',
  options: vlanParms(TCA_VLAN_ACT_POP, control),
});

/** A tag. */
export interface VlanTag {
  readonly id: number;
  /** 3 bits. */
  readonly priority?: number;
  /** ETH_P_8021Q (default) or ETH_P_8021AD. */
  readonly protocol?: number;
}

/** Puts a VLAN tag on, or changes the one that is there: tc-vlan(8). */
export const vlanPut = (how: 'push' | 'modify', tag: VlanTag, control: Control = 'pipe'): TcAction => ({
  kind: 'vlan',
  options: cat(
    vlanParms(how === 'push' ? TCA_VLAN_ACT_PUSH : TCA_VLAN_ACT_MODIFY, control),
    attr16(TCA_VLAN_PUSH_VLAN_ID, tag.id),
    attr(TCA_VLAN_PUSH_VLAN_PROTOCOL, be16(tag.protocol ?? ETH_P_8021Q)),
    maybe(tag.priority, (priority) => attr8(TCA_VLAN_PUSH_VLAN_PRIORITY, priority)),
  ),
});

/** Takes the Ethernet header off. */
export const ethPop = (control: Control = 'pipe'): TcAction => ({
  kind: 'vlan',
  options: vlanParms(TCA_VLAN_ACT_POP_ETH, control),
});

/** Puts an Ethernet header in front. */
export const ethPush = (to: MacText, from: MacText, control: Control = 'pipe'): TcAction => ({
  kind: 'vlan',
  options: cat(
    vlanParms(TCA_VLAN_ACT_PUSH_ETH, control),
    ...[attr(TCA_VLAN_PUSH_ETH_DST, macBytes(to)), attr(TCA_VLAN_PUSH_ETH_SRC, macBytes(from))],
  ),
});

const mplsParms = (action: number, control: Control): Attributes =>
  attr(TCA_MPLS_PARMS, cat(tcGen(control), u32(action)));

/** Takes a label off: tc-mpls(8). The ethertype is that of the packet inside. */
export const mplsPop = (ethertype: number, control: Control = 'pipe'): TcAction => ({
  kind: 'mpls',
  options: cat(mplsParms(TCA_MPLS_ACT_POP, control), attr(TCA_MPLS_PROTO, be16(ethertype))),
});

/** Puts a label behind the Ethernet header, or with `mac` in front of it: tc-mpls(8). */
export const mplsPush = (how: 'push' | 'mac', { label, tc, ttl }: MplsLabel, control: Control = 'pipe'): TcAction => ({
  kind: 'mpls',
  options: cat(
    mplsParms(how === 'push' ? TCA_MPLS_ACT_PUSH : TCA_MPLS_ACT_MAC_PUSH, control),
    ...[attr(TCA_MPLS_PROTO, be16(ETH_P_MPLS_UC)), attr32(TCA_MPLS_LABEL, label)],
    maybe(tc, (value) => attr8(TCA_MPLS_TC, value)),
    attr8(TCA_MPLS_TTL, ttl || 64),
  ),
});

/** Metadata for the external tunnel that the packet is sent to. */
export interface TunnelKey {
  readonly from: IpText;
  readonly to: IpText;
  /** VNI or key. */
  readonly id: number;
  /** UDP port. */
  readonly dport?: number;
  readonly ttl?: number;
  readonly csum?: boolean;
}

/** Says where an external tunnel sends the packet: tc-tunnel_key(8). */
export function tunnelKeySet({ from, to, id, dport, ttl, csum }: TunnelKey, control: Control = 'pipe'): TcAction {
  const isIpv4 = ipVersion(from) === 4;
  return {
    kind: 'tunnel_key',
    options: cat(
      attr(TCA_TUNNEL_KEY_PARMS, cat(tcGen(control), u32(TCA_TUNNEL_KEY_ACT_SET))),
      attr(isIpv4 ? TCA_TUNNEL_KEY_ENC_IPV4_SRC : TCA_TUNNEL_KEY_ENC_IPV6_SRC, ipBytes(from)),
      attr(isIpv4 ? TCA_TUNNEL_KEY_ENC_IPV4_DST : TCA_TUNNEL_KEY_ENC_IPV6_DST, ipBytes(to)),
      attr(TCA_TUNNEL_KEY_ENC_KEY_ID, be32(id)),
      maybe(dport, (port) => attr(TCA_TUNNEL_KEY_ENC_DST_PORT, be16(port))),
      maybe(ttl, (value) => attr8(TCA_TUNNEL_KEY_ENC_TTL, value)),
      attr8(TCA_TUNNEL_KEY_NO_CSUM, csum ? 0 : 1),
    ),
  };
}

/** Forgets which tunnel the packet came by. */
export const tunnelKeyRelease = (control: Control = 'pipe'): TcAction => ({
  kind: 'tunnel_key',
  options: attr(TCA_TUNNEL_KEY_PARMS, cat(tcGen(control), u32(TCA_TUNNEL_KEY_ACT_RELEASE))),
});
