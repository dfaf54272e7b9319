import { EMSGSIZE } from '../../model/lib/errno';
import { espMakesOneFrag, espOutputTail, SGVEC_FAILS, SGVEC_SECOND } from '../../model/net/ipv4/esp_output_tail';
import { decryptInPlace } from '../../model/net/core/skbuff/head/skb_cow_data';
import { kfreeSkb } from '../../model/net/core/skbuff/free/skb_free';
import { skbTailroom, skbZcopy, skbZcopyManaged } from '../../model/net/core/skbuff/skbuff_inlines';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import { NO_ID } from '../../model/world/kinds';
import type { World } from '../../model/world/world';
import type { Command } from '../command';
import { defineCommand } from '../define_command';
import { consume, skbOf } from '../objects';
import { pickHandle } from '../pick';
import { isSole, isWritable } from '../skb/skb_contract';
import { numbers } from '../small_numbers';

/** The trailer includes padding for traffic flow confidentiality. */
const TAILEN_MAX = 4096;

/**
 * udp_sendmsg() passes esp packets that it has just built, with frags of pages or with managed ones
 * (MSG_SPLICE_PAGES, MSG_ZEROCOPY of io_uring: __ip_append_data).
 */
function mayEncrypt(world: World, skb: SkBuff, tailen: number): boolean {
  if (!isSole(skb) || !isWritable(skb) || skb.destructor !== DESTRUCTOR_NONE) return false;
  if (skbZcopy(skb) !== null && !skbZcopyManaged(skb)) return false;
  return tailen <= TAILEN_MAX && espMakesOneFrag(world, skb, tailen);
}

/**
 * The same path as `esp_output`, with every call in it that can fail: the packet is encrypted into one frag, or it is
 * freed (esp_output_head, esp_output_tail, xfrm_output_one).
 */
const ESP_OUTPUT_TAIL = defineCommand({
  name: 'esp_output_tail',
  opcode: 484,
  system: 'esp',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'tailen', type: 'int', min: 1, max: TAILEN_MAX, smallest: 1 },
    { name: 'short', type: 'int', min: 0, max: 1, default: 0 },
    { name: 'sgvec', type: 'enum', words: SGVEC_FAILS, default: 0 },
  ],
  small: {
    tailen: numbers('the tailroom of the skb and 1', ({ skb }) => [skb === null ? 1 : skbTailroom(skb) + 1]),
  },
  outcomes: ['ok', 'emsgsize', 'enomem'],
  allocates: true,
  contextual: true,
  modelOnly: 'esp needs an xfrm state and a cipher',
  weight: 96,
  usuallyNext: ['kfree_skb', 'skb_clone'],
  draw(world, draw, args) {
    const least = (skb: SkBuff): number => skbTailroom(skb) + 1;
    const suits = (skb: SkBuff): boolean => mayEncrypt(world, skb, least(skb));
    args.skb = draw.chance(7, 8) ? pickHandle(world, draw, 'skb', (skb) => skb.data.nrFrags > 0 && suits(skb)) : NO_ID;
    if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', suits);
    if (args.skb < 0) return false;
    const room = Math.max(0, TAILEN_MAX - least(skbOf(world, args.skb)));
    args.tailen = least(skbOf(world, args.skb)) + (draw.chance(1, 2) ? 0 : draw.size(0, room));
    args.short = draw.chance(1, 4) ? 1 : 0;
    args.sgvec = draw.chance(1, 4) ? draw.between(1, SGVEC_SECOND) : 0;
    return true;
  },
  applies(world, args) {
    return mayEncrypt(world, skbOf(world, args.skb), args.tailen);
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    world.ret = espOutputTail(world, skb, args.tailen, args.short === 1, args.sgvec);
    if (world.ret < 0) {
      consume(world, args.skb);
      kfreeSkb(world, skb);
      return world.ret === -EMSGSIZE ? 1 : 2;
    }
    // Bytes behind the end of a page are nobody's here.
    const { page, offset, size } = skb.data.frags[0];
    if (offset + size <= world.abi.pageSize << page.order) skb.payload = decryptInPlace(world, skb);
    return 0;
  },
  expectTruesize(world, args, outcome) {
    if (outcome === 'ok') skbOf(world, args.skb).expectedTruesize += args.tailen;
  },
});

export const ESP_TAIL_COMMANDS: readonly Command[] = [ESP_OUTPUT_TAIL];
