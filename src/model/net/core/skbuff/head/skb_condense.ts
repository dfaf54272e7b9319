import { __pskbPullTail } from '../pull_trim/__pskb_pull_tail';
import { skbTruesize } from '../alloc/kmalloc_reserve';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned } from '../skbuff_inlines';

/**
 * skb_condense() (6.1 and 6.12; exported in 6.12): moves the paged bytes to the tailroom if they fit, and releases the
 * pages. The truesize of a linear skb is reset to that of its head.
 */
export function skbCondense(world: World, skb: SkBuff): void {
  if (skb.dataLen !== 0) {
    if (skb.dataLen > skb.data.end - skb.tail || skbCloned(skb) || skb.unreadable) return;
    // Cannot fail: there is room, and whole members of the frag_list are consumed.
    __pskbPullTail(world, skb, skb.dataLen);
  }
  world.touchSkb(skb);
  skb.truesize = skbTruesize(world, skb.data.end);
}
