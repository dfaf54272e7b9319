import { type IpText, ipVersion } from '../address';
import { zeros } from '../bytes';
import { TCP_FLAGS } from './headers/tcp';
import type { Ethernet, Geneve, Gre, Icmp, Ipv4, Ipv6, Mpls, Tcp, Udp, Vlan, Vxlan } from './layer';

/** The fields of a layer of which those without a usual value must be given. */
type Given<T, K extends keyof T> = Pick<T, K> & Partial<Omit<T, 'layer'>>;

/** An Ethernet header. */
export const ethernet = (fields: Given<Ethernet, 'to' | 'from'>): Ethernet => ({ layer: 'ethernet', ...fields });

/** A VLAN tag. */
export const vlanTag = (fields: Given<Vlan, 'id'>): Vlan => ({
  ...{ layer: 'vlan', pcp: 0, dei: false, service: false },
  ...fields,
});

/** A label stack entry. */
export const mplsLabel = (fields: Given<Mpls, 'label'>): Mpls => ({ layer: 'mpls', tc: 0, ttl: 64, ...fields });

/** An IPv4 header. */
export const ipv4 = (fields: Given<Ipv4, 'from' | 'to'>): Ipv4 => ({
  ...{ layer: 'ipv4', ttl: 64, tos: 0, id: 0, df: false, mf: false, offset: 0, options: zeros(0) },
  ...fields,
});

/** An IPv6 header. */
export const ipv6 = (fields: Given<Ipv6, 'from' | 'to'>): Ipv6 => ({
  ...{ layer: 'ipv6', hopLimit: 64, trafficClass: 0, flowLabel: 0 },
  ...fields,
});

/** An IP header of the version of the addresses. */
export const ip = (from: IpText, to: IpText): Ipv4 | Ipv6 =>
  ipVersion(from) === 4 ? ipv4({ from, to }) : ipv6({ from, to });

/** A UDP header. */
export const udp = (fields: Given<Udp, 'sport' | 'dport'>): Udp => ({ layer: 'udp', ...fields });

/** A TCP header: an acknowledgement, unless flags say more. */
export const tcp = (fields: Given<Tcp, 'sport' | 'dport'>): Tcp => ({
  ...{ layer: 'tcp', seq: 0, ack: 0, flags: TCP_FLAGS.ack, window: 65535, urgent: 0, options: zeros(0) },
  ...fields,
});

/** An echo request of the IP version: RFC 792, RFC 4443. */
export const echoRequest = (version: 4 | 6, id: number, seq: number): Icmp => ({
  ...{ layer: version === 4 ? 'icmp' : 'icmpv6', type: version === 4 ? 8 : 128, code: 0 },
  rest: (id & 0xffff) * 0x10000 + (seq & 0xffff),
});

/** A GRE header. */
export const greHeader = (fields: Given<Gre, never> = {}): Gre => ({ layer: 'gre', csum: false, ...fields });

/** A VXLAN header. */
export const vxlanHeader = (vni: number): Vxlan => ({ layer: 'vxlan', flags: 0x08, vni });

/** A Geneve header. */
export const geneveHeader = (vni: number, options: Buffer = zeros(0)): Geneve => ({ layer: 'geneve', vni, options });
