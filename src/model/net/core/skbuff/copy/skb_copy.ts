import { allocSkb } from '../alloc/skb_alloc';
import { skbCopyBits } from './skb_copy_bits';
import { skbCopyHeader } from './skb_copy_header';
import { skbPut, skbReserve } from '../pull_trim/skb_linear';
import { skbAlive } from '../alloc/skb_slab';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadroom } from '../skbuff_inlines';

/**
 * skb_copy(): a linear copy of everything, with the same headroom. Nothing of the original's memory is held by it.
 * (SKB_GSO_FRAGLIST would be refused with a warning; nothing here makes such skbs.)
 */
export function skbCopy(world: World, skb: SkBuff): SkBuff | null {
  if (!skbAlive(world, skb, 'skb_copy')) return null;
  const headerlen = skbHeadroom(skb);
  const n = allocSkb(world, skb.data.end + skb.dataLen);
  if (n === null) return null;
  skbReserve(world, n, headerlen);
  skbPut(world, n, skb.len);
  skbCopyBits(world, skb, -headerlen, n.data.head, headerlen + skb.len);
  skbCopyHeader(world, n, skb);
  return n;
}
