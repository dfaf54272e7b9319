import { ipBytes, type IpText, ipVersion } from '../../address';
import { be16, be32, cat, zeros } from '../../bytes';
import {
  GRE_CSUM,
  GRE_KEY,
  GRE_SEQ,
  IFLA_GENEVE_COLLECT_METADATA,
  IFLA_GENEVE_ID,
  IFLA_GENEVE_PORT,
  IFLA_GENEVE_REMOTE,
  IFLA_GENEVE_REMOTE6,
  IFLA_GENEVE_TOS,
  IFLA_GENEVE_TTL,
  IFLA_GENEVE_UDP_CSUM,
  IFLA_GENEVE_UDP_ZERO_CSUM6_RX,
  IFLA_GENEVE_UDP_ZERO_CSUM6_TX,
  IFLA_GRE_COLLECT_METADATA,
  IFLA_GRE_FLAGS,
  IFLA_GRE_IFLAGS,
  IFLA_GRE_IKEY,
  IFLA_GRE_LINK,
  IFLA_GRE_LOCAL,
  IFLA_GRE_OFLAGS,
  IFLA_GRE_OKEY,
  IFLA_GRE_PMTUDISC,
  IFLA_GRE_REMOTE,
  IFLA_GRE_TOS,
  IFLA_GRE_TTL,
  IFLA_IPTUN_COLLECT_METADATA,
  IFLA_IPTUN_ENCAP_DPORT,
  IFLA_IPTUN_ENCAP_FLAGS,
  IFLA_IPTUN_ENCAP_SPORT,
  IFLA_IPTUN_ENCAP_TYPE,
  IFLA_IPTUN_FLAGS,
  IFLA_IPTUN_LINK,
  IFLA_IPTUN_LOCAL,
  IFLA_IPTUN_PMTUDISC,
  IFLA_IPTUN_PROTO,
  IFLA_IPTUN_REMOTE,
  IFLA_IPTUN_TOS,
  IFLA_IPTUN_TTL,
  IFLA_VXLAN_COLLECT_METADATA,
  IFLA_VXLAN_GPE,
  IFLA_VXLAN_GROUP,
  IFLA_VXLAN_GROUP6,
  IFLA_VXLAN_ID,
  IFLA_VXLAN_LEARNING,
  IFLA_VXLAN_LINK,
  IFLA_VXLAN_LOCAL,
  IFLA_VXLAN_LOCAL6,
  IFLA_VXLAN_PORT,
  IFLA_VXLAN_REMCSUM_RX,
  IFLA_VXLAN_REMCSUM_TX,
  IFLA_VXLAN_TOS,
  IFLA_VXLAN_TTL,
  IFLA_VXLAN_UDP_CSUM,
  IFLA_VXLAN_UDP_ZERO_CSUM6_RX,
  IFLA_VXLAN_UDP_ZERO_CSUM6_TX,
  IP6_TNL_F_ALLOW_LOCAL_REMOTE,
  TUNNEL_ENCAP_FLAG_CSUM,
  TUNNEL_ENCAP_FLAG_CSUM6,
  TUNNEL_ENCAP_FLAG_REMCSUM,
  TUNNEL_ENCAP_FOU,
  TUNNEL_ENCAP_GUE,
} from '../../uapi/links';
import { attr, attr16, attr32, attr8, attrFlag, type Attributes, maybe } from '../attribute';
import type { LinkKind } from './link';

/** Ends of a tunnel. Without a remote end it takes packets of all, and routes or metadata say where to send. */
export interface TunnelEnds {
  readonly local?: IpText;
  readonly remote?: IpText;
  /** Index of the link that packets leave by. */
  readonly lower?: number;
  /** 1 to 255; 0 takes the inner packet's. */
  readonly ttl?: number;
  /** 1: the inner packet's. */
  readonly tos?: number;
  /** Only IPv4: sets DF; default true. */
  readonly pmtudisc?: boolean;
  /** Where packets come from and go to stands in their metadata: routes with encap, tunnel_key. */
  readonly external?: boolean;
}

/** Ends of a tunnel of IPv6 or GRE over IPv6. */
export interface TunnelEnds6 extends TunnelEnds {
  /** The remote end may be an address of this machine: allow-localremote of ip-link(8). */
  readonly localRemote?: boolean;
}

const flag = (type: number) => (on: boolean) => attr8(type, on ? 1 : 0);
const ip = (type: number) => (text: IpText) => attr(type, ipBytes(text));

/** Settings of vxlan: Documentation/networking/vxlan.rst. */
export interface VxlanSettings extends TunnelEnds {
  /** 0 to 2^24 - 1. */
  readonly vni: number;
  /** UDP port; default 4789. */
  readonly port?: number;
  /** Default true. */
  readonly learning?: boolean;
  /** The outer UDP header over IPv4 has a checksum. */
  readonly udpCsum?: boolean;
  /** Over IPv6 none is sent, none is wanted. */
  readonly zeroCsum6?: boolean;
  /** Remote checksum offload, both ways. */
  readonly remoteCsum?: boolean;
  /** Generic protocol extension: inner packets are IP, without Ethernet header. Only with `external`. */
  readonly gpe?: boolean;
}

/** Ethernet in UDP. */
export function vxlan(settings: VxlanSettings): LinkKind {
  const { local, remote } = settings;
  return {
    kind: 'vxlan',
    data: cat(
      settings.external ? zeros(0) : attr32(IFLA_VXLAN_ID, settings.vni),
      attr(IFLA_VXLAN_PORT, be16(settings.port ?? 4789)),
      maybe(local, (text) => ip(ipVersion(text) === 4 ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6)(text)),
      maybe(remote, (text) => ip(ipVersion(text) === 4 ? IFLA_VXLAN_GROUP : IFLA_VXLAN_GROUP6)(text)),
      maybe(settings.lower, (index) => attr32(IFLA_VXLAN_LINK, index)),
      maybe(settings.ttl, (ttl) => attr8(IFLA_VXLAN_TTL, ttl)),
      maybe(settings.tos, (tos) => attr8(IFLA_VXLAN_TOS, tos)),
      maybe(settings.gpe ? false : settings.learning, flag(IFLA_VXLAN_LEARNING)),
      maybe(settings.udpCsum, flag(IFLA_VXLAN_UDP_CSUM)),
      maybe(settings.zeroCsum6, flag(IFLA_VXLAN_UDP_ZERO_CSUM6_TX)),
      maybe(settings.zeroCsum6, flag(IFLA_VXLAN_UDP_ZERO_CSUM6_RX)),
      maybe(settings.remoteCsum, flag(IFLA_VXLAN_REMCSUM_TX)),
      maybe(settings.remoteCsum, flag(IFLA_VXLAN_REMCSUM_RX)),
      settings.external ? attr8(IFLA_VXLAN_COLLECT_METADATA, 1) : zeros(0),
      settings.gpe ? attrFlag(IFLA_VXLAN_GPE) : zeros(0),
    ),
  };
}

/** Settings of geneve: RFC 8926. Its local end is the kernel's choice. */
export interface GeneveSettings extends Omit<TunnelEnds, 'local' | 'lower'> {
  /** 0 to 2^24 - 1. */
  readonly vni: number;
  /** UDP port; default 6081. */
  readonly port?: number;
  readonly udpCsum?: boolean;
  readonly zeroCsum6?: boolean;
}

/** Ethernet in UDP, with options. */
export function geneve(settings: GeneveSettings): LinkKind {
  const { remote } = settings;
  return {
    kind: 'geneve',
    data: cat(
      settings.external ? attrFlag(IFLA_GENEVE_COLLECT_METADATA) : attr32(IFLA_GENEVE_ID, settings.vni),
      attr(IFLA_GENEVE_PORT, be16(settings.port ?? 6081)),
      maybe(remote, (text) => ip(ipVersion(text) === 4 ? IFLA_GENEVE_REMOTE : IFLA_GENEVE_REMOTE6)(text)),
      maybe(settings.ttl, (ttl) => attr8(IFLA_GENEVE_TTL, ttl)),
      maybe(settings.tos, (tos) => attr8(IFLA_GENEVE_TOS, tos)),
      maybe(settings.udpCsum, flag(IFLA_GENEVE_UDP_CSUM)),
      maybe(settings.zeroCsum6, flag(IFLA_GENEVE_UDP_ZERO_CSUM6_TX)),
      maybe(settings.zeroCsum6, flag(IFLA_GENEVE_UDP_ZERO_CSUM6_RX)),
    ),
  };
}

/** Settings of gre: RFC 2784, RFC 2890. */
export interface GreSettings extends TunnelEnds6 {
  /** The same both ways. */
  readonly key?: number;
  readonly csum?: boolean;
  readonly seq?: boolean;
}

/** Kinds of GRE: `tap` carries Ethernet, `ip6` goes over IPv6. */
export type GreKind = 'gre' | 'gretap' | 'ip6gre' | 'ip6gretap';

/** IP or Ethernet in GRE. */
export function gre(settings: GreSettings, kind: GreKind = 'gre'): LinkKind {
  const flags =
    (settings.key === undefined ? 0 : GRE_KEY) | (settings.csum ? GRE_CSUM : 0) | (settings.seq ? GRE_SEQ : 0);
  return {
    kind,
    data: cat(
      // The constants are in the order of the network already.
      ...[attr16(IFLA_GRE_IFLAGS, flags), attr16(IFLA_GRE_OFLAGS, flags)],
      maybe(settings.key, (key) => cat(attr(IFLA_GRE_IKEY, be32(key)), attr(IFLA_GRE_OKEY, be32(key)))),
      maybe(settings.local, ip(IFLA_GRE_LOCAL)),
      maybe(settings.remote, ip(IFLA_GRE_REMOTE)),
      maybe(settings.lower, (index) => attr32(IFLA_GRE_LINK, index)),
      maybe(settings.ttl, (ttl) => attr8(IFLA_GRE_TTL, ttl)),
      maybe(settings.tos, (tos) => attr8(IFLA_GRE_TOS, tos)),
      maybe(settings.pmtudisc, flag(IFLA_GRE_PMTUDISC)),
      maybe(settings.localRemote, (on) => attr32(IFLA_GRE_FLAGS, on ? IP6_TNL_F_ALLOW_LOCAL_REMOTE : 0)),
      settings.external ? attrFlag(IFLA_GRE_COLLECT_METADATA) : zeros(0),
    ),
  };
}

/** UDP around a tunnel of IP (fou, gue): ip-fou(8). */
export interface UdpAround {
  readonly type: 'fou' | 'gue';
  /** UDP ports; 0 for the sender's lets the kernel choose. */
  readonly sport: number;
  readonly dport: number;
  readonly csum?: boolean;
  readonly remoteCsum?: boolean;
}

/** Settings of a tunnel of IP in IP. */
export interface IptunSettings extends TunnelEnds6 {
  readonly udp?: UdpAround;
}

function udpAttributes(udp: UdpAround): Attributes {
  const flags =
    (udp.csum ? TUNNEL_ENCAP_FLAG_CSUM | TUNNEL_ENCAP_FLAG_CSUM6 : 0) |
    (udp.remoteCsum ? TUNNEL_ENCAP_FLAG_REMCSUM : 0);
  return cat(
    attr16(IFLA_IPTUN_ENCAP_TYPE, udp.type === 'fou' ? TUNNEL_ENCAP_FOU : TUNNEL_ENCAP_GUE),
    attr16(IFLA_IPTUN_ENCAP_FLAGS, flags),
    attr(IFLA_IPTUN_ENCAP_SPORT, be16(udp.sport)),
    attr(IFLA_IPTUN_ENCAP_DPORT, be16(udp.dport)),
  );
}

/** ipip: IPv4 in IPv4; sit: IPv6 in IPv4; ip6tnl: IPv4 and IPv6 in IPv6. */
export const ipTunnel = (kind: 'ipip' | 'sit' | 'ip6tnl', settings: IptunSettings): LinkKind => ({
  kind,
  data: cat(
    maybe(settings.local, ip(IFLA_IPTUN_LOCAL)),
    maybe(settings.remote, ip(IFLA_IPTUN_REMOTE)),
    maybe(settings.lower, (index) => attr32(IFLA_IPTUN_LINK, index)),
    maybe(settings.ttl, (ttl) => attr8(IFLA_IPTUN_TTL, ttl)),
    maybe(settings.tos, (tos) => (kind === 'ip6tnl' ? zeros(0) : attr8(IFLA_IPTUN_TOS, tos))),
    maybe(settings.pmtudisc, (on) => (kind === 'ip6tnl' ? zeros(0) : flag(IFLA_IPTUN_PMTUDISC)(on))),
    maybe(settings.udp, udpAttributes),
    maybe(settings.localRemote, (on) => attr32(IFLA_IPTUN_FLAGS, on ? IP6_TNL_F_ALLOW_LOCAL_REMOTE : 0)),
    settings.external ? attrFlag(IFLA_IPTUN_COLLECT_METADATA) : zeros(0),
    // Of ip6tnl 0 means both; sit and ipip are of one protocol unless told.
    kind === 'ip6tnl' ? attr8(IFLA_IPTUN_PROTO, 0) : zeros(0),
  ),
});
