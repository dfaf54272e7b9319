import { allocSkb } from '../alloc/skb_alloc';
import { skbCopyBits } from './skb_copy_bits';
import { skbCopyHeader } from './skb_copy_header';
import { skbPut, skbReserve } from '../pull_trim/skb_linear';
import { skbAlive } from '../alloc/skb_slab';
import { SKB_GSO_FRAGLIST } from '../../gso/gso';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadroom } from '../skbuff_inlines';

/**
 * skb_copy(): a linear copy of everything, with the same headroom. The copy holds none of the original's memory.
 * SKB_GSO_FRAGLIST is refused, with a warning (d091e579b864): the copy would have the flag without its segments.
 */
export function skbCopy(world: World, skb: SkBuff): SkBuff | null {
  if (!skbAlive(world, skb, 'skb_copy')) return null;
  if (skb.unreadable || refusesFraglist(world, skb)) return null;
  const headerlen = skbHeadroom(skb);
  const n = allocSkb(world, skb.data.end + skb.dataLen);
  if (n === null) return null;
  skbReserve(world, n, headerlen);
  skbPut(world, n, skb.len);
  skbCopyBits(world, skb, -headerlen, n.data.head, headerlen + skb.len);
  skbCopyHeader(world, n, skb);
  return n;
}

/** WARN_ON_ONCE(skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST) of skb_copy() and skb_copy_expand(). */
export function refusesFraglist(world: World, skb: SkBuff): boolean {
  return world.rules.copyRefusesFraglist && (skb.data.gsoType & SKB_GSO_FRAGLIST) !== 0;
}
