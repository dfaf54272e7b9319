import { pskbExpandHead } from './pskb_expand_head';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeaderCloned, skbHeadroom } from '../skbuff_inlines';

/**
 * skb_cow_head(): ensures writable headers with `headroom` bytes for them. Clones that released the header do not
 * count. Returns 0 or -ENOMEM.
 */
export function skbCowHead(world: World, skb: SkBuff, headroom: number): number {
  const missing = Math.max(0, headroom - skbHeadroom(skb));
  if (missing === 0 && !skbHeaderCloned(skb)) return 0;
  const pad = world.abi.netSkbPad;
  return pskbExpandHead(world, skb, Math.ceil(missing / pad) * pad, 0);
}
