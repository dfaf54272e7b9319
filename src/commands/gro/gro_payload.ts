import { IP_HLEN, TCPHDR_FIN_PSH, csumFold } from '../../model/net/headers/net_headers';
import { GRO_CHAINED, GRO_CHAINED_FRAGS_FULL, GRO_CHAINED_LIST } from '../../model/net/core/gro/skb_gro_receive';
import type { GroMerge, Napi } from '../../model/structs/napi';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { keepBytes } from './packet_headers';
import { concatPayload, slicePayload, type Payload } from '../../model/lib/payload';
import { syncMemberPayloads } from '../skb/payload_members';
import { ETH_HLEN } from '../../model/structs/if_ether';

/*
 * The expected bytes of packets after GRO, from the meaning of a merge: the payload of later packets follows that of
 * the first, whose headers describe the whole. They are computed from the bytes that were put, with new checksums, and
 * never read from packet memory.
 */

const TCP = 6;

/** The bytes [from, from + length) of a payload. */
export function payloadBytes(world: World, payload: Payload, from: number, length: number): number[] {
  const bytes: number[] = [];
  const slice = slicePayload(payload, from, length);
  for (let i = 0; i < slice.length; i += 2)
    for (let at = 0; at < slice[i + 1]; at++) bytes.push(world.memory.bytes[slice[i] + at]);
  return bytes;
}

/** Sets the expected bytes after a packet went into GRO. `before`: its payload before, with the Ethernet header. */
export function settlePayloads(world: World, napi: Napi, skb: SkBuff, before: Payload): void {
  const merge = napi.merge;
  const packet = slicePayload(before, ETH_HLEN, Number.MAX_SAFE_INTEGER);
  if (merge !== null) settleMerge(world, merge, packet);
  else if (!skb.freed) {
    skb.payload = packet;
    if (skb.data.fragList !== null) syncMemberPayloads(skb);
  }
  settleCompleted(world, napi);
}

function settleMerge(world: World, merge: GroMerge, packet: Payload): void {
  const { p, lp, skb, offset, how } = merge;
  const piece = slicePayload(packet, offset, Number.MAX_SAFE_INTEGER);
  if (how !== GRO_CHAINED_LIST) takeFinPsh(world, p, packet);
  p.payload = concatPayload(p.payload, piece);
  if (lp !== p) lp.payload = concatPayload(lp.payload, piece);
  if (skb.freed) return;
  const chained = how === GRO_CHAINED || how === GRO_CHAINED_FRAGS_FULL || how === GRO_CHAINED_LIST;
  // napi.skb is reused, and empty.
  skb.payload = chained ? piece : [];
}

/** The merged packet has FIN and PSH set if one of its segments has. */
function takeFinPsh(world: World, p: SkBuff, packet: Payload): void {
  const [proto] = payloadBytes(world, packet, 9, 1);
  const [flags] = payloadBytes(world, packet, IP_HLEN + 13, 1);
  if (proto !== TCP || (flags & TCPHDR_FIN_PSH) === 0) return;
  const header = payloadBytes(world, p.payload, 0, IP_HLEN + 20);
  header[IP_HLEN + 13] |= flags & TCPHDR_FIN_PSH;
  replaceHeader(world, p, header);
}

/** Packets that left GRO with merged packets in them get lengths and checksums of the whole. */
export function settleCompleted(world: World, napi: Napi): void {
  for (const { skb, listed } of napi.completed) rewriteHeaders(world, skb, listed);
  napi.completed.length = 0;
}

/** `listed`: skb_gro_receive_list chained the packets; each member is a packet of its own and keeps its checksum. */
function rewriteHeaders(world: World, skb: SkBuff, listed: boolean): void {
  const proto = payloadBytes(world, skb.payload, 9, 1)[0];
  const header = payloadBytes(world, skb.payload, 0, IP_HLEN + (proto === TCP ? 20 : 8));
  const length = skb.payload.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0);
  put16(header, 2, length > 0xffff ? 0 : length);
  put16(header, 10, 0);
  put16(header, 10, ~sum16(header.slice(0, IP_HLEN)) & 0xffff);
  // The checksum covers the pseudo header alone: hardware or segmentation adds the rest.
  const pseudo = csumFold(sum16(header.slice(12, 20)) + (length - IP_HLEN) + proto);
  if (proto === TCP) {
    if (!listed) put16(header, IP_HLEN + 16, pseudo);
  } else {
    put16(header, IP_HLEN + 4, (length - IP_HLEN) & 0xffff);
    if (!listed && (header[IP_HLEN + 6] | header[IP_HLEN + 7]) !== 0) put16(header, IP_HLEN + 6, pseudo);
  }
  replaceHeader(world, skb, header);
}

function replaceHeader(world: World, skb: SkBuff, header: readonly number[]): void {
  const rest = slicePayload(skb.payload, header.length, Number.MAX_SAFE_INTEGER);
  skb.payload = concatPayload([keepBytes(world, header), header.length], rest);
}

function put16(header: number[], at: number, value: number): void {
  header[at] = value >>> 8;
  header[at + 1] = value & 0xff;
}

function sum16(bytes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] << 8) | bytes[i + 1];
  return csumFold(sum);
}
