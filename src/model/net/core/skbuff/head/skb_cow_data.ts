import { __pskbPullTail } from '../pull_trim/__pskb_pull_tail';
import { ENOMEM } from '../../../../lib/errno';
import { writePattern } from '../../../../mm/page_writes';
import { SKBFL_SHARED_FRAG, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned, skbHeadlen } from '../skbuff_inlines';
import { __skbPagelen } from '../zerocopy/ubuf_pages';

/** skb_has_shared_frag(): true when others than this skb and its clones may see, or write, its frags. */
export function skbHasSharedFrag(skb: SkBuff): boolean {
  return skb.dataLen !== 0 && (skb.data.flags & SKBFL_SHARED_FRAG) !== 0;
}

/**
 * skb_cow_data(skb, 0, &trailer) (6.1 and 6.12) of an skb without frag_list: makes it linear in an unshared head,
 * because "pages are considered not writable at the moment even if they are anonymous". Returns 1 or -ENOMEM.
 */
export function skbCowData(world: World, skb: SkBuff): number {
  if ((skbCloned(skb) || skb.data.nrFrags !== 0) && !__pskbPullTail(world, skb, __skbPagelen(skb))) return -ENOMEM;
  return 1;
}

/** The test of esp_input() (net/ipv4/esp4.c, 6.1 and 6.12) for "skip_cow": true when it may decrypt in place. */
export function espSkipsCow(skb: SkBuff): boolean {
  return !skbCloned(skb) && !skbHasSharedFrag(skb);
}

/**
 * Overwrites the payload, as the cipher does: one write for the linear part and one for each frag.
 * Returns the new payload.
 */
export function decryptInPlace(world: World, skb: SkBuff): number[] {
  const data = skb.data;
  const payload: number[] = [];
  const headlen = skbHeadlen(skb);
  world.touchSkb(skb);
  if (headlen > 0) payload.push(world.memory.writeStamp(data.head + skb.dataOffset, headlen, world.stamp++), headlen);
  for (let i = 0; i < data.nrFrags; i++) {
    const frag = data.frags[i];
    world.touchPage(frag.page);
    writePattern(world, frag.page, frag.offset, frag.size);
    payload.push(frag.page.writes[frag.page.writes.length - 1], frag.size);
  }
  return payload;
}
