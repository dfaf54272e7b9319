import { defineCommand } from '../define_command';
import { type SkBuff } from '../../model/structs/sk_buff';
import { type Command } from '../command';
import { skbOf } from '../objects';
import { pickHandle } from '../pick';
import { skbShared, skbCloned } from '../../model/net/core/skbuff/skbuff_inlines';

/** The driver owes the memory info, and the skb and its head have no sharers yet. */
function maySet(skb: SkBuff): boolean {
  return skb.owesMark && !skbShared(skb) && !skbCloned(skb) && skb.data.page?.ppSignature === true;
}

/**
 * The RFC has no function for this: the driver's `skb->mem_info = rxq->mem` after build_skb, with MEM_TYPE_PAGE_POOL
 * and the id of the page's pool. From then on the head returns to that pool.
 */
const SKB_SET_MEM_INFO = defineCommand({
  name: 'skb_set_mem_info',
  opcode: 400,
  system: 'rfc-2018',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  design: 'rfc-2018',
  modelOnly: 'no kernel was released with the memory info in the skb',
  weight: 48,
  usuallyNext: [
    'skb_put',
    'skb_put',
    'skb_clone',
    'skb_try_coalesce',
    'skb_try_coalesce',
    'skb_copy',
    'pskb_copy',
    'pskb_expand_head',
    'skb_add_rx_frag',
    'skb_append_frag_list',
  ],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', maySet);
    return args.skb >= 0;
  },
  applies(world, args) {
    return maySet(skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    skb.memInfo = skb.data.page?.pp ?? null;
    skb.owesMark = false;
    world.touchSkb(skb);
    return 0;
  },
});

export const SKB_MEM_INFO_COMMANDS: readonly Command[] = [SKB_SET_MEM_INFO];
