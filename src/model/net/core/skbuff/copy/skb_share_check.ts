import { skbClone } from './skb_clone';
import { skbCopy } from './skb_copy';
import { consumeSkb, kfreeSkb } from '../free/skb_free';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned, skbShared } from '../skbuff_inlines';

/**
 * skb_share_check(): a clone replaces one use of a shared skb. Returns null without memory;
 * the use is dropped all the same.
 */
export function skbShareCheck(world: World, skb: SkBuff): SkBuff | null {
  return skbShared(skb) ? replace(world, skb, skbClone(world, skb)) : skb;
}

/** skb_unshare(): a copy replaces a clone. */
export function skbUnshare(world: World, skb: SkBuff): SkBuff | null {
  return skbCloned(skb) ? replace(world, skb, skbCopy(world, skb)) : skb;
}

function replace(world: World, skb: SkBuff, nskb: SkBuff | null): SkBuff | null {
  if (nskb !== null) consumeSkb(world, skb);
  else kfreeSkb(world, skb);
  return nskb;
}
