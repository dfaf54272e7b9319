import { csumFold } from '../../model/net/headers/net_headers';
import type { World } from '../../model/world/world';
import type { Arg, ArgsOf, DrawnArgs } from '../arg';
import { FLOWS } from './flows';

/** The headers that a packet begins with. 'ethernet': only the header that forwarding puts before an IP packet. */
export const PROTO_WORDS = ['tcp', 'udp', 'arp', 'ethernet'] as const;
export const PROTO_TCP = 0;
export const PROTO_UDP = 1;
export const PROTO_ARP = 2;
export const PROTO_ETHERNET = 3;

/** In the order of the bits of the header's flags byte. */
export const TCP_FLAG_WORDS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'] as const;
export const TCP_ACK = 1 << 4;
export const TCP_PSH = 1 << 3;

/** Errors and differences in the headers. GRO has a check for each. */
export const ODD_WORDS = [
  ...([
    'bad_ip_csum',
    'ip_options',
    'more_fragments',
    'reserved',
    'padded',
    'may_fragment',
    'other_ttl',
    'other_tos',
  ] as const),
  ...(['other_ack', 'other_window', 'other_option', 'short_doff', 'no_udp_csum', 'short_udp_len'] as const),
];
const odd = (word: (typeof ODD_WORDS)[number]): number => 1 << ODD_WORDS.indexOf(word);
const BAD_IP_CSUM = odd('bad_ip_csum');
const IP_OPTIONS = odd('ip_options');
const MORE_FRAGMENTS = odd('more_fragments');
const RESERVED = odd('reserved');
export const PADDED = odd('padded');
export const MAY_FRAGMENT = odd('may_fragment');
const OTHER_TTL = odd('other_ttl');
const OTHER_TOS = odd('other_tos');
const OTHER_ACK = odd('other_ack');
const OTHER_WINDOW = odd('other_window');
const OTHER_OPTION = odd('other_option');
const SHORT_DOFF = odd('short_doff');
const NO_UDP_CSUM = odd('no_udp_csum');
const SHORT_UDP_LEN = odd('short_udp_len');

/** Hardware verified the checksum, so no code reads it. */
const CHECK = 0x5bc5;
const TIMESTAMP_OPTION = [1, 1, 8, 10, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88];
export const SEQ_MAX = 1 << 20;

/** The arguments that describe the headers. */
export const HEADER_ARGS = [
  { name: 'proto', type: 'enum', words: PROTO_WORDS },
  { name: 'flow', type: 'int', min: 0, max: FLOWS.length - 1 },
  // Counts from the first sequence number of the flow.
  { name: 'seq', type: 'int', min: 0, max: SEQ_MAX, default: 0 },
  { name: 'id', type: 'int', min: 0, max: 0xffff, default: 0 },
  { name: 'flags', type: 'flags', words: TCP_FLAG_WORDS, default: TCP_ACK },
  { name: 'options', type: 'int', min: 0, max: 1, default: 0 },
  { name: 'odd', type: 'flags', words: ODD_WORDS, default: 0 },
] as const satisfies readonly Arg[];

export type HeaderArgs = ArgsOf<typeof HEADER_ARGS>;
export type DrawnHeaderArgs = DrawnArgs<typeof HEADER_ARGS>;

/** Length of the headers that `args` describe. */
export function headerLength(args: HeaderArgs): number {
  const proto = args.proto;
  if (proto === PROTO_TCP) return 14 + 20 + 20 + (args.options === 1 ? TIMESTAMP_OPTION.length : 0);
  return proto === PROTO_UDP ? 14 + 20 + 8 : 14;
}

/** The headers of `args` before `payload` bytes, as kernel/gro/headers.c writes them. */
export function buildHeaders(args: HeaderArgs, payload: number): number[] {
  const proto = args.proto;
  const flow = FLOWS[args.flow];
  const header = [...flow.macs, ...(proto === PROTO_ARP ? [0x08, 0x06] : [0x08, 0x00])];
  if (proto === PROTO_ARP || proto === PROTO_ETHERNET) return header;
  const transport = proto === PROTO_TCP ? tcpHeader(args) : udpHeader(args, payload);
  return [...header, ...ipHeader(args, transport.length + payload), ...transport];
}

function ipHeader(args: HeaderArgs, length: number): number[] {
  const flow = FLOWS[args.flow];
  const bits = args.odd;
  const set = (bit: number): boolean => (bits & bit) !== 0;
  const fragOff = (set(MAY_FRAGMENT) ? 0 : 0x4000) | (set(MORE_FRAGMENTS) ? 0x2000 : 0) | (set(RESERVED) ? 0x8000 : 0);
  const header = [
    ...[set(IP_OPTIONS) ? 0x46 : 0x45, set(OTHER_TOS) ? 0x10 : 0],
    ...be16(20 + length - (set(PADDED) ? 1 : 0)),
    ...be16(args.id),
    ...be16(fragOff),
    ...[set(OTHER_TTL) ? 63 : 64, args.proto === PROTO_TCP ? 6 : 17],
    ...[0, 0],
    ...be32(flow.saddr),
    ...be32(flow.daddr),
  ];
  const sum = sumOf(header) ^ (set(BAD_IP_CSUM) ? 1 : 0);
  header.splice(10, 2, ...be16(~sum & 0xffff));
  return header;
}

function tcpHeader(args: HeaderArgs): number[] {
  const flow = FLOWS[args.flow];
  const bits = args.odd;
  const options = args.options === 1 ? [...TIMESTAMP_OPTION] : [];
  if (options.length > 0 && (bits & OTHER_OPTION) !== 0) options[7] ^= 1;
  const doff = (bits & SHORT_DOFF) !== 0 ? 4 : (20 + options.length) / 4;
  return [
    ...be16(flow.sport),
    ...be16(flow.dport),
    ...be32((flow.seq + args.seq) >>> 0),
    ...be32((flow.ack + ((bits & OTHER_ACK) !== 0 ? 1 : 0)) >>> 0),
    ...[doff << 4, args.flags],
    ...be16((bits & OTHER_WINDOW) !== 0 ? 501 : 502),
    ...be16(CHECK),
    ...[0, 0],
    ...options,
  ];
}

function udpHeader(args: HeaderArgs, payload: number): number[] {
  const flow = FLOWS[args.flow];
  const bits = args.odd;
  return [
    ...be16(flow.sport),
    ...be16(flow.dport),
    ...be16(8 + payload - ((bits & SHORT_UDP_LEN) !== 0 ? 1 : 0)),
    ...be16((bits & NO_UDP_CSUM) !== 0 ? 0 : CHECK),
  ];
}

function be16(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

function be32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function sumOf(bytes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] << 8) | bytes[i + 1];
  return csumFold(sum);
}

/** Stores bytes that are no pattern, so that a payload can refer to them. They live as long as the world. */
export function keepBytes(world: World, bytes: readonly number[]): number {
  const address = world.memory.alloc(Math.max(64, bytes.length));
  world.memory.bytes.set(bytes, address);
  return address;
}
