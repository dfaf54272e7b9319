import { skbDataAlign } from '../alloc/kmalloc_reserve';
import { pskbExpandHead } from './pskb_expand_head';
import { skbClone } from '../copy/skb_clone';
import { consumeSkb, kfreeSkb } from '../free/skb_free';
import { skbAlive } from '../alloc/skb_slab';
import { type SkBuff } from '../../../../structs/sk_buff';
import { isSkbWmem, skbSetOwnerW } from '../../sock/sock_charge';
import type { World } from '../../../../world/world';
import { skbHeadroom, skbShared } from '../skbuff_inlines';

/**
 * skb_expand_head(): grows the headroom to `headroom` bytes at least. On failure it consumes the skb and returns null.
 * A shared skb, or one that is not charged for write, is cloned: the function consumes the skb, charges the clone to
 * its socket and returns the clone.
 */
export function skbExpandHead(world: World, skb: SkBuff, headroom: number): SkBuff | null {
  if (!skbAlive(world, skb, 'skb_expand_head')) return null;
  const delta = skbDataAlign(world, headroom - skbHeadroom(skb));
  const osize = skb.data.end;
  const sk = skb.sk;
  let result = skb;
  if (skbShared(skb) || !isSkbWmem(skb)) {
    const nskb = skbClone(world, skb);
    if (nskb === null) {
      kfreeSkb(world, skb);
      return null;
    }
    if (sk !== null) skbSetOwnerW(world, nskb, sk);
    consumeSkb(world, skb);
    result = nskb;
  }
  if (pskbExpandHead(world, result, delta, 0) !== 0) {
    kfreeSkb(world, result);
    return null;
  }
  if (sk !== null && isSkbWmem(result)) {
    const grown = result.data.end - osize;
    sk.wmemAlloc += grown;
    result.truesize += grown;
  }
  return result;
}
