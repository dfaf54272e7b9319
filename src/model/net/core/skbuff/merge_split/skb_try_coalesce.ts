import { appendFragList, lastMemberShared } from '../frags/frag_list';
import { skbTruesize } from '../alloc/kmalloc_reserve';
import { pageAddress } from '../../../../mm/page_alloc';
import type { Page } from '../../../../structs/page';
import { pagePoolReleasePage } from '../../page_pool/page_pool_release';
import { skbCopyBits } from '../copy/skb_copy_bits';
import { copyFrag, fillPageDesc, skbFragRef, skbPpFragRef } from '../frags/skb_frag';
import { skbPut } from '../pull_trim/skb_linear';
import { SKBFL_SHARED_FRAG, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned, skbHasFragList, skbHeadIsLocked, skbHeadlen, skbTailroom, skbZcopy } from '../skbuff_inlines';

/** Outcomes of skb_try_coalesce. It returns true for the first three, and for COALESCE_LINKED_FRAG_LIST. */
export const COALESCE_COPIED = 0;
export const COALESCE_STOLE_HEAD = 1;
export const COALESCE_MOVED_FRAGS = 2;
export const COALESCE_REFUSED_CLONED = 3;
export const COALESCE_REFUSED_RECYCLE = 4;
export const COALESCE_REFUSED_FRAG_LIST = 5;
export const COALESCE_REFUSED_ZCOPY = 6;
export const COALESCE_REFUSED_FRAGS_FULL = 7;
export const COALESCE_REFUSED_HEAD_LOCKED = 8;
/**
 * The outcomes of 2018 for a head of a pool. With the first of them, skb_try_coalesce returns true, and `from` becomes
 * a member of the frag_list of `to`.
 */
export const COALESCE_LINKED_FRAG_LIST = 9;
export const COALESCE_REFUSED_MEM_INFO = 10;

/** One of the two has net_iovs (6.12). */
export const COALESCE_REFUSED_UNREADABLE = 11;

/** Returns whether skb_try_coalesce returned true. */
export function hasCoalesced(outcome: number): boolean {
  return outcome <= COALESCE_MOVED_FRAGS || outcome === COALESCE_LINKED_FRAG_LIST;
}

export interface Coalesced {
  /** COALESCE_*. */
  readonly outcome: number;
  /** *delta_truesize: the increase of the truesize of `to`. */
  readonly delta: number;
}

/**
 * skb_try_coalesce() (6.1 and 6.12): moves all of `from` to the end of `to` if that is cheap. The caller frees the rest
 * with kfree_skb_partial(from, outcome === COALESCE_STOLE_HEAD), and charges `delta`.
 */
export function skbTryCoalesce(world: World, to: SkBuff, from: SkBuff): Coalesced {
  const refused = refusal(world, to, from);
  if (refused > 0) return { outcome: refused, delta: 0 };
  const len = from.len;
  world.touchSkb(to);
  world.touchSkb(from);
  if (len <= skbTailroom(to) && !from.unreadable) {
    if (len > 0) skbCopyBits(world, from, 0, skbPut(world, to, len), len);
    return { outcome: COALESCE_COPIED, delta: 0 };
  }
  world.preempt('skb_try_coalesce: checked, not moved');
  if (linksToFragList(world, from)) {
    const delta = from.truesize;
    appendFragList(world, to, from);
    return { outcome: COALESCE_LINKED_FRAG_LIST, delta };
  }
  const stolen = skbHeadlen(from) !== 0;
  const delta = coalesceDelta(world, from, stolen);
  if (stolen) stealHead(world, to, from);
  if (delta < len) warnDelta(world, to, from, delta);
  moveFrags(world, to, from);
  to.truesize += delta;
  to.len += len;
  to.dataLen += len;
  return { outcome: stolen ? COALESCE_STOLE_HEAD : COALESCE_MOVED_FRAGS, delta };
}

/** The early returns, in the kernel's order. Returns 0 when none applies. */
function refusal(world: World, to: SkBuff, from: SkBuff): number {
  const rules = world.rules;
  if (skbCloned(to)) return COALESCE_REFUSED_CLONED;
  const recycles = from.ppRecycle && !(rules.coalesceTakesCloneForPlain && skbCloned(from));
  if (rules.coalesceRequiresSameRecycle && to.ppRecycle !== recycles) return COALESCE_REFUSED_RECYCLE;
  if (rules.coalesceRefusesClonedRecycle && from.ppRecycle && skbCloned(from)) return COALESCE_REFUSED_RECYCLE;
  if (to.unreadable !== from.unreadable && rules.coalesceRequiresSameReadable) return COALESCE_REFUSED_UNREADABLE;
  if (from.len <= skbTailroom(to) && !from.unreadable) return 0;
  if (linksToFragList(world, from)) return linkRefusal(to, from);
  if (skbHasFragList(to) || skbHasFragList(from)) return COALESCE_REFUSED_FRAG_LIST;
  if (skbZcopy(to) !== null || skbZcopy(from) !== null) return COALESCE_REFUSED_ZCOPY;
  const frags = to.data.nrFrags + from.data.nrFrags;
  if (skbHeadlen(from) === 0) return frags > world.abi.maxSkbFrags ? COALESCE_REFUSED_FRAGS_FULL : 0;
  // The head needs one more frag.
  if (frags >= world.abi.maxSkbFrags) return COALESCE_REFUSED_FRAGS_FULL;
  if (rules.coalesceMemInfo === 'refuse' && from.memInfo !== null) return COALESCE_REFUSED_MEM_INFO;
  if (skbHeadIsLocked(from)) return COALESCE_REFUSED_HEAD_LOCKED;
  if (from.data.page !== null) return 0;
  // A broken rule marked kmalloc memory as a page fragment: virt_to_head_page would return a slab page.
  world.violate('returns-to-its-pool', 'skb', `the head of skb#${from.id} is kmalloc memory and would become a frag`);
  return COALESCE_REFUSED_HEAD_LOCKED;
}

/** Returns whether a head of a pool would become a frag, so that the rule of 2018 links the whole skb instead. */
function linksToFragList(world: World, from: SkBuff): boolean {
  return world.rules.coalesceMemInfo === 'frag_list' && from.memInfo !== null && skbHeadlen(from) !== 0;
}

/**
 * The early returns on the way to the frag_list. Returns 0 when none applies. The link needs no frag, and the head may
 * be shared, because it does not move. An skb with a frag_list cannot be a member, and a last member that another list
 * shares has its `next` in use.
 */
function linkRefusal(to: SkBuff, from: SkBuff): number {
  if (skbHasFragList(from) || lastMemberShared(to)) return COALESCE_REFUSED_FRAG_LIST;
  return skbZcopy(to) !== null || skbZcopy(from) !== null ? COALESCE_REFUSED_ZCOPY : 0;
}

/** Returns the truesize that moves with the memory of `from`: all but the part that kfree_skb_partial frees. */
export function coalesceDelta(world: World, from: SkBuff, stolen: boolean): number {
  switch (world.rules.coalesceDelta) {
    case 'len':
      return from.len;
    case 'truesize':
      return from.truesize;
    default:
      return from.truesize - (stolen ? world.abi.skBuffSize : skbTruesize(world, from.data.end));
  }
}

/** Makes the linear part a frag of the head's page. The head's page reference moves with it. */
function stealHead(world: World, to: SkBuff, from: SkBuff): void {
  const page = from.data.page as Page;
  const offset = from.data.head + from.dataOffset - pageAddress(world, page);
  world.touchPage(page);
  if (from.memInfo !== null && world.rules.coalesceMemInfo === 'release') {
    // "release page_pool state": the page is unmapped and no longer counted, so the frag is a plain page.
    pagePoolReleasePage(world, from.memInfo, page);
    from.memInfo = null;
  }
  fillPageDesc(to, to.data.nrFrags, page, offset, skbHeadlen(from));
  to.data.nrFrags++;
}

/** Moves the frags. When a clone of `from` still has them, each gets one more reference. */
function moveFrags(world: World, to: SkBuff, from: SkBuff): void {
  const source = from.data;
  const base = to.data.nrFrags;
  for (let i = 0; i < source.nrFrags; i++) copyFrag(to.data, base + i, source, i);
  to.data.nrFrags = base + source.nrFrags;
  if (source.nrFrags !== 0 && world.rules.coalesceKeepsSharedFrag) to.data.flags |= source.flags & SKBFL_SHARED_FRAG;
  world.preempt('skb_try_coalesce: frags copied, no references yet');
  if (!skbCloned(from)) source.nrFrags = 0;
  // For a marked skb these are pool references since 6.8 (f7dc3248dcfb). 6.1 never gets here with a marked clone.
  if (world.rules.coalesceTakesPoolReferences && skbPpFragRef(world, from)) return;
  for (let i = 0; i < source.nrFrags; i++) skbFragRef(world, from, i);
}

/** WARN_ON_ONCE(delta < len): `from` was charged for less than it holds. */
function warnDelta(world: World, to: SkBuff, from: SkBuff, delta: number): void {
  world.violate(
    'truesize-exact',
    'skb',
    `skb_try_coalesce moves ${from.len} bytes of skb#${from.id} to skb#${to.id} for a truesize of ${delta}: ` +
      'it was charged too little',
  );
}
