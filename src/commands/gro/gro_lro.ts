import { defineCommand } from '../define_command';
import { SKB_GSO_TCPV4 } from '../../model/net/core/gso/gso';
import { IPPROTO_TCP, IP_HLEN, TCP_HLEN, read16, read8 } from '../../model/net/headers/net_headers';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { skbOf } from '../objects';
import type { Draw } from '../draw';
import { mayEnterGro } from './gro_contract';
import { pickHandle } from '../pick';
import { isWritable } from '../skb/skb_contract';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';
import { ETH_HLEN, ETH_P_IP } from '../../model/structs/if_ether';

const GSO_SIZE_MAX = 0xfffe;
/** Most segments that a device merges. */
const SEGS_MAX = 64;

/** Bytes of payload of a TCP packet with linear headers that is not yet a GSO packet; 0: the skb is no such packet. */
function lroPayload(world: World, skb: SkBuff): number {
  if (skb.data.gsoSize !== 0 || !isWritable(skb) || !mayEnterGro(world, skb)) return 0;
  const at = skb.data.head + skb.dataOffset;
  if (skbHeadlen(skb) < ETH_HLEN + IP_HLEN + TCP_HLEN || read16(world, at + 12) !== ETH_P_IP) return 0;
  if (read8(world, at + ETH_HLEN) !== 0x45 || read8(world, at + ETH_HLEN + 9) !== IPPROTO_TCP) return 0;
  const doff = (read8(world, at + ETH_HLEN + IP_HLEN + 12) >>> 4) * 4;
  return Math.max(0, skb.len - ETH_HLEN - IP_HLEN - doff);
}

function mayMark(world: World, skb: SkBuff, gsoSize: number): boolean {
  const payload = lroPayload(world, skb);
  return payload > gsoSize && payload <= gsoSize * SEGS_MAX;
}

/** Draws the gso_size of a held packet, so that the two are of one kind, or a part of the payload. */
function drawGsoSize(world: World, draw: Draw, payload: number): number {
  const sizes: number[] = [];
  for (const { groHash } of world.systems.napis)
    for (const { list } of groHash) for (const { data } of list) if (data.gsoSize < payload) sizes.push(data.gsoSize);
  if (sizes.length > 0 && draw.chance(7, 8)) return draw.pick(sizes);
  return draw.size(1, Math.max(1, Math.min(payload - 1, GSO_SIZE_MAX)));
}

/**
 * No kernel function: a driver whose device merges packets (LRO, hardware GRO) sets gso_size, gso_type and gso_segs
 * (mlx5e_build_rx_skb, bnxt_gro_skb). `skb_gso_set` is the sender's side.
 */
const SKB_LRO_SET = defineCommand({
  name: 'skb_lro_set',
  opcode: 145,
  system: 'gro',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'gso_size', type: 'int', min: 1, max: GSO_SIZE_MAX, smallest: 1 },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 80,
  usuallyNext: ['napi_gro_receive', 'napi_gro_receive', 'napi_gro_receive', 'skb_set_owner_w'],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => lroPayload(world, skb) > 1);
    if (args.skb < 0) return false;
    args.gso_size = drawGsoSize(world, draw, lroPayload(world, skbOf(world, args.skb)));
    return true;
  },
  applies(world, args) {
    return mayMark(world, skbOf(world, args.skb), args.gso_size);
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const payload = lroPayload(world, skb);
    skb.data.gsoSize = args.gso_size;
    skb.data.gsoType = SKB_GSO_TCPV4;
    skb.data.gsoSegs = Math.ceil(payload / args.gso_size);
    world.touchSkb(skb);
    return 0;
  },
});

export const GRO_LRO_COMMANDS: readonly Command[] = [SKB_LRO_SET];
