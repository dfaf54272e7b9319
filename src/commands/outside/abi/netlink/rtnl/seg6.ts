import { ipBytes, type IpText } from '../../address';
import { cat, u16, u32, u8 } from '../../bytes';
import {
  LWTUNNEL_ENCAP_SEG6,
  LWTUNNEL_ENCAP_SEG6_LOCAL,
  SEG6_IPTUN_MODE_ENCAP,
  SEG6_IPTUN_MODE_ENCAP_RED,
  SEG6_IPTUN_MODE_INLINE,
  SEG6_IPTUN_MODE_L2ENCAP,
  SEG6_IPTUN_MODE_L2ENCAP_RED,
  SEG6_IPTUNNEL_SRH,
  SEG6_LOCAL_ACTION,
  SEG6_LOCAL_ACTION_END,
  SEG6_LOCAL_ACTION_END_B6,
  SEG6_LOCAL_ACTION_END_B6_ENCAP,
  SEG6_LOCAL_ACTION_END_BPF,
  SEG6_LOCAL_ACTION_END_DT4,
  SEG6_LOCAL_ACTION_END_DT46,
  SEG6_LOCAL_ACTION_END_DT6,
  SEG6_LOCAL_ACTION_END_DX2,
  SEG6_LOCAL_ACTION_END_DX4,
  SEG6_LOCAL_ACTION_END_DX6,
  SEG6_LOCAL_ACTION_END_T,
  SEG6_LOCAL_ACTION_END_X,
  SEG6_LOCAL_BPF,
  SEG6_LOCAL_BPF_PROG,
  SEG6_LOCAL_BPF_PROG_NAME,
  SEG6_LOCAL_NH4,
  SEG6_LOCAL_NH6,
  SEG6_LOCAL_OIF,
  SEG6_LOCAL_SRH,
  SEG6_LOCAL_TABLE,
  SEG6_LOCAL_VRFTABLE,
} from '../../uapi/encaps';
import { attr, attr32, type Attributes, attrText, nest } from '../attribute';
import type { Encap } from './encap';

/** Bytes of struct ipv6_sr_hdr: RFC 8754. Segments stand in the reverse of the order in which they are visited. */
function segmentHeader(segments: readonly IpText[], roomForDestination: boolean): Buffer {
  const list = [...(roomForDestination ? ['::'] : []), ...segments.toReversed()];
  const last = list.length - 1;
  return cat(u8(0), u8(2 * list.length), u8(4), u8(last), u8(last), u8(0), u16(0), ...list.map(ipBytes));
}

/** How segments come into a packet: inline, in an outer IPv6 header, around an Ethernet frame; without the first. */
export type Seg6Mode = 'inline' | 'encap' | 'l2encap' | 'encap.red' | 'l2encap.red';

const SEG6_MODES = {
  inline: SEG6_IPTUN_MODE_INLINE,
  encap: SEG6_IPTUN_MODE_ENCAP,
  l2encap: SEG6_IPTUN_MODE_L2ENCAP,
  'encap.red': SEG6_IPTUN_MODE_ENCAP_RED,
  'l2encap.red': SEG6_IPTUN_MODE_L2ENCAP_RED,
};

/**
 * A segment routing header in each packet of the route: include/uapi/linux/seg6_iptunnel.h.
 * @param segments - IPv6 addresses, in the order in which packets visit them
 */
export const seg6Encap = (mode: Seg6Mode, segments: readonly IpText[]): Encap => ({
  type: LWTUNNEL_ENCAP_SEG6,
  data: attr(SEG6_IPTUNNEL_SRH, cat(u32(SEG6_MODES[mode]), segmentHeader(segments, mode === 'inline'))),
});

/** The behaviour of a node towards a packet whose segment is its own: RFC 8986. */
export type Seg6LocalAction =
  | { readonly action: 'End' }
  | { readonly action: 'End.X' | 'End.DX6'; readonly via: IpText; readonly ifindex?: number }
  | { readonly action: 'End.DX4'; readonly via: IpText }
  | { readonly action: 'End.DX2'; readonly ifindex: number }
  | { readonly action: 'End.T' | 'End.DT6'; readonly table: number }
  | { readonly action: 'End.DT4' | 'End.DT46' | 'End.DT6.vrf'; readonly vrfTable: number }
  | { readonly action: 'End.B6' | 'End.B6.Encaps'; readonly segments: readonly IpText[] }
  | { readonly action: 'End.BPF'; readonly fd: number };

const ACTIONS = {
  End: SEG6_LOCAL_ACTION_END,
  'End.X': SEG6_LOCAL_ACTION_END_X,
  'End.T': SEG6_LOCAL_ACTION_END_T,
  'End.DX2': SEG6_LOCAL_ACTION_END_DX2,
  'End.DX4': SEG6_LOCAL_ACTION_END_DX4,
  'End.DX6': SEG6_LOCAL_ACTION_END_DX6,
  'End.DT4': SEG6_LOCAL_ACTION_END_DT4,
  'End.DT6': SEG6_LOCAL_ACTION_END_DT6,
  'End.DT6.vrf': SEG6_LOCAL_ACTION_END_DT6,
  'End.DT46': SEG6_LOCAL_ACTION_END_DT46,
  'End.B6': SEG6_LOCAL_ACTION_END_B6,
  'End.B6.Encaps': SEG6_LOCAL_ACTION_END_B6_ENCAP,
  'End.BPF': SEG6_LOCAL_ACTION_END_BPF,
};

/**
 * A route whose destination is a segment of this node: include/uapi/linux/seg6_local.h. Tables of VRFs need
 * net.vrf.strict_mode.
 */
export function seg6Local(local: Seg6LocalAction): Encap {
  const parameters: Attributes[] = [attr32(SEG6_LOCAL_ACTION, ACTIONS[local.action])];
  if ('via' in local) {
    const type = local.action === 'End.DX4' ? SEG6_LOCAL_NH4 : SEG6_LOCAL_NH6;
    parameters.push(attr(type, ipBytes(local.via)));
  }
  if ('ifindex' in local && local.ifindex !== undefined) parameters.push(attr32(SEG6_LOCAL_OIF, local.ifindex));
  if ('table' in local) parameters.push(attr32(SEG6_LOCAL_TABLE, local.table));
  if ('vrfTable' in local) parameters.push(attr32(SEG6_LOCAL_VRFTABLE, local.vrfTable));
  if ('segments' in local)
    parameters.push(attr(SEG6_LOCAL_SRH, segmentHeader(local.segments, local.action === 'End.B6')));
  if ('fd' in local) {
    const program = [attr32(SEG6_LOCAL_BPF_PROG, local.fd), attrText(SEG6_LOCAL_BPF_PROG_NAME, 'skbcheck')];
    parameters.push(nest(SEG6_LOCAL_BPF, ...program));
  }
  return { type: LWTUNNEL_ENCAP_SEG6_LOCAL, data: cat(...parameters) };
}
