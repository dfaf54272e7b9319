import type { OutsideLink } from '../../../model/structs/outside';
import type { IpText } from '../abi/address';
import type { LinkKind } from '../abi/netlink/rtnl/link';
import { geneve, gre, ipTunnel, vxlan } from '../abi/netlink/rtnl/tunnel_kinds';
import { bit } from './bits';

/** Kinds of tunnels: ip-link(8). Those with a 6 have an outer header of IPv6, the others of IPv4. */
export const TUNNEL_WORDS = [
  ...(['ipip', 'sit', 'gre', 'gretap', 'vxlan', 'geneve'] as const),
  ...(['ip6tnl', 'ip6gre', 'ip6gretap', 'vxlan6', 'geneve6'] as const),
] as const;
export type TunnelWord = (typeof TUNNEL_WORDS)[number];

/**
 * Properties of a tunnel. fragments: the outer header allows fragments (nopmtudisc). csum: the outer header has a
 * checksum. key, seq: fields of GRE (RFC 2890).
 */
export const TUNNEL_FLAG_WORDS = ['fragments', 'csum', 'key', 'seq'] as const;
type TunnelFlag = (typeof TUNNEL_FLAG_WORDS)[number];
export const hasFlag = (flags: number, word: TunnelFlag): boolean => bit(flags, TUNNEL_FLAG_WORDS.indexOf(word));

/** The version of the outer header. */
export const outerVersion = (word: TunnelWord): 4 | 6 => (word.includes('6') ? 6 : 4);

const ETHERNET_TUNNELS: readonly TunnelWord[] = ['gretap', 'vxlan', 'geneve', 'ip6gretap', 'vxlan6', 'geneve6'];
/** The kind of link that a tunnel is: with headers of Ethernet, or of IP alone. */
export const tunnelKind = (word: TunnelWord): 'tunnel' | 'ip_tunnel' =>
  ETHERNET_TUNNELS.includes(word) ? 'tunnel' : 'ip_tunnel';

/** The versions of IP that go through a tunnel: ipip_tunnel_xmit and sit_tunnel_xmit drop the other one. */
export function carriedBy(word: TunnelWord): readonly (4 | 6)[] {
  if (word === 'ipip') return [4];
  return word === 'sit' ? [6] : [4, 6];
}

/** Bytes in front of a packet in a tunnel at most: IPv6 with its option, UDP, Geneve, Ethernet; or GRE with all. */
export const TUNNEL_HEADER_MAX_BYTES = 100;

/** Whether a packet that is too long for the link below goes over it in fragments, and not at all otherwise. */
export const isFragmented = (word: TunnelWord, flags: number): boolean =>
  outerVersion(word) === 4 && (word === 'vxlan' || word === 'geneve' || hasFlag(flags, 'fragments'));

/** The addresses of the two ends of a tunnel. */
export const tunnelEnds = ({ id }: Pick<OutsideLink, 'id'>, version: 4 | 6): readonly [near: IpText, far: IpText] =>
  version === 4 ? [`10.4.${id & 255}.1`, `10.4.${id & 255}.2`] : [`fd04:${id + 1}::1`, `fd04:${id + 1}::2`];

const FIRST_PORT = 20_000;
/** The UDP port of a tunnel. Tunnels with other settings cannot share one (vxlan_find_sock). */
export const tunnelPort = ({ id }: Pick<OutsideLink, 'id'>): number => FIRST_PORT + id;

/** The network identifier of an end of vxlan: no two devices of a machine have the same (vxlan_vni_in_use). */
export const vniOf = ({ id }: Pick<OutsideLink, 'id'>, end: 'near' | 'far'): number => 2 * id + (end === 'far' ? 2 : 1);

/** The device at one end of a tunnel. */
export function tunnelDevice(
  link: Pick<OutsideLink, 'id'>,
  word: TunnelWord,
  flags: number,
  end: 'near' | 'far',
): LinkKind {
  const version = outerVersion(word);
  const ends = tunnelEnds(link, version);
  const [local, remote] = end === 'near' ? ends : [ends[1], ends[0]];
  const pmtudisc = !hasFlag(flags, 'fragments');
  const hasCsum = hasFlag(flags, 'csum');
  const udpSums = version === 4 ? { udpCsum: hasCsum } : { zeroCsum6: !hasCsum };
  const port = tunnelPort(link);
  const isLocal = version === 6 ? { localRemote: true } : {};
  switch (word) {
    case 'ipip':
    case 'sit':
    case 'ip6tnl':
      return ipTunnel(word, { local, remote, pmtudisc, ...isLocal });
    case 'gre':
    case 'gretap':
    case 'ip6gre':
    case 'ip6gretap': {
      const key = hasFlag(flags, 'key') ? { key: link.id + 1 } : {};
      return gre({ local, remote, pmtudisc, csum: hasCsum, seq: hasFlag(flags, 'seq'), ...key, ...isLocal }, word);
    }
    case 'vxlan':
    case 'vxlan6':
      return vxlan({ vni: vniOf(link, end), local, port, learning: false, ...udpSums });
    case 'geneve':
    case 'geneve6':
      return geneve({ vni: link.id + 1, remote, port, ...udpSums });
  }
}
