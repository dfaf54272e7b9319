import { copySkbHeader } from './skb_copy_header';
import { newSkBuff, skbAlive, takeCompanion } from '../alloc/skb_slab';
import { DESTRUCTOR_NONE, SKB_FCLONE_ORIG, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbOrphanFrags } from '../head/pskb_expand_head';

/** __skb_clone(): `n` shares the head of `skb`. They have one shared_info, so it takes no page or uarg references. */
export function __skbClone(world: World, n: SkBuff, skb: SkBuff): SkBuff {
  n.next = null;
  n.sk = null;
  copySkbHeader(world, n, skb);
  n.len = skb.len;
  n.dataLen = skb.dataLen;
  n.hdrLen = skb.nohdr ? skb.dataOffset : skb.hdrLen;
  n.cloned = true;
  n.nohdr = false;
  n.pfmemalloc = skb.pfmemalloc;
  n.ppRecycle = skb.ppRecycle;
  if (world.rules.cloneCopiesMemInfo) n.memInfo = skb.memInfo;
  n.destructor = DESTRUCTOR_NONE;
  n.tail = skb.tail;
  n.data = skb.data;
  n.headFrag = skb.headFrag;
  n.dataOffset = skb.dataOffset;
  n.truesize = skb.truesize;
  n.users = 1;
  skb.data.dataref++;
  skb.cloned = true;
  world.touchSkb(n);
  world.touchSkb(skb);
  return n;
}

/**
 * skb_clone(): uses the companion of an fclone while that is free. Returns null when there is no memory, or when user
 * pages could not be copied.
 */
export function skbClone(world: World, skb: SkBuff): SkBuff | null {
  if (!skbAlive(world, skb, 'skb_clone')) return null;
  if (!skbOrphanFrags(world, skb)) return null;
  let n: SkBuff;
  if (skb.fclone === SKB_FCLONE_ORIG && skb.fclones !== null && skb.fclones.ref === 1) {
    n = takeCompanion(world, skb);
  } else {
    if (world.allocFails()) return null;
    n = newSkBuff(world);
  }
  return __skbClone(world, n, skb);
}
