import type { Napi } from '../model/napi';
import { groCb } from '../model/napi_gro_cb';
import { read16, read32, read8 } from '../model/net_headers';
import type { SkBuff } from '../model/skbuff';
import type { World } from '../model/world';
import type { Draw } from './draw';
import { FLOWS } from './flows';
import { MAY_FRAGMENT, ODD_WORDS, PROTO_ARP, PROTO_TCP, PROTO_UDP, SEQ_MAX, TCP_ACK, TCP_PSH } from './packet_headers';
import { pickHandle } from './pick';

const IP_HLEN = 20;
/** More flows than one bucket holds. */
const FEW_FLOWS = 2;

/** Headers into args[at...]: mostly those of the packet that a held one waits for. */
export function drawHeaders(world: World, draw: Draw, args: number[], at: number): void {
  const held = draw.chance(7, 8) ? drawHeld(world, draw) : null;
  args[at + 2] = 0;
  args[at + 3] = 0;
  args[at + 4] = TCP_ACK;
  args[at + 5] = 0;
  args[at + 6] = 0;
  if (held === null || !continueFlow(world, held, draw, args, at)) drawFlow(draw, args, at);
  if (draw.chance(1, 12)) args[at + 4] |= draw.chance(2, 3) ? TCP_PSH : 1 << draw.below(8);
  if (draw.chance(1, 10)) args[at + 6] ^= 1 << draw.below(ODD_WORDS.length);
}

function drawFlow(draw: Draw, args: number[], at: number): void {
  if (draw.chance(1, 24)) args[at] = PROTO_ARP;
  else args[at] = draw.chance(3, 4) ? PROTO_TCP : PROTO_UDP;
  args[at + 1] = draw.chance(1, 2) ? draw.below(FEW_FLOWS) : draw.below(FLOWS.length);
  args[at + 3] = draw.chance(1, 2) ? 0 : draw.below(0x10000);
  args[at + 5] = draw.chance(1, 4) ? 1 : 0;
  if (draw.chance(1, 4)) args[at + 6] = MAY_FRAGMENT;
}

function drawHeld(world: World, draw: Draw): SkBuff | null {
  const id = pickHandle<Napi>(world, draw, 'napi', (napi) => napi.groBitmask !== 0);
  if (id < 0) return null;
  const napi = world.handles[id]?.object as Napi;
  const held = napi.groHash.flatMap(({ list }) => list);
  return held[draw.below(held.length)];
}

/** What comes next in the flow of a held packet; false where its flow is none of the table. */
function continueFlow(world: World, held: SkBuff, draw: Draw, args: number[], at: number): boolean {
  const iph = held.data.head + held.dataOffset;
  const transport = held.data.head + groCb(held).transportHeader;
  const flow = flowOf(world, held);
  if (flow < 0) return false;
  const tcp = read8(world, iph + 9) === 6;
  args[at] = tcp ? PROTO_TCP : PROTO_UDP;
  args[at + 1] = flow;
  const fixed = groCb(held).ipFixedid || (read16(world, iph + 6) & 0x4000) !== 0;
  const step = fixed && draw.chance(1, 2) ? 0 : groCb(held).count;
  args[at + 3] = (read16(world, iph + 4) + step) & 0xffff;
  if (!tcp) return true;
  const thlen = (read8(world, transport + 12) >>> 4) * 4;
  const next = read32(world, transport + 4) + held.len - IP_HLEN - thlen - FLOWS[flow].seq;
  args[at + 2] = next >>> 0 <= SEQ_MAX ? next >>> 0 : 0;
  args[at + 5] = thlen > 20 ? 1 : 0;
  if ((read16(world, iph + 6) & 0x4000) === 0) args[at + 6] = MAY_FRAGMENT;
  return true;
}

/** The flow of a held packet, by addresses and ports; -1: none. */
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

/** Was the skb a packet before, whose Ethernet header is gone? Forwarding gives it another. */
export function drawsEthernet(world: World, draw: Draw, skb: SkBuff): boolean {
  if (skb.len - skb.dataLen < IP_HLEN || read8(world, skb.data.head + skb.dataOffset) !== 0x45) return false;
  return draw.chance(7, 8);
}

/** skb->hash of a packet whose IP header is at `iph`: what the held packets of its flow have, or as the hardware spreads them. */
export function drawHash(world: World, draw: Draw, napi: Napi, iph: number): number {
  const held = napi.groHash
    .flatMap(({ list }) => list)
    .find((p) => iph >= 0 && read32(world, p.data.head + p.dataOffset + 12) === read32(world, iph + 12));
  if (held !== undefined && draw.chance(15, 16)) return groCb(held).hash;
  return draw.chance(3, 4) ? 0 : draw.below(16);
}
