import { skbTruesize } from '../skbuff/alloc/kmalloc_reserve';
import type { Napi } from '../../../structs/napi';
import { groCb, NAPI_GRO_FREE, NAPI_GRO_FREE_STOLEN_HEAD, skbGroLen, skbGroOffset } from '../../../structs/napi_gro_cb';
import { IPPROTO_TCP } from '../../headers/net_headers';
import { pageAddress } from '../../../mm/page_alloc';
import { copyFrag, setFrag } from '../skbuff/frags/skb_frag';
import { __skbHeaderRelease } from '../skbuff/copy/skb_header_release';
import { skbPull } from '../skbuff/pull_trim/skb_linear';
import { DESTRUCTOR_NONE, SKBFL_SHARED_FRAG, type SkBuff } from '../../../structs/sk_buff';
import { touchSharers } from '../skbuff/touch_sharers';
import type { World } from '../../../world/world';
import { skbHeadlen, skbZcopy } from '../skbuff/skbuff_inlines';
import { pskbMayPull } from '../skbuff/pull_trim/__pskb_pull_tail';

/** How GRO treated a packet. The numbers are positions in the commands' outcomes. */
export const GRO_MOVED_FRAGS = 0;
export const GRO_MOVED_FRAGS_TO_LAST = 1;
export const GRO_STOLE_HEAD = 2;
export const GRO_STOLE_HEAD_TO_LAST = 3;
export const GRO_CHAINED = 4;
export const GRO_CHAINED_FRAGS_FULL = 5;
export const GRO_CHAINED_LIST = 6;
/** Refusals of skb_gro_receive and skb_gro_receive_list: the packet is held, or goes up the stack, by itself. */
export const GRO_REFUSED_RECYCLE = 10;
export const GRO_REFUSED_ZCOPY = 11;
export const GRO_REFUSED_TOO_BIG = 12;
export const GRO_REFUSED_FLUSH = 13;
export const GRO_REFUSED_LEGACY_SIZE = 14;
export const GRO_REFUSED_LINEAR = 15;
export const GRO_REFUSED_LIST_TOO_BIG = 16;
export const GRO_REFUSED_LIST_FLUSH = 17;

export const GRO_LEGACY_MAX_SIZE = 65536;

/**
 * skb_gro_receive() (6.1 and 6.12): appends the payload of `skb` to `p`. The frags of `skb` move, or its head becomes a
 * frag, or `skb` is chained to the frag_list. Returns true when the merge is refused; then nothing was changed.
 */
export function skbGroReceive(world: World, napi: Napi, p: SkBuff, skb: SkBuff): boolean {
  const refused = refusal(world, napi, p, skb);
  if (refused >= 0) {
    napi.refused = refused;
    return true;
  }
  const cb = groCb(skb);
  const offset = skbGroOffset(skb);
  const headlen = skbHeadlen(skb);
  const len = skbGroLen(skb);
  const end = skb.data.end;
  const data = skb.data;
  let lp = groCb(p).last;
  let how: number;
  let delta: number;
  world.touchSkb(p);
  world.touchSkb(lp);
  world.touchSkb(skb);
  touchSharers(world, p);
  touchSharers(world, lp);
  touchSharers(world, skb);
  const full = fragsFull(world, lp, skb);
  if (headlen <= offset && !full) {
    delta = moveFrags(world, lp, skb, offset - headlen);
    how = lp === p ? GRO_MOVED_FRAGS : GRO_MOVED_FRAGS_TO_LAST;
  } else if (headlen > offset && skb.headFrag && !full) {
    delta = stealHead(world, lp, skb, offset, headlen);
    how = lp === p ? GRO_STOLE_HEAD : GRO_STOLE_HEAD_TO_LAST;
  } else {
    // skb_segment() cannot split the linear part of a frag_list member (6.12.y).
    if (world.rules.groChainRefusesLongLinear && headlen > offset + p.data.gsoSize) {
      napi.refused = GRO_REFUSED_LINEAR;
      return true;
    }
    how = full ? GRO_CHAINED_FRAGS_FULL : GRO_CHAINED;
    delta = chain(world, p, skb, offset, headlen);
    lp = p;
  }
  const charged = world.rules.groTruesizeDelta === 'len' ? len : delta;
  groCb(p).count += cb.count;
  const { groPropagatesSharedFrag: propagates } = world.rules;
  const marks = propagates === 'both' || propagates === 'receive';
  grow(p, data.flags, len, charged, marks);
  if (lp !== p) grow(lp, data.flags, len, world.rules.groChargesLast ? charged : 0, marks);
  cb.sameFlow = true;
  napi.merge = { p, lp, skb, end, offset, how };
  return false;
}

function grow(skb: SkBuff, flags: number, len: number, truesize: number, marksShared: boolean): void {
  skb.dataLen += len;
  skb.truesize += truesize;
  skb.len += len;
  if (marksShared) skb.data.flags |= flags & SKBFL_SHARED_FRAG;
}

/** The early returns, in the kernel's order. Returns -1 when none applies. */
function refusal(world: World, napi: Napi, p: SkBuff, skb: SkBuff): number {
  const cb = groCb(skb);
  if (world.rules.groRequiresSameRecycle && p.ppRecycle !== skb.ppRecycle) return GRO_REFUSED_RECYCLE;
  if (world.rules.groRefusesZcopy && (skbZcopy(p) !== null || skbZcopy(skb) !== null)) return GRO_REFUSED_ZCOPY;
  const length = p.len + skbGroLen(skb);
  if (length >= napi.groMaxSize) return GRO_REFUSED_TOO_BIG;
  if (cb.flush) return GRO_REFUSED_FLUSH;
  // IPv4 packets beyond 64K exist for TCP only, and not in 6.1.
  if (length >= GRO_LEGACY_MAX_SIZE && (!world.rules.groBigIpv4 || cb.proto !== IPPROTO_TCP))
    return GRO_REFUSED_LEGACY_SIZE;
  return -1;
}

/** Returns whether lp has no room for the frags of skb and, where it would become a frag, for its head. */
function fragsFull(world: World, lp: SkBuff, skb: SkBuff): boolean {
  const headIsFrag = skbHeadlen(skb) > skbGroOffset(skb);
  if (headIsFrag && !skb.headFrag) return false;
  return lp.data.nrFrags + skb.data.nrFrags + (headIsFrag ? 1 : 0) > world.abi.maxSkbFrags;
}

/**
 * The case that all payload is in frags: the frags move with their references.
 * `skip` bytes of headers are still in the first.
 */
function moveFrags(world: World, lp: SkBuff, skb: SkBuff, skip: number): number {
  const from = skb.data;
  const to = lp.data;
  const base = to.nrFrags;
  const count = from.nrFrags;
  for (let i = 0; i < count; i++) copyFrag(to, base + i, from, i);
  to.nrFrags = base + count;
  from.nrFrags = 0;
  to.frags[base].offset += skip;
  to.frags[base].size -= skip;
  const left = skbTruesize(world, from.end);
  const delta = skb.truesize - left;
  if (world.rules.groResetsTruesize) skb.truesize = left;
  skb.len -= skb.dataLen;
  skb.dataLen = 0;
  groCb(skb).free = NAPI_GRO_FREE;
  return delta;
}

/**
 * Makes the head's page a frag, which takes over the head's reference.
 * nr_frags of skb stays, because it is never read again.
 */
function stealHead(world: World, lp: SkBuff, skb: SkBuff, offset: number, headlen: number): number {
  const from = skb.data;
  const to = lp.data;
  const base = to.nrFrags;
  const page = from.page;
  if (page === null) {
    world.violate('returns-to-its-pool', 'skb', `the head of skb#${skb.id} is kmalloc memory and would become a frag`);
    return 0;
  }
  world.touchPage(page);
  const first = from.head + skb.dataOffset - pageAddress(world, page) + offset;
  setFrag(to, base, page, first, headlen - offset);
  for (let i = 0; i < from.nrFrags; i++) copyFrag(to, base + 1 + i, from, i);
  to.nrFrags = base + 1 + from.nrFrags;
  const left = world.abi.skBuffSize;
  const delta = skb.truesize - left;
  skb.truesize = left;
  groCb(skb).free = NAPI_GRO_FREE_STOLEN_HEAD;
  return delta;
}

/** The label `merge`: skb becomes the last member of p's frag_list. */
function chain(world: World, p: SkBuff, skb: SkBuff, offset: number, headlen: number): number {
  dropOwner(world, skb);
  const delta = skb.truesize;
  let pull = offset;
  if (offset > headlen) {
    const eat = offset - headlen;
    const frag = skb.data.frags[0];
    frag.offset += eat;
    frag.size -= eat;
    skb.dataLen -= eat;
    skb.len -= eat;
    pull = headlen;
  }
  skbPull(world, skb, pull);
  link(p, skb);
  __skbHeaderRelease(world, skb);
  return delta;
}

/** "sk ownership - if any - completely transferred to the aggregated packet" */
function dropOwner(world: World, skb: SkBuff): void {
  skb.destructor = DESTRUCTOR_NONE;
  // Before ed4cccef64c1 (6.9, 6.1.y) skb->sk stayed.
  if (world.rules.groChainClearsSk) skb.sk = null;
}

function link(p: SkBuff, skb: SkBuff): void {
  const cb = groCb(p);
  if (cb.last === p) p.data.fragList = skb;
  else cb.last.next = skb;
  cb.last = skb;
}

/**
 * skb_gro_receive_list(): the packet becomes a frag_list member that keeps its own payload. Returns true when refused.
 */
export function skbGroReceiveList(world: World, napi: Napi, p: SkBuff, skb: SkBuff): boolean {
  const cb = groCb(skb);
  if (p.len + skb.len >= GRO_LEGACY_MAX_SIZE) {
    napi.refused = GRO_REFUSED_LIST_TOO_BIG;
    return true;
  }
  if (cb.flush && world.rules.groListChecksFlush) {
    napi.refused = GRO_REFUSED_LIST_FLUSH;
    return true;
  }
  // f2bb34345444 (in 6.12.y). The pull never fails here: headers read in frag 0 fit behind
  // the tail (skb_gro_reset_offset).
  if (world.rules.groListChecksPull && !pskbMayPull(world, skb, skbGroOffset(skb))) {
    cb.flush = true;
    napi.refused = GRO_REFUSED_LIST_FLUSH;
    return true;
  }
  world.touchSkb(p);
  world.touchSkb(skb);
  touchSharers(world, p);
  touchSharers(world, skb);
  const end = skb.data.end;
  const offset = skbGroOffset(skb);
  const head = groCb(p);
  link(p, skb);
  skbPull(world, skb, offset);
  head.count++;
  p.dataLen += skb.len;
  dropOwner(world, skb);
  p.truesize += world.rules.groTruesizeDelta === 'len' ? skb.len : skb.truesize;
  p.len += skb.len;
  const { groPropagatesSharedFrag: propagates } = world.rules;
  if (propagates === 'both' || propagates === 'receive_list') p.data.flags |= skb.data.flags & SKBFL_SHARED_FRAG;
  cb.sameFlow = true;
  napi.merge = { p, lp: p, skb, end, offset, how: GRO_CHAINED_LIST };
  return false;
}
