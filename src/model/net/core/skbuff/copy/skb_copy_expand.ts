import { allocSkb } from '../alloc/skb_alloc';
import { skbCopyBits } from './skb_copy_bits';
import { refusesFraglist } from './skb_copy';
import { skbCopyHeader } from './skb_copy_header';
import { skbPut, skbReserve } from '../pull_trim/skb_linear';
import { skbAlive } from '../alloc/skb_slab';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadroom } from '../skbuff_inlines';

/** skb_copy_expand(): a linear copy with other headroom and tailroom. */
export function skbCopyExpand(world: World, skb: SkBuff, newheadroom: number, newtailroom: number): SkBuff | null {
  if (!skbAlive(world, skb, 'skb_copy_expand')) return null;
  if (skb.unreadable || refusesFraglist(world, skb)) return null;
  const n = allocSkb(world, newheadroom + skb.len + newtailroom);
  if (n === null) return null;
  skbReserve(world, n, newheadroom);
  skbPut(world, n, skb.len);
  // Copies as much of the old headroom as fits, right in front of the data.
  const headCopyLen = Math.min(newheadroom, skbHeadroom(skb));
  skbCopyBits(world, skb, -headCopyLen, n.data.head + newheadroom - headCopyLen, skb.len + headCopyLen);
  skbCopyHeader(world, n, skb);
  return n;
}
