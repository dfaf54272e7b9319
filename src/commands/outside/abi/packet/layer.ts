import type { IpText, MacText } from '../address';
import type { ChecksumField } from './checksum';

/** Ethernet II. */
export interface Ethernet {
  readonly layer: 'ethernet';
  readonly to: MacText;
  readonly from: MacText;
  /** Left out: that of the next layer. */
  readonly ethertype?: number;
}

/** A VLAN tag: IEEE 802.1Q. */
export interface Vlan {
  readonly layer: 'vlan';
  /** 12 bits. */
  readonly id: number;
  /** Priority, 3 bits. */
  readonly pcp: number;
  readonly dei: boolean;
  /** The outer one of two: ethertype 0x88a8 stands before it. */
  readonly service: boolean;
  readonly ethertype?: number;
}

/** A label stack entry: RFC 3032. It is the bottom where no other follows. */
export interface Mpls {
  readonly layer: 'mpls';
  readonly label: number;
  readonly tc: number;
  readonly ttl: number;
}

/** RFC 826. */
export interface Arp {
  readonly layer: 'arp';
  /** 1 request, 2 reply. */
  readonly operation: number;
  readonly senderMac: MacText;
  readonly senderIp: IpText;
  readonly targetMac: MacText;
  readonly targetIp: IpText;
}

/** RFC 791. */
export interface Ipv4 {
  readonly layer: 'ipv4';
  readonly from: IpText;
  readonly to: IpText;
  readonly ttl: number;
  readonly tos: number;
  /** 16 bits. */
  readonly id: number;
  readonly df: boolean;
  readonly mf: boolean;
  /** Bytes; a multiple of 8, up to 65,528. */
  readonly offset: number;
  /** Padded to a multiple of 4, at most 40 bytes. */
  readonly options: Buffer;
  /** Left out: that of the next layer. */
  readonly protocol?: number;
  /** Left out: right. Otherwise the field's value, true or not. */
  readonly totalLength?: number;
  /** Words of 32 bits. */
  readonly headerWords?: number;
  readonly checksum?: ChecksumField;
}

/** RFC 8200. */
export interface Ipv6 {
  readonly layer: 'ipv6';
  readonly from: IpText;
  readonly to: IpText;
  readonly hopLimit: number;
  readonly trafficClass: number;
  /** 20 bits. */
  readonly flowLabel: number;
  readonly nextHeader?: number;
  readonly payloadLength?: number;
}

/** Options of IPv6, hop by hop or for the destination: RFC 8200 4.3, 4.6. */
export interface Ipv6Options {
  readonly layer: 'hop-by-hop' | 'destination';
  /** Behind the first two bytes; padded with Pad1 to 8 n + 6. */
  readonly options: Buffer;
  readonly nextHeader?: number;
}

/** RFC 8200 4.4; type 4 is RFC 8754. */
export interface Routing {
  readonly layer: 'routing';
  readonly routingType: number;
  readonly segmentsLeft: number;
  /** Behind the first four bytes: 8 n + 4 of them. */
  readonly data: Buffer;
  readonly nextHeader?: number;
}

/** The fragment header of IPv6: RFC 8200 4.5. */
export interface Fragment {
  readonly layer: 'fragment';
  /** Bytes; a multiple of 8. */
  readonly offset: number;
  readonly mf: boolean;
  /** 32 bits. */
  readonly id: number;
  readonly nextHeader?: number;
}

/** RFC 768. */
export interface Udp {
  readonly layer: 'udp';
  readonly sport: number;
  readonly dport: number;
  readonly length?: number;
  /** 0: there is none. */
  readonly checksum?: ChecksumField;
}

/** RFC 9293. */
export interface Tcp {
  readonly layer: 'tcp';
  readonly sport: number;
  readonly dport: number;
  readonly seq: number;
  readonly ack: number;
  /** Of TCP_FLAGS. */
  readonly flags: number;
  readonly window: number;
  readonly urgent: number;
  /** Padded to a multiple of 4, at most 40 bytes: tcp_options.ts. */
  readonly options: Buffer;
  /** Words of 32 bits. */
  readonly headerWords?: number;
  readonly checksum?: ChecksumField;
}

/** Echo and other messages whose rest of the header has 4 bytes: RFC 792, RFC 4443. */
export interface Icmp {
  readonly layer: 'icmp' | 'icmpv6';
  readonly type: number;
  readonly code: number;
  /** Identifier and sequence number of an echo; MTU of "too big". */
  readonly rest: number;
  readonly checksum?: ChecksumField;
}

/** RFC 2784, RFC 2890. */
export interface Gre {
  readonly layer: 'gre';
  /** There is a checksum field. */
  readonly csum: boolean;
  readonly key?: number;
  readonly seq?: number;
  readonly ethertype?: number;
  readonly checksum?: ChecksumField;
}

/** RFC 7348. An Ethernet frame follows. */
export interface Vxlan {
  readonly layer: 'vxlan';
  /** 0x08: the VNI is valid. */
  readonly flags: number;
  /** 24 bits. */
  readonly vni: number;
}

/** RFC 8926. */
export interface Geneve {
  readonly layer: 'geneve';
  /** 24 bits. */
  readonly vni: number;
  /** A multiple of 4, up to 252 bytes. */
  readonly options: Buffer;
  readonly ethertype?: number;
}

/** The first 8 bytes of RFC 4303. Packet data follow: esp_trailer.ts. */
export interface Esp {
  readonly layer: 'esp';
  readonly spi: number;
  readonly seq: number;
}

/** A header with its fields. */
export type Layer =
  | Ethernet
  | Vlan
  | Mpls
  | Arp
  | Ipv4
  | Ipv6
  | Ipv6Options
  | Routing
  | Fragment
  | Udp
  | Tcp
  | Icmp
  | Gre
  | Vxlan
  | Geneve
  | Esp;

/** A packet: its headers from the outside in, and the data behind them. */
export interface Packet {
  readonly layers: readonly Layer[];
  readonly payload: Buffer;
}
