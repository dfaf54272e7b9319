import { skbOf } from '../objects';
import type { Napi } from '../../model/structs/napi';
import { groCb } from '../../model/structs/napi_gro_cb';
import { IP_HLEN, read16, read32, read8 } from '../../model/net/headers/net_headers';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import type { Draw } from '../draw';
import { FLOWS } from './flows';
import {
  MAY_FRAGMENT,
  ODD_WORDS,
  PROTO_ARP,
  PROTO_TCP,
  PROTO_UDP,
  SEQ_MAX,
  TCP_ACK,
  TCP_PSH,
  type DrawnHeaderArgs,
} from './packet_headers';
import { pickHandle } from '../pick';

/** The first flows of the table, which are drawn more often than the others. */
const FEW_FLOWS = 2;

/**
 * Draws headers into `args`: mostly those of the packet that a held packet waits for.
 * @param length - bytes of payload that the packet has already; -1: any number may follow
 * @returns bytes of payload in packets of the flow; -1: the flow has no packet yet
 */
export function drawHeaders(world: World, draw: Draw, args: DrawnHeaderArgs, length: number): number {
  args.seq = 0;
  args.id = 0;
  args.flags = TCP_ACK;
  args.options = 0;
  args.odd = 0;
  let usual = -1;
  const held = draw.chance(3, 4) ? drawHeld(world, draw, length) : null;
  if (held !== null && continueFlow(world, held, draw, args)) usual = held.data.gsoSize;
  else if (draw.chance(1, 2)) usual = precedeTaken(world, draw, args);
  if (usual < 0) drawFlow(draw, args);
  if (draw.chance(1, 12)) args.flags |= draw.chance(2, 3) ? TCP_PSH : 1 << draw.below(8);
  if (draw.chance(1, 10)) args.odd ^= 1 << draw.below(ODD_WORDS.length);
  return usual;
}

function drawFlow(draw: Draw, args: DrawnHeaderArgs): void {
  if (draw.chance(1, 24)) args.proto = PROTO_ARP;
  else args.proto = draw.chance(2, 3) ? PROTO_TCP : PROTO_UDP;
  args.flow = draw.chance(1, 6) ? draw.below(FEW_FLOWS) : draw.below(FLOWS.length);
  args.seq = draw.chance(7, 8) ? 0 : draw.below(SEQ_MAX);
  args.id = draw.chance(1, 2) ? 0 : draw.below(0x10000);
  args.options = draw.chance(1, 4) ? 1 : 0;
  if (draw.chance(1, 4)) args.odd = MAY_FRAGMENT;
}

/** Draws a held packet. If the new packet has its payload already, prefers a held packet that can take it. */
function drawHeld(world: World, draw: Draw, length: number): SkBuff | null {
  const held: SkBuff[] = [];
  for (const napi of world.systems.napis) for (const { list } of napi.groHash) held.push(...list);
  if (length >= 0) {
    const same = held.filter((p) => p.data.gsoSize === length);
    if (same.length > 0) return same[draw.below(same.length)];
    const longer = held.filter((p) => p.data.gsoSize > length);
    if (longer.length > 0) return longer[draw.below(longer.length)];
  }
  return held.length === 0 ? null : held[draw.below(held.length)];
}

/**
 * Draws the segment before a merged TCP packet that the stack returned, so that the packet can be forwarded behind it.
 * Returns the length of the segment; -1: there is no such packet.
 */
function precedeTaken(world: World, draw: Draw, args: DrawnHeaderArgs): number {
  const id = pickHandle(world, draw, 'skb', (skb) => skb.data.gsoSize > 0 && startsWithTcp(world, skb));
  if (id < 0) return -1;
  const skb = skbOf(world, id);
  const iph = skb.data.head + skb.dataOffset;
  const flow = FLOWS.findIndex(
    ({ saddr, daddr, sport }) =>
      read32(world, iph + 12) === saddr && read32(world, iph + 16) === daddr && read16(world, iph + IP_HLEN) === sport,
  );
  if (flow < 0) return -1;
  const length = skb.data.gsoSize;
  args.proto = PROTO_TCP;
  args.flow = flow;
  args.seq = Math.max(0, ((read32(world, iph + IP_HLEN + 4) - FLOWS[flow].seq) >>> 0) - length) % SEQ_MAX;
  args.id = read16(world, iph + 4);
  args.options = read8(world, iph + IP_HLEN + 12) >>> 4 > 5 ? 1 : 0;
  return length;
}

function startsWithTcp(world: World, skb: SkBuff): boolean {
  const iph = skb.data.head + skb.dataOffset;
  return skb.len - skb.dataLen >= 2 * IP_HLEN && read8(world, iph) === 0x45 && read8(world, iph + 9) === 6;
}

/** Draws the next packet in the flow of a held packet; false: the table does not have the flow. */
function continueFlow(world: World, held: SkBuff, draw: Draw, args: DrawnHeaderArgs): boolean {
  const iph = held.data.head + held.dataOffset;
  const transport = held.data.head + groCb(held).transportHeader;
  const flow = flowOf(world, held);
  if (flow < 0) return false;
  const tcp = read8(world, iph + 9) === 6;
  args.proto = tcp ? PROTO_TCP : PROTO_UDP;
  args.flow = flow;
  const fixed = groCb(held).ipFixedid || (read16(world, iph + 6) & 0x4000) !== 0;
  const step = fixed && draw.chance(1, 2) ? 0 : groCb(held).count;
  args.id = (read16(world, iph + 4) + step) & 0xffff;
  if (!tcp) return true;
  const thlen = (read8(world, transport + 12) >>> 4) * 4;
  const next = read32(world, transport + 4) + held.len - IP_HLEN - thlen - FLOWS[flow].seq;
  args.seq = next >>> 0 <= SEQ_MAX ? next >>> 0 : 0;
  args.options = thlen > 20 ? 1 : 0;
  if ((read16(world, iph + 6) & 0x4000) === 0) args.odd = MAY_FRAGMENT;
  return true;
}

/** The flow of a held packet, found by addresses and ports; -1: the table does not have it. */
function flowOf(world: World, held: SkBuff): number {
  const iph = held.data.head + held.dataOffset;
  const transport = held.data.head + groCb(held).transportHeader;
  const mac = held.data.head + groCb(held).macHeader;
  return FLOWS.findIndex(
    ({ macs, saddr, daddr, sport, dport }) =>
      read32(world, iph + 12) === saddr &&
      read32(world, iph + 16) === daddr &&
      read16(world, transport) === sport &&
      read16(world, transport + 2) === dport &&
      read32(world, mac + 6) === ((macs[6] << 24) | (macs[7] << 16) | (macs[8] << 8) | macs[9]) >>> 0,
  );
}

/** Returns whether to give the skb an Ethernet header: it is an IP packet without one, which is to be forwarded. */
export function drawsEthernet(world: World, draw: Draw, skb: SkBuff): boolean {
  if (skb.len - skb.dataLen < IP_HLEN || read8(world, skb.data.head + skb.dataOffset) !== 0x45) return false;
  return draw.chance(7, 8);
}

/** Draws skb->hash of a packet whose IP header is at `iph`: the hash of held packets of its flow, or any other hash. */
export function drawHash(world: World, draw: Draw, napi: Napi, iph: number): number {
  const held = napi.groHash
    .flatMap(({ list }) => list)
    .find((p) => iph >= 0 && read32(world, p.data.head + p.dataOffset + 12) === read32(world, iph + 12));
  if (held !== undefined && draw.chance(15, 16)) return groCb(held).hash;
  return draw.chance(3, 4) ? 0 : draw.below(16);
}
