import { getPage } from '../../../../mm/page_alloc';
import { skbCanCoalesce } from '../frags/skb_can_coalesce';
import { __skbFragUnref, copyFrag, dropsRecycle, setFrag } from '../frags/skb_frag';
import { skbUncloneKeeptruesize } from '../copy/skb_unclone';
import { SKBFL_SHARED_FRAG, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadlen, skbZcopy } from '../skbuff_inlines';
import { skbUnclone } from '../head/pskb_expand_head';

/** Reasons why skb_shift moved nothing. The kernel returns 0 for all of them. */
export const SHIFT_LINEAR = -1;
export const SHIFT_ZCOPY = -2;
export const SHIFT_FULL = -3;
export const SHIFT_NOMEM = -4;

/**
 * skb_shift() (6.1 and 6.12, TCP's SACK processing): moves the first `shiftlen` bytes of `skb`, which must be all
 * paged, to the end of `tgt`. Whole frags move. A frag that is cut gets a plain page reference. A first frag that
 * continues the last one of `tgt` is merged, and its reference is dropped.
 * Returns the bytes moved, or a SHIFT_* reason.
 *
 * truesize moves by `shiftlen`, too (skb_len_add), not by the truesize of the pages.
 */
export function skbShift(world: World, tgt: SkBuff, skb: SkBuff, shiftlen: number): number {
  if (skbHeadlen(skb) !== 0) return SHIFT_LINEAR;
  if (skbZcopy(tgt) !== null || skbZcopy(skb) !== null) return SHIFT_ZCOPY;
  world.touchSkb(tgt);
  world.touchSkb(skb);
  const first = skb.data.frags[0];
  const to = tgt.data.nrFrags;
  let merge = -1;
  let from = 0;
  let todo = shiftlen;
  if (skbCanCoalesce(tgt, to, first.page, first.offset, first.tail)) {
    merge = to - 1;
    todo -= first.size;
    if (todo < 0) {
      if (!prepareForShift(world, skb, tgt)) return SHIFT_NOMEM;
      shiftWithinFirst(skb, tgt, merge, shiftlen);
      return finishShift(world, tgt, skb, shiftlen);
    }
    from++;
  }
  // "Skip full, not-fitting skb to avoid expensive operations"
  if (shiftlen === skb.len && skb.data.nrFrags - from > world.abi.maxSkbFrags - to) return SHIFT_FULL;
  if (!prepareForShift(world, skb, tgt)) return SHIFT_NOMEM;
  from = shiftFrags(world, tgt, skb, from, todo);
  if (from < 0) return SHIFT_FULL;
  if (merge >= 0) {
    const merged = skb.data.frags[0];
    tgt.data.frags[merge].size += merged.size;
    tgt.data.frags[merge].bufferEnd = 0;
    __skbFragUnref(world, merged.page, dropsRecycle(world, skb, 'skb_shift'));
  }
  // "Reposition in the original skb"
  let kept = 0;
  while (from < skb.data.nrFrags) copyFrag(skb.data, kept++, skb.data, from++);
  skb.data.nrFrags = kept;
  return finishShift(world, tgt, skb, shiftlen);
}

/** skb_prepare_for_shift() of both, the source first: unclones without a change of truesize or of the tailroom. */
function prepareForShift(world: World, skb: SkBuff, tgt: SkBuff): boolean {
  const unclone = world.rules.shiftKeepsTruesize ? skbUncloneKeeptruesize : skbUnclone;
  return unclone(world, skb) === 0 && unclone(world, tgt) === 0;
}

/** The case that the merge of the first frag covers all of `shiftlen`. */
function shiftWithinFirst(skb: SkBuff, tgt: SkBuff, merge: number, shiftlen: number): void {
  const from = skb.data.frags[0];
  tgt.data.frags[merge].size += shiftlen;
  tgt.data.frags[merge].bufferEnd = 0;
  from.size -= shiftlen;
  from.offset += shiftlen;
}

/**
 * Moves frags with `bytes` bytes from index `start` on. Returns the index of the first frag that stays,
 * or -1 when `tgt` is full.
 */
function shiftFrags(world: World, tgt: SkBuff, skb: SkBuff, start: number, bytes: number): number {
  let todo = bytes;
  let from = start;
  let to = tgt.data.nrFrags;
  while (todo > 0 && from < skb.data.nrFrags) {
    // Frags beyond nr_frags may have been written, but they are never read and hold no reference.
    if (to === world.abi.maxSkbFrags) return -1;
    const frag = skb.data.frags[from];
    if (todo >= frag.size) {
      copyFrag(tgt.data, to, skb.data, from);
      todo -= frag.size;
      from++;
      to++;
    } else {
      getPage(world, frag.page);
      setFrag(tgt.data, to, frag.page, frag.offset, todo);
      tgt.data.frags[to].tail = frag.tail;
      frag.offset += todo;
      frag.size -= todo;
      todo = 0;
      to++;
    }
  }
  tgt.data.nrFrags = to;
  return from;
}

/** The label `onlymerged`: skb_len_add() of both. */
function finishShift(world: World, tgt: SkBuff, skb: SkBuff, shiftlen: number): number {
  if (world.rules.shiftKeepsSharedFrag) tgt.data.flags |= skb.data.flags & SKBFL_SHARED_FRAG;
  skb.len -= shiftlen;
  skb.dataLen -= shiftlen;
  skb.truesize -= shiftlen;
  tgt.len += shiftlen;
  tgt.dataLen += shiftlen;
  tgt.truesize += shiftlen;
  return shiftlen;
}
