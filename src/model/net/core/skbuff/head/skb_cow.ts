import { pskbExpandHead } from './pskb_expand_head';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned, skbHeadroom } from '../skbuff_inlines';

/** skb_cow(): ensures an unshared head with at least `headroom` bytes in front. Returns 0 or -ENOMEM. */
export function skbCow(world: World, skb: SkBuff, headroom: number): number {
  const missing = Math.max(0, headroom - skbHeadroom(skb));
  if (missing === 0 && !skbCloned(skb)) return 0;
  const pad = world.abi.netSkbPad;
  return pskbExpandHead(world, skb, Math.ceil(missing / pad) * pad, 0);
}
