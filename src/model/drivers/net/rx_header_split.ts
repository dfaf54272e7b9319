import { allocPages } from '../../mm/page_alloc';
import { writePattern } from '../../mm/page_writes';
import { allocSkb } from '../../net/core/skbuff/alloc/skb_alloc';
import { skbAddRxFrag } from '../../net/core/skbuff/frags/skb_add_rx_frag';
import { kfreeSkb } from '../../net/core/skbuff/free/skb_free';
import { skbPut } from '../../net/core/skbuff/pull_trim/skb_linear';
import type { SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';

/**
 * The receive step of a driver with header split and pages of the page allocator. A small head has `headlen` bytes.
 * Whole pages follow, the last with `last` bytes. tcp_zerocopy_receive was made for such packets. Returns null when
 * there is no memory; then nothing is left behind.
 */
export function rxHeaderSplit(world: World, headlen: number, pages: number, last: number): SkBuff | null {
  const { pageSize } = world.abi;
  const skb = allocSkb(world, headlen);
  if (skb === null) return null;
  if (headlen > 0) world.memory.writeStamp(skbPut(world, skb, headlen), headlen, world.stamp++);
  for (let i = 0; i < pages; i++) {
    const page = allocPages(world, 0);
    if (page === null) {
      kfreeSkb(world, skb);
      return null;
    }
    const size = i < pages - 1 ? pageSize : last;
    writePattern(world, page, 0, size);
    skbAddRxFrag(world, skb, page, 0, size, pageSize);
  }
  return skb;
}
