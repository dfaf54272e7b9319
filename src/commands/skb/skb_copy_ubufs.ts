import { EXPAND_POINTS } from '../points';
import { defineCommand } from '../define_command';
import { EINVAL } from '../../model/lib/errno';
import { type SkBuff } from '../../model/structs/sk_buff';
import { skbOf } from '../objects';
import { pickHandle } from '../pick';
import { isWhole, orphanRecurses } from './skb_contract';
import { skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';
import { __skbPagelen } from '../../model/net/core/skbuff/zerocopy/ubuf_pages';
import { skbCopyUbufs } from '../../model/net/core/skbuff/head/pskb_expand_head';

/**
 * Frags that hold no byte at all would make the kernel write frags[-1]. No program has a cloned skb with user pages to
 * copy: skb_clone copies them first, and uncloning such an skb would never end.
 */
function mayCopyUbufs(skb: SkBuff): boolean {
  return isWhole(skb) && !orphanRecurses(skb) && (skb.data.nrFrags === 0 || __skbPagelen(skb) > 0);
}

/** Calls the function as skb_orphan_frags_rx does. A shared skb, or no memory for a head of its own, gives -EINVAL. */
export const SKB_COPY_UBUFS = defineCommand({
  name: 'skb_copy_ubufs',
  opcode: 107,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok', 'einval', 'enomem'],
  allocates: true,
  contextual: true,
  weight: 16,
  points: EXPAND_POINTS,
  draw(world, draw, args) {
    const zcopy = (skb: SkBuff): boolean => mayCopyUbufs(skb) && skbZcopy(skb) !== null;
    args.skb = pickHandle(world, draw, 'skb', draw.chance(1, 2) ? zcopy : mayCopyUbufs);
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayCopyUbufs(skbOf(world, args.skb));
  },
  run(world, args) {
    world.ret = skbCopyUbufs(world, skbOf(world, args.skb));
    if (world.ret === 0) return 0;
    return world.ret === -EINVAL ? 1 : 2;
  },
});
