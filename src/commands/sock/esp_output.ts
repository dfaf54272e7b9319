import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { espOutput, espReplacesFrags } from '../../model/net/ipv4/esp_output';
import { decryptInPlace } from '../../model/net/core/skbuff/head/skb_cow_data';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { skbOf } from '../objects';
import { pickHandle } from '../pick';
import { isSole, isWritable } from '../skb/skb_contract';
import { skbTailroom, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

/** The trailer includes padding for traffic flow confidentiality. */
const TAILEN_MAX = 2048;

/**
 * esp writes the linear part in place, so it may have no other holder. Charged skbs and user pages take other paths
 * here.
 */
function mayEncrypt(world: World, skb: SkBuff, tailen: number): boolean {
  if (!isSole(skb) || !isWritable(skb) || skbZcopy(skb) !== null || skb.destructor !== DESTRUCTOR_NONE) return false;
  return espReplacesFrags(world, skb, tailen);
}

/**
 * esp_output_head() and esp_output_tail() where the trailer has no room behind the linear part: the cipher writes to
 * another page, which replaces the frags.
 */
export const ESP_OUTPUT = defineCommand({
  name: 'esp_output',
  opcode: 433,
  system: 'rx-buffers',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'tailen', type: 'int', min: 1, max: TAILEN_MAX, smallest: 1 },
  ],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  modelOnly: 'esp needs an xfrm state and a cipher',
  draw(world, draw, args) {
    const least = (skb: SkBuff): number => skbTailroom(skb) + 1;
    const suits = (skb: SkBuff): boolean => least(skb) <= TAILEN_MAX && mayEncrypt(world, skb, least(skb));
    args.skb = draw.chance(7, 8) ? pickHandle(world, draw, 'skb', (skb) => skb.data.nrFrags > 0 && suits(skb)) : NO_ID;
    if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', suits);
    if (args.skb < 0) return false;
    args.tailen = least(skbOf(world, args.skb)) + (draw.chance(1, 2) ? 0 : draw.below(64));
    return args.tailen <= TAILEN_MAX;
  },
  applies(world, args) {
    return mayEncrypt(world, skbOf(world, args.skb), args.tailen);
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    world.ret = espOutput(world, skb, args.tailen);
    if (world.ret < 0) return 1;
    skb.payload = decryptInPlace(world, skb);
    return 0;
  },
  expectTruesize(world, args, outcome) {
    if (outcome === 'ok') skbOf(world, args.skb).expectedTruesize += args.tailen;
  },
});
