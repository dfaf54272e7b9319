import { EEXIST } from '../../../../lib/errno';
import { skbZcopySet } from './skb_zcopy';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { Uarg } from '../../../../structs/uarg';
import { zerocopyFillSkbFromIter } from './user_memory';
import type { World } from '../../../../world/world';
import { skbZcopy } from '../skbuff_inlines';

/**
 * skb_zerocopy_iter_stream() (6.1 and 6.12), with a frag for each (compound) page. Returns the bytes added, or -EEXIST
 * when the skb has another uarg.
 */
export function skbZerocopyIterStream(world: World, skb: SkBuff, uarg: Uarg, len: number, order: number): number {
  const orig = skbZcopy(skb);
  if (orig !== null && orig !== uarg) return -EEXIST;
  const before = skb.len;
  zerocopyFillSkbFromIter(world, skb, uarg, len, order);
  skbZcopySet(world, skb, uarg);
  return skb.len - before;
}
