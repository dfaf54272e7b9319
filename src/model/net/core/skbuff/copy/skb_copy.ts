import { allocSkb } from '../alloc/skb_alloc';
import { skbCopyBits } from './skb_copy_bits';
import { skbCopyHeader } from './skb_copy_header';
import { skbPut, skbReserve } from '../pull_trim/skb_linear';
import { skbAlive } from '../alloc/skb_slab';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadroom } from '../skbuff_inlines';

/**
 * skb_copy(): a linear copy of everything, with the same headroom. The copy holds none of the original's memory.
 * (The kernel refuses SKB_GSO_FRAGLIST with a warning, d091e579b864;
 * the command is illegal then, unless that rule is broken.)
 */
export function skbCopy(world: World, skb: SkBuff): SkBuff | null {
  if (!skbAlive(world, skb, 'skb_copy')) return null;
  if (skb.unreadable) return null;
  const headerlen = skbHeadroom(skb);
  const n = allocSkb(world, skb.data.end + skb.dataLen);
  if (n === null) return null;
  skbReserve(world, n, headerlen);
  skbPut(world, n, skb.len);
  skbCopyBits(world, skb, -headerlen, n.data.head, headerlen + skb.len);
  skbCopyHeader(world, n, skb);
  return n;
}
