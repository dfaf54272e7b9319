import { headObjectSize } from '../alloc/kmalloc_reserve';
import { pskbExpandHead } from '../head/pskb_expand_head';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned } from '../skbuff_inlines';

/** skb_unclone_keeptruesize(): as skb_unclone, but keeps truesize and the end of the head. */
export function skbUncloneKeeptruesize(world: World, skb: SkBuff): number {
  return skbCloned(skb) ? __skbUncloneKeeptruesize(world, skb) : 0;
}

function __skbUncloneKeeptruesize(world: World, skb: SkBuff): number {
  const savedEnd = skb.data.end;
  const savedTruesize = skb.truesize;
  const err = pskbExpandHead(world, skb, 0, 0);
  if (err !== 0) return err;
  skb.truesize = savedTruesize;
  if (skb.data.end === savedEnd) return 0;
  // "We think this path should not be taken." The kernel warns, and the head keeps its new end.
  if (world.rules.uncloneLeavesSmallHeads && (isSmallHeadroom(world, savedEnd) || isSmallHeadroom(world, skb.data.end)))
    return 0;
  // The shared_info moves back to the old end.
  if (world.rules.uncloneKeepsEndOffset) skb.data.end = savedEnd;
  return 0;
}

/**
 * Returns whether skb_unclone_keeptruesize would warn (since 6.3, not in 7.3: WARN_ON_ONCE in
 * __skb_unclone_keeptruesize). It warns when the new head is from skb_small_head_cache and the old one was not. Only a
 * cloned skb whose head is smaller than the small heads causes the warning: build_skb or slab_build_skb around less
 * than 704 bytes (384 usable). A call from skb_shift can cause it, too.
 */
export function uncloneKeeptruesizeWarns(world: World, skb: SkBuff): boolean {
  if (!world.rules.uncloneLeavesSmallHeads || !skbCloned(skb)) return false;
  const end = skb.data.end;
  const newEnd = headObjectSize(world, end) - world.abi.sharedInfoSize;
  return end !== newEnd && (isSmallHeadroom(world, end) || isSmallHeadroom(world, newEnd));
}

/** SKB_SMALL_HEAD_HEADROOM: the end of a head from skb_small_head_cache. */
export function isSmallHeadroom(world: World, end: number): boolean {
  return end === world.abi.smallHeadCacheSize - world.abi.sharedInfoSize;
}
