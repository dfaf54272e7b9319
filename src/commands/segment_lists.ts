import { kfreeSkbList } from '../model/skb_free';
import type { SkBuff } from '../model/skbuff';
import { consume, skbOf, type Command } from './command';
import { nameResult, pickHandle } from './pick';

/** The name stands for the first skb of a list on skb.next. */
export function leadsList(skb: SkBuff): boolean {
  return skb.next !== null;
}

/**
 * skb_mark_not_on_list, as dev_hard_start_xmit takes segments one by one: the first leaves the list and is an skb like any other;
 * the result is the next one, with the rest of the list.
 */
const SKB_MARK_NOT_ON_LIST: Command = {
  name: 'skb_mark_not_on_list',
  opcode: 154,
  system: 'segment',
  args: [{ name: 'skb', type: 'skb' }],
  result: 'skb',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    args[0] = pickHandle(world, draw, 'skb', leadsList);
    return args[0] >= 0;
  },
  applies(world, args) {
    return leadsList(skbOf(world, args[0]));
  },
  run(world, args, result) {
    const skb = skbOf(world, args[0]);
    const rest = skb.next as SkBuff;
    skb.next = null;
    world.touchSkb(skb);
    world.touchSkb(rest);
    nameResult(world, result, 'skb', rest);
    return 0;
  },
};

const KFREE_SKB_LIST: Command = {
  name: 'kfree_skb_list',
  opcode: 155,
  system: 'segment',
  args: [{ name: 'skb', type: 'skb', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  draw(world, draw, args) {
    args[0] = pickHandle(world, draw, 'skb', leadsList);
    return args[0] >= 0;
  },
  applies(world, args) {
    return leadsList(skbOf(world, args[0]));
  },
  run(world, args) {
    const skb = skbOf(world, args[0]);
    consume(world, args[0]);
    kfreeSkbList(world, skb);
    return 0;
  },
};

export const SEGMENT_LIST_COMMANDS: readonly Command[] = [SKB_MARK_NOT_ON_LIST, KFREE_SKB_LIST];
