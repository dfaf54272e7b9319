import { pskbExpandHead } from '../head/pskb_expand_head';
import { skbClone } from '../copy/skb_clone';
import { skbCopyBits } from '../copy/skb_copy_bits';
import { copyFrag, skbFragUnref } from '../frags/skb_frag';
import { consumeSkb, kfreeSkb } from '../free/skb_free';
import { skbZcopyClear } from '../zerocopy/skb_zcopy';
import { type SkbData, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned, skbHeadlen, skbShared } from '../skbuff_inlines';
import { SKB_GSO_DODGY } from '../../gso/gso';

// This file also holds pskb_may_pull and pskb_pull: the functions call each other in a circle.

/**
 * Not a bit of the kernel: a pull shortened a member, and the kernel did not set SKB_GSO_DODGY (D4). The packet was
 * good, so segmenting it is as legal as on a kernel that sets the bit.
 */
export const GSO_UNMARKED_PULL = 1 << 30;
/** "plus 128 bytes for future expansions". */
export const SPARE_TAILROOM = 128;

/**
 * __pskb_pull_tail() (6.1 and 6.12): moves `delta` bytes from the frags and the frag_list to the end of the linear
 * part. Returns false for NULL: no memory. Then the head may have been expanded and a frag_list member pulled,
 * but the payload is the same.
 *
 * truesize stays although pages are released, because the truesize of a frag is unknown. (skb_condense corrects it.)
 */
export function __pskbPullTail(world: World, skb: SkBuff, delta: number): boolean {
  if (skb.unreadable && world.rules.pullRefusesUnreadable) return false;
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

/** "Estimate size of pulled pages": returns the part of `delta` that is beyond the frags. */
function bytesBeyondFrags(data: SkbData, delta: number): number {
  let eat = delta;
  for (let i = 0; i < data.nrFrags; i++) {
    const size = data.frags[i].size;
    if (size >= eat) return 0;
    eat -= size;
  }
  return eat;
}

/** Removes `bytes` from the start of the frag_list. It clones a member that another list shares before it pulls it. */
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

/**
 * The label `pull_pages`: releases the frags that were pulled (to the pool if the skb recycles),
 * and cuts the start of the next one.
 */
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
      // No frag moves, and the kernel leaves the loop at once.
      if (i === 0) return;
      eat = 0;
    }
    kept++;
  }
  data.nrFrags = kept;
}

/** pskb_may_pull(): pulls the first `len` bytes into the linear part. Returns false when that fails. */
export function pskbMayPull(world: World, skb: SkBuff, len: number): boolean {
  const headlen = skbHeadlen(skb);
  if (len <= headlen) return true;
  if (len > skb.len) return false;
  return __pskbPullTail(world, skb, len - headlen);
}

/** pskb_pull(). Returns false for NULL; then nothing was pulled. */
export function pskbPull(world: World, skb: SkBuff, len: number): boolean {
  if (!pskbMayPull(world, skb, len)) return false;
  world.touchSkb(skb);
  skb.len -= len;
  skb.dataOffset += len;
  return true;
}
