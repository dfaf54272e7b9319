import { skbDataAlign } from '../alloc/kmalloc_reserve';
import { pskbCopy } from '../copy/pskb_copy';
import { pskbExpandHead } from './pskb_expand_head';
import { skbClone } from '../copy/skb_clone';
import { kfreeSkb } from '../free/skb_free';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadroom } from '../skbuff_inlines';

/**
 * skb_realloc_headroom(): returns a new skb with the same payload, an unshared head,
 * and at least `headroom` bytes in front.
 */
export function skbReallocHeadroom(world: World, skb: SkBuff, headroom: number): SkBuff | null {
  const delta = headroom - skbHeadroom(skb);
  if (delta <= 0) return pskbCopy(world, skb);
  const skb2 = skbClone(world, skb);
  if (skb2 === null) return null;
  if (pskbExpandHead(world, skb2, skbDataAlign(world, delta), 0) === 0) return skb2;
  kfreeSkb(world, skb2);
  return null;
}
