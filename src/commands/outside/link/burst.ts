import type { OutsideLink } from '../../../model/structs/outside';
import type { World } from '../../../model/world/world';
import type { Draw } from '../../draw';
import { pickHandle } from '../../pick';
import { packetBytes } from '../abi/packet/build';
import type { Layer } from '../abi/packet/layer';
import { PLAIN_VIRTIO, virtioBytes, virtioFor } from '../abi/packet/virtio';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import type { Step } from '../step';
import { cpumapWaitSteps } from './cpumap_wait';
import { linkOf, RECEIVER_WORDS } from './devices';
import { datagramOf, FLOW_WORDS, FLOWS_MAX, type Flow, flowKey, isTcp, layersOf, streamOf, versionOf } from './flows';
import { rtnetlinkSteps } from './steps/netlink_steps';
import { releaseMessages } from './plug';
import { closeWriterSteps, hasHeader, openWriterSteps, writeSteps } from './writer';

export const COUNT_MAX = 24;
export const SIZE_MAX = 65_000;
/** Bytes of data of all packets of a call: they must fit into its memory. */
const BURST_BYTES = 100_000;
const PIECE_MAX = 4096;
const PIECES_MAX = 16;
/** Which packets of a burst are cut into pieces. */
export const CUT_WORDS = ['all', 'later', 'odd', 'last'] as const;
/** Properties of a packet that a receiver minds. */
export const FLAWS = ['none', 'checksum', 'ttl', 'push', 'gap', 'swap'] as const;
export type Flaw = (typeof FLAWS)[number];
const TTL = 64;

export const BURST = defineOutside({
  name: 'burst',
  number: 64,
  args: [
    { name: 'link', type: 'link' },
    { name: 'flow', type: 'enum', words: FLOW_WORDS },
    { name: 'number', type: 'int', min: 0, max: FLOWS_MAX - 1, default: 0 },
    { name: 'count', type: 'int', min: 1, max: COUNT_MAX, default: 1 },
    { name: 'size', type: 'int', min: 0, max: SIZE_MAX },
    { name: 'last', type: 'int', min: 0, max: SIZE_MAX, default: 0 },
    { name: 'cut', type: 'int', min: 0, max: SIZE_MAX, default: 0 },
    { name: 'cuts', type: 'enum', words: CUT_WORDS, default: 0 },
    { name: 'gso', type: 'int', min: 0, max: SIZE_MAX, default: 0 },
    { name: 'flaw', type: 'enum', words: FLAWS, default: 0 },
    { name: 'keep', type: 'enum', words: ['no', 'yes'], default: 0 },
    { name: 'to', type: 'enum', words: RECEIVER_WORDS, default: 0 },
  ],
  promised: {
    text: 'Each packet that goes in comes out as it was written. Queues let go at the end, unless the call keeps them.',
    source: 'Documentation/networking/tuntap.rst, PACKET_VNET_HDR of packet(7)',
  },
  syscall: 'writev',
  errors: ['EIO', 'EINVAL', 'EMSGSIZE', 'ENOBUFS', 'EBADFD', 'ENETDOWN', 'ENXIO'],
  // Documented, and no program here reaches it.
  elsewhere: ['EBADF', 'EAGAIN', 'EBUSY', 'EFAULT'],
  weight: 30,
  usuallyNext: ['burst', 'burst', 'burst', 'burst', 'set_feature'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', ({ forwardsTo }) => forwardsTo !== null);
    if (args.link < 0) args.link = pickHandle(world, draw, 'link', ({ kind }) => kind !== 'dummy');
    if (args.link < 0) return false;
    const link = linkOf(world, args.link);
    args.flow = draw.below(FLOW_WORDS.length);
    args.number = draw.below(16) === 0 ? 1 : 0;
    args.count = draw.chance(1, 4) ? 1 : draw.between(2, 8);
    if (draw.chance(1, 16)) args.count = draw.between(8, COUNT_MAX);
    args.size = link.lastSize > 0 && draw.chance(2, 3) ? link.lastSize : drawSize(draw, link);
    args.cut = drawCut((n) => draw.below(n), args.size, link);
    args.cuts = args.cut === 0 ? 0 : draw.below(CUT_WORDS.length);
    args.last = draw.chance(1, 3) ? 0 : drawLast((n) => draw.below(n), args.size, args.cut, link);
    args.gso = hasHeader(link) && draw.chance(1, 4) ? draw.size(1, args.size) : 0;
    if (args.gso > 0 && draw.chance(1, 2)) args.size = Math.min(60_000, args.size * draw.between(1, 20));
    args.flaw = draw.below(12) === 0 ? draw.below(FLAWS.length) : 0;
    args.keep = draw.chance(1, 3) ? 1 : 0;
    args.to = link.farBridge !== null && draw.chance(2, 3) ? RECEIVER_WORDS.indexOf('nobody') : 0;
    return true;
  },
  run(world, args) {
    const link = linkOf(world, args.link);
    const flow = { link, word: FLOW_WORDS[args.flow], number: args.number };
    advance(link, flow, packetsOf(link, flow, args));
    link.lastSize = args.size;
    link.lastCut = args.cut;
  },
  steps(world, args, _result, memory) {
    const link = linkOf(world, args.link);
    const flow = { link, word: FLOW_WORDS[args.flow], number: args.number };
    const packets = packetsOf(link, flow, args);
    return [
      ...openWriterSteps(memory, link, versionOf(FLOW_WORDS[args.flow])),
      ...packets.flatMap((packet) => packetSteps(memory, link, flow, packet, args)),
      ...closeWriterSteps(link),
      ...(args.keep === 1 ? [] : releaseSteps(world, memory)),
      ...cpumapWaitSteps(world),
    ];
  },
});

/** Numbers of a burst. */
export interface BurstArgs {
  readonly count: number;
  readonly size: number;
  readonly last: number;
  readonly cut: number;
  readonly cuts: number;
  readonly gso: number;
  readonly flaw: number;
  readonly to: number;
}

/** A packet of a burst. */
export interface BurstPacket {
  /** Number in the flow. */
  readonly number: number;
  /** Position of its first byte in the stream of the flow. */
  readonly at: number;
  readonly bytes: number;
  readonly isLast: boolean;
  /** It is cut into pieces. */
  readonly isCut: boolean;
}

/** The packets of a burst, in the order in which they are written. */
export function packetsOf(link: OutsideLink, flow: Flow, args: BurstArgs): BurstPacket[] {
  const key = flowKey(flow);
  const fits = Math.max(1, Math.floor(BURST_BYTES / Math.max(1, args.size + 200)));
  const count = Math.min(args.count, fits);
  const first = link.packets[key] ?? 0;
  let at = link.sent[key] ?? 0;
  const packets = Array.from({ length: count }, (_, i): BurstPacket => {
    const isLast = i === count - 1;
    const bytes = isLast && args.last > 0 ? args.last : args.size;
    const place = at;
    at += bytes;
    return { number: first + i, at: place, bytes, isLast, isCut: isCut(args, i, isLast) };
  });
  const flaw = FLAWS[args.flaw];
  if (flaw === 'swap' && count > 1) packets.push(...packets.splice(count - 2, 1));
  if (flaw === 'gap' && count > 2) packets.splice(1, 1);
  return packets;
}

function isCut({ cut, cuts }: BurstArgs, at: number, isLast: boolean): boolean {
  if (cut === 0) return false;
  switch (CUT_WORDS[cuts]) {
    case 'all':
      return true;
    case 'later':
      return at > 0;
    case 'odd':
      return at % 2 === 1;
    case 'last':
      return isLast;
  }
}

/** Says that the packets of a burst are written: the next ones follow them. */
export function advance(link: OutsideLink, flow: Flow, packets: readonly BurstPacket[]): void {
  const key = flowKey(flow);
  link.sent[key] = packets.reduce((end, { at, bytes }) => Math.max(end, at + bytes), link.sent[key] ?? 0);
  link.packets[key] = packets.reduce((end, { number }) => Math.max(end, number + 1), link.packets[key] ?? 0);
}

/** The data of a packet. */
export const dataOf = (flow: Flow, { at, number, bytes }: BurstPacket): Buffer =>
  isTcp(flow) ? streamOf(flow, at, bytes) : datagramOf(flow, number, bytes);

/** The headers of a packet, without a request for segmentation. */
export function plainLayers(flow: Flow, packet: BurstPacket, { flaw: flawAt, to }: BurstArgs): Layer[] {
  const flaw = packet.isLast ? FLAWS[flawAt] : 'none';
  return layersOf(flow, {
    ...packet,
    ...{ ttl: flaw === 'ttl' ? 1 : TTL, push: flaw === 'push', receiver: RECEIVER_WORDS[to] },
    ...(flaw === 'checksum' ? { checksum: 'wrong' } : {}),
  });
}

function packetSteps(memory: CallMemory, link: OutsideLink, flow: Flow, packet: BurstPacket, args: BurstArgs): Step[] {
  const { cut, gso } = args;
  const plain = plainLayers(flow, packet, args);
  const isGso = hasHeader(link) && gso > 0;
  const { header, layers } = isGso ? virtioFor(plain, Math.min(gso, 0xffff)) : { header: PLAIN_VIRTIO, layers: plain };
  const data = dataOf(flow, packet);
  const bytes = packetBytes(layers, data);
  const first = packet.isCut ? Math.min(bytes.length, bytes.length - data.length + cut) : bytes.length;
  // packet_snd() keeps the bytes up to hdr_len in one piece: without it, those of the device's own header alone.
  const isWhole = cut > 0 && !isGso;
  const virtio = hasHeader(link)
    ? [virtioBytes({ ...header, hdrLen: packet.isCut || isWhole ? first : header.hdrLen })]
    : [];
  return writeSteps(memory, link, [...virtio, bytes.subarray(0, first), ...piecesOf(bytes.subarray(first))]);
}

/** Pieces of a page at most: tun_napi_alloc_frags takes no longer ones. */
function piecesOf(bytes: Buffer): Buffer[] {
  const count = Math.min(PIECES_MAX, Math.ceil(bytes.length / PIECE_MAX));
  return Array.from({ length: count }, (_, at) =>
    bytes.subarray(at * PIECE_MAX, at === count - 1 ? bytes.length : (at + 1) * PIECE_MAX),
  );
}

function releaseSteps(world: World, memory: CallMemory): Step[] {
  const messages = releaseMessages(world);
  return messages.length === 0 ? [] : rtnetlinkSteps(memory, messages);
}

/** A packet of less than a page has no pieces but in IFF_NAPI_FRAGS: tun_alloc_skb, packet_alloc_skb. */
function drawSize(draw: Draw, link: OutsideLink): number {
  if (hasHeader(link) && draw.chance(1, 2)) return draw.between(4000, 9000);
  return draw.size(1, draw.chance(1, 3) ? 9000 : 1400);
}

function drawCut(below: (n: number) => number, size: number, link: OutsideLink): number {
  if (below(3) === 0 || size < 2) return 0;
  return drawLength(below, size - 1, [size >> 1], link);
}

function drawLast(below: (n: number) => number, size: number, cut: number, link: OutsideLink): number {
  return drawLength(below, size, [size - 1, cut], link);
}

/** A length up to a bound: one that has a meaning here, one that the link had before, a bound, or any. */
function drawLength(below: (n: number) => number, max: number, special: readonly number[], link: OutsideLink): number {
  const all = [...special, link.lastCut, link.lastSize, 1, max, 1 + below(Math.max(1, max))];
  const choices = all.filter((length) => length > 0 && length <= max);
  return choices.length === 0 ? 0 : choices[below(choices.length)];
}
