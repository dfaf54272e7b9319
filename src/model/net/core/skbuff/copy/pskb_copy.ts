import { allocSkb } from '../alloc/skb_alloc';
import { skbCopyHeader } from './skb_copy_header';
import { copyFrag, skbFragRef } from '../frags/skb_frag';
import { kfreeSkb } from '../free/skb_free';
import { skbPut, skbReserve } from '../pull_trim/skb_linear';
import { cloneFragList } from './skb_shinfo';
import { skbAlive } from '../alloc/skb_slab';
import { skbZerocopyClone } from '../zerocopy/skb_zerocopy_clone';
import { SKBFL_SHARED_FRAG, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadlen, skbHeadroom } from '../skbuff_inlines';
import { skbOrphanFrags } from '../head/pskb_expand_head';

/** pskb_copy(): __pskb_copy_fclone() with the skb's headroom. */
export function pskbCopy(world: World, skb: SkBuff): SkBuff | null {
  return __pskbCopy(world, skb, skbHeadroom(skb));
}

/**
 * __pskb_copy_fclone(), not from the fclone cache: copies the linear bytes, shares frags and frag_list. Frags get plain
 * page references, pp_recycle stays 0. truesize counts the frags by their bytes ("an estimate").
 */
export function __pskbCopy(world: World, skb: SkBuff, headroom: number): SkBuff | null {
  if (!skbAlive(world, skb, '__pskb_copy_fclone')) return null;
  const n = allocSkb(world, skbHeadlen(skb) + headroom);
  if (n === null) return null;
  skbReserve(world, n, headroom);
  const to = skbPut(world, n, skbHeadlen(skb));
  world.memory.copy(to, skb.data.head + skb.dataOffset, skbHeadlen(skb));
  n.truesize += skb.dataLen;
  n.dataLen = skb.dataLen;
  n.len = skb.len;
  if (skb.data.nrFrags > 0 && !shareFrags(world, n, skb)) {
    kfreeSkb(world, n);
    return null;
  }
  // Read after shareFrags: skb_copy_ubufs may have given the original another head.
  if (skb.data.fragList !== null) {
    n.data.fragList = skb.data.fragList;
    cloneFragList(n.data);
  }
  skbCopyHeader(world, n, skb);
  return n;
}

function shareFrags(world: World, n: SkBuff, skb: SkBuff): boolean {
  if (!skbOrphanFrags(world, skb)) return false;
  if (skbZerocopyClone(world, n, skb) !== 0) return false;
  const data = skb.data;
  for (let i = 0; i < data.nrFrags; i++) {
    copyFrag(n.data, i, data, i);
    skbFragRef(world, skb, i);
  }
  n.data.nrFrags = data.nrFrags;
  if (world.rules.pskbCopyKeepsSharedFrag) n.data.flags |= data.flags & SKBFL_SHARED_FRAG;
  return true;
}
