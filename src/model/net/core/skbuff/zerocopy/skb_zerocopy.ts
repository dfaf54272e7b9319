import { ENOMEM } from '../../../../lib/errno';
import { getPage, pageAddress, putPage } from '../../../../mm/page_alloc';
import { skbCopyBits } from '../copy/skb_copy_bits';
import { slabPageOf } from '../alloc/skb_head';
import { copyFrag, fillPageDesc, skbFragRef } from '../frags/skb_frag';
import { skbTxError } from '../free/skb_tx_error';
import { skbPut } from '../pull_trim/skb_linear';
import { skbZerocopyClone } from './skb_zerocopy_clone';
import { SKBFL_SHARED_FRAG, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHasFragList, skbHeadlen, skbTailroom } from '../skbuff_inlines';
import { skbOrphanFrags } from '../head/pskb_expand_head';

/** skb_zerocopy_headlen() (6.1 and 6.12). Returns the bytes of `from` to copy; 0: the head can be shared as a frag. */
export function skbZerocopyHeadlen(world: World, from: SkBuff): number {
  const headlen = skbHeadlen(from);
  const { abi, rules } = world;
  let hlen = 0;
  // A kmalloc head cannot be shared (E8: no such check). smpCacheBytes is L1_CACHE_BYTES here.
  const pageHead = from.headFrag || !rules.skbZerocopyChecksHeadFrag;
  if (!pageHead || headlen < abi.smpCacheBytes || from.data.nrFrags >= abi.maxSkbFrags) {
    hlen = headlen;
    if (hlen === 0) hlen = from.len;
  }
  return skbHasFragList(from) ? from.len : hlen;
}

/** Results of skb_zerocopy other than -ENOMEM. */
export const ZEROCOPY_SHARED = 0;
export const ZEROCOPY_SHARED_HEAD = 1;
export const ZEROCOPY_COPIED = 2;

/**
 * skb_zerocopy() (6.1 and 6.12): gives the new skb `to` the first `length` bytes of `from`. It copies `hlen` of them,
 * and shares frags and a head that is a page fragment by plain references. Returns ZEROCOPY_*, or -ENOMEM when user
 * pages could not be orphaned. On failure the caller must free `to`.
 */
export function skbZerocopy(world: World, to: SkBuff, from: SkBuff, length: number, hlen: number): number {
  let len = length;
  let plen = 0;
  let j = 0;
  world.touchSkb(to);
  if (len <= skbTailroom(to)) {
    skbCopyBits(world, from, 0, skbPut(world, to, len), len);
    return ZEROCOPY_COPIED;
  }
  if (hlen !== 0) {
    skbCopyBits(world, from, 0, skbPut(world, to, hlen), hlen);
    len -= hlen;
  } else {
    plen = Math.min(skbHeadlen(from), len);
    if (plen !== 0) {
      const page = from.data.page ?? slabPageOf(world, from.data);
      fillPageDesc(to, 0, page, from.data.head + from.dataOffset - pageAddress(world, page), plen);
      getPage(world, page);
      from.data.handedOut = true;
      j = 1;
      len -= plen;
    }
  }
  // skb_len_add().
  to.len += len + plen;
  to.dataLen += len + plen;
  to.truesize += len + plen;
  if (world.rules.skbZerocopySharesUarg) {
    if (!skbOrphanFrags(world, from)) {
      if (world.rules.skbZerocopyReportsError) skbTxError(world, from);
      // nr_frags does not count the frag of the head yet, so the caller's kfree_skb leaves its page alone.
      if (j > 0 && world.rules.skbZerocopyPutsItsHead) putPage(world, to.data.frags[0].page);
      else if (j > 0) world.meet('zerocopy-keeps-the-head');
      return -ENOMEM;
    }
    skbZerocopyClone(world, to, from);
  }
  shareFrags(world, to, from, j, len);
  return plen > 0 ? ZEROCOPY_SHARED_HEAD : ZEROCOPY_SHARED;
}

/** Shares `len` bytes of the frags, from index `start` of `to` on. Sets nr_frags only here. */
function shareFrags(world: World, to: SkBuff, from: SkBuff, start: number, len: number): void {
  let j = start;
  let left = len;
  for (let i = 0; i < from.data.nrFrags && left > 0; i++) {
    copyFrag(to.data, j, from.data, i);
    const frag = to.data.frags[j];
    frag.size = Math.min(frag.size, left);
    left -= frag.size;
    if (world.rules.skbZerocopyTakesPageReferences) skbFragRef(world, to, j);
    j++;
  }
  to.data.nrFrags = j;
  if (world.rules.skbZerocopyKeepsSharedFrag) to.data.flags |= from.data.flags & SKBFL_SHARED_FRAG;
}
