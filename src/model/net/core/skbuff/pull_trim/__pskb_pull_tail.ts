import { pskbExpandHead } from '../head/pskb_expand_head';
import { skbClone } from '../copy/skb_clone';
import { skbCopyBits } from '../copy/skb_copy_bits';
import { copyFrag, skbFragUnref } from '../frags/skb_frag';
import { consumeSkb, kfreeSkb } from '../free/skb_free';
import { skbZcopyClear } from '../zerocopy/skb_zcopy';
import { type SkbData, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned, skbHeadlen, skbShared } from '../skbuff_inlines';

/** SKB_GSO_DODGY (include/linux/skbuff.h). */
export const SKB_GSO_DODGY = 1 << 1;
/**
 * No bit of a kernel: a pull shortened a member, and the kernel forgot to say so (D4). The packet was good, so segmenting it is
 * as legal as it is on a kernel that says so.
 */
export const GSO_UNMARKED_PULL = 1 << 30;
/** "plus 128 bytes for future expansions". */
export const SPARE_TAILROOM = 128;

/**
 * __pskb_pull_tail() (6.1 and 6.12): moves `delta` bytes from the frags and the frag_list to the end of the linear part.
 * False is NULL: no memory. The head may have been expanded by then, and a frag_list member pulled; what the skb says is the same.
 *
 * truesize stays although pages are let go: a frag does not tell its truesize (skb_condense knows better).
 */
export function __pskbPullTail(world: World, skb: SkBuff, delta: number): boolean {
  const missing = skb.tail + delta - skb.data.end;
  if (missing > 0 || skbCloned(skb)) {
    if (pskbExpandHead(world, skb, 0, missing > 0 ? missing + SPARE_TAILROOM : 0) !== 0) return false;
  }
  world.touchSkb(skb);
  skbCopyBits(world, skb, skbHeadlen(skb), skb.data.head + skb.tail, delta);
  const beyondFrags = skb.data.fragList === null ? 0 : bytesBeyondFrags(skb.data, delta);
  if (beyondFrags > 0 && !eatFragList(world, skb, beyondFrags)) return false;
  eatFrags(world, skb, delta);
  skb.tail += delta;
  skb.dataLen -= delta;
  if (skb.dataLen === 0) skbZcopyClear(world, skb, false);
  return true;
}

/** "Estimate size of pulled pages": how much of `delta` the frags do not hold. */
function bytesBeyondFrags(data: SkbData, delta: number): number {
  let eat = delta;
  for (let i = 0; i < data.nrFrags; i++) {
    const size = data.frags[i].size;
    if (size >= eat) return 0;
    eat -= size;
  }
  return eat;
}

/** Takes `bytes` from the start of the frag_list. A shared member is shared with another list: it is cloned before it is pulled. */
function eatFragList(world: World, skb: SkBuff, bytes: number): boolean {
  const data = skb.data;
  let eat = bytes;
  let list = data.fragList as SkBuff;
  let clone: SkBuff | null = null;
  // The first member that stays.
  let insp: SkBuff | null;
  do {
    if (list.len <= eat) {
      eat -= list.len;
      insp = list.next;
      if (insp === null) break;
      list = insp;
    } else {
      if (data.gsoSize !== 0 && !list.headFrag && skbHeadlen(list) !== 0)
        data.gsoType |= world.rules.pullMarksDodgy ? SKB_GSO_DODGY : GSO_UNMARKED_PULL;
      if (skbShared(list)) {
        clone = skbClone(world, list);
        if (clone === null) return false;
        insp = list.next;
        list = clone;
      } else {
        insp = list;
      }
      if (!pskbPull(world, list, eat)) {
        if (clone !== null) kfreeSkb(world, clone);
        return false;
      }
      break;
    }
  } while (eat > 0);
  while (data.fragList !== insp) {
    const eaten = data.fragList as SkBuff;
    data.fragList = eaten.next;
    consumeSkb(world, eaten);
  }
  if (clone !== null) {
    clone.next = data.fragList;
    data.fragList = clone;
  }
  return true;
}

/** pull_pages: frags that were eaten are let go (to the pool, where the skb recycles), the next is cut at its start. */
function eatFrags(world: World, skb: SkBuff, delta: number): void {
  const data = skb.data;
  let eat = delta;
  let kept = 0;
  for (let i = 0; i < data.nrFrags; i++) {
    const size = data.frags[i].size;
    if (size <= eat) {
      skbFragUnref(world, skb, i, '__pskb_pull_tail');
      eat -= size;
      continue;
    }
    if (kept !== i) copyFrag(data, kept, data, i);
    if (eat > 0) {
      const frag = data.frags[kept];
      frag.offset += eat;
      frag.size -= eat;
      // Nothing moves: the kernel leaves the loop at once.
      if (i === 0) return;
      eat = 0;
    }
    kept++;
  }
  data.nrFrags = kept;
}

/** pskb_may_pull(): are the first `len` bytes in the linear part, or can they be brought there? */
export function pskbMayPull(world: World, skb: SkBuff, len: number): boolean {
  const headlen = skbHeadlen(skb);
  if (len <= headlen) return true;
  if (len > skb.len) return false;
  return __pskbPullTail(world, skb, len - headlen);
}

/** pskb_pull(): false is NULL, nothing was pulled. */
export function pskbPull(world: World, skb: SkBuff, len: number): boolean {
  if (!pskbMayPull(world, skb, len)) return false;
  world.touchSkb(skb);
  skb.len -= len;
  skb.dataOffset += len;
  return true;
}
