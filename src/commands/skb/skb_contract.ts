import { SKB_GSO_FRAGLIST } from '../../model/net/core/gso/gso';
import { headObjectSize } from '../../model/net/core/skbuff/alloc/kmalloc_reserve';
import { DESTRUCTOR_XSK, SKBFL_DONT_ORPHAN, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { skbCloned, skbShared, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

/** More than SKB_NAMES_MAX names do not make a generated program find more. */
export const SKB_NAMES_MAX = 10;
/** The largest head that calls may ask for: a small machine does not always have the page orders for larger ones. */
export const HEAD_OBJECT_MAX = 32768;
export const HEADROOM_MAX = 1024;
export const EXPAND_MAX = 512;

/** The skb is whole: its driver owes it nothing. It leads no list of segments, which would be lost with it. */
export function isWhole(skb: SkBuff): boolean {
  return !skb.owesMark && skb.next === null;
}

/** Whole, and the caller is its only user. */
export function isSole(skb: SkBuff): boolean {
  return isWhole(skb) && !skbShared(skb);
}

/**
 * Returns whether a cut would make room where a pipe still reads. Linear bytes of the skb or of a member of its
 * frag_list were spliced by reference: readers free the bytes that they have read, they never shorten the skb.
 */
export function wasHandedOut(skb: SkBuff): boolean {
  if (skb.data.handedOut) return true;
  for (let member = skb.data.fragList; member !== null; member = member.next) if (wasHandedOut(member)) return true;
  return false;
}

/**
 * The caller is the only user of an skb whose head has no sharer: the caller may write it and add frags. An skb that
 * leads a list is not writable.
 */
export function isWritable(skb: SkBuff): boolean {
  return !skbShared(skb) && !skbCloned(skb) && skb.next === null && !skb.data.headShared && !skb.data.handedOut;
}

/** The skb has user pages that skb_orphan_frags would copy. */
export function needsOrphan(skb: SkBuff): boolean {
  return skbZcopy(skb) !== null && (skb.data.flags & SKBFL_DONT_ORPHAN) === 0;
}

/**
 * skb_orphan_frags of a cloned skb with user pages to copy never ends: skb_copy_ubufs, skb_unclone, pskb_expand_head,
 * skb_orphan_frags. skb_clone orphans first, so callers that clone by it never have such an skb.
 */
export function orphanRecurses(skb: SkBuff): boolean {
  return needsOrphan(skb) && skbCloned(skb);
}

/** skb_orphan_frags refuses (-EINVAL of skb_copy_ubufs): user pages to copy, and other users. */
export function orphanRefused(skb: SkBuff): boolean {
  return needsOrphan(skb) && skbShared(skb);
}

/**
 * The bytes of the skb are user memory, and its destructor tells the user that they are free again (AF_XDP). A driver
 * keeps such an skb whole until it is sent. A clone, or the lack of the destructor, would tell the user too early.
 */
export function sendsUserPages(skb: SkBuff): boolean {
  return skb.destructor === DESTRUCTOR_XSK && skb.tx?.zerocopy === true;
}

/** Returns whether calls may ask for a head of `size` usable bytes. */
export function headFits(world: World, size: number): boolean {
  return headObjectSize(world, size) <= HEAD_OBJECT_MAX;
}

/**
 * pskb_expand_head may be called. Its callers hold the skb alone: the stack unshares it first (skb_share_check in
 * ip_rcv_core), and transmit paths have it from skb_clone. See orphanRecurses for user pages.
 */
export function mayExpand(world: World, skb: SkBuff, more: number): boolean {
  return isSole(skb) && !orphanRecurses(skb) && !sharesNetIovs(skb) && headFits(world, skb.data.end + more);
}

/**
 * A sharer of the head refers to the same net_iovs. Packets of device memory go up to the TCP socket for which their
 * queue was set up, and TCP writes no head of a packet that it received.
 */
export function sharesNetIovs(skb: SkBuff): boolean {
  return skb.unreadable && skbCloned(skb);
}

/** Returns whether the skb itself (not its frag_list) refers to a page that its pool still counts. */
export function holdsPoolPage(skb: SkBuff): boolean {
  const data = skb.data;
  if (data.page !== null && data.page.ppSignature) return true;
  for (let i = 0; i < data.nrFrags; i++) if (data.frags[i].page.ppSignature) return true;
  return false;
}

/** A packet that fraglist GRO chained: skb_copy and skb_copy_expand warn and refuse (d091e579b864). */
export function isFraglist(skb: SkBuff): boolean {
  return (skb.data.gsoType & SKB_GSO_FRAGLIST) !== 0;
}
