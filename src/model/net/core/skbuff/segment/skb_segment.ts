import { __pskbPullTail } from '../pull_trim/__pskb_pull_tail';
import { EINVAL, ENOMEM } from '../../../../lib/errno';
import {
  GSO_BY_FRAGS,
  NETIF_F_GSO_PARTIAL,
  NETIF_F_HW_CSUM,
  NETIF_F_SG,
  netGsoOk,
  SKB_GSO_DODGY,
  SKB_GSO_PARTIAL,
} from '../../gso/gso';
import { pskbTrim } from '../pull_trim/pskb_trim';
import { allocSkb } from '../alloc/skb_alloc';
import { skbClone } from '../copy/skb_clone';
import { skbCopyBits } from '../copy/skb_copy_bits';
import { copySkbHeader } from '../copy/skb_copy_header';
import { skbCowHead } from '../head/skb_cow_head';
import { kfreeSkb, kfreeSkbList, skbReleaseHeadState } from '../free/skb_free';
import { skbPush, skbPut, skbReserve } from '../pull_trim/skb_linear';
import { fillSegmentFrags, type Segmenting } from './skb_segment_frags';
import { DESTRUCTOR_SOCK_WFREE, SKBFL_SHARED_FRAG, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadlen, skbHeadroom } from '../skbuff_inlines';
import { skbOrphanFrags } from '../head/pskb_expand_head';

/** The result of skb_segment, and which branches it took. */
export interface Segments {
  /** The first segment; the others follow on skb.next. Null on failure (`err`). */
  first: SkBuff | null;
  /** 0 or -errno. */
  err: number;
  /** gso_segs of segments that are GSO skbs themselves; 0: they are not. */
  partialSegs: number;
  sg: boolean;
  /** SG was switched off, because gso_size is untrusted. */
  untrusted: boolean;
  /** Segments that are clones of frag_list members. */
  clones: number;
  /**
   * Segments that were linearized: they have shared frags, which may be overwritten,
   * and the device computes no checksums.
   */
  linearized: number;
}

/**
 * skb_segment() (6.1 and 6.12): makes a list of new skbs, one for each gso_size bytes of `head`. Every segment gets a
 * copy of the headers. Segments share frags by plain page references. A frag_list member that is just one segment is
 * cloned. `head` keeps everything, with data at the MAC header.
 *
 * @param doffset - length of the headers, from the MAC header to data
 * @param protocol - skb_network_protocol() knows the protocol
 */
export function skbSegment(world: World, head: SkBuff, doffset: number, features: number, protocol: boolean): Segments {
  const result: Segments = {
    ...{ first: null, err: 0, partialSegs: 0, sg: false, untrusted: false, clones: 0, linearized: 0 },
  };
  const payload = head.len;
  result.untrusted = (features & NETIF_F_SG) !== 0 && hasUntrustedMember(world, head);
  const trusted = result.untrusted ? features & ~NETIF_F_SG : features;
  skbPush(world, head, doffset);
  if (!protocol) return fail(world, result, null, -EINVAL);
  result.sg = (trusted & NETIF_F_SG) !== 0;
  const csum = (trusted & NETIF_F_HW_CSUM) !== 0;
  const gsoSize = head.data.gsoSize;
  if (result.sg && csum && gsoSize !== GSO_BY_FRAGS) result.partialSegs = partialSegsOf(head, trusted, payload);
  if (world.rules.segmentOrphansFrags && !skbOrphanFrags(world, head)) return fail(world, result, null, -ENOMEM);
  const state: Segmenting = {
    ...{ head, doffset, headroom: skbHeadroom(head), sg: result.sg, csum, mss: gsoSize * (result.partialSegs || 1) },
    ...{ offset: doffset, pos: skbHeadlen(head), i: 0, nfrags: head.data.nrFrags, fragSkb: head },
    ...{ listSkb: head.data.fragList, segs: null, tail: null },
  };
  do {
    const len = segmentLength(state);
    const err = makeSegment(world, state, len, result);
    if (err !== 0) return fail(world, result, state.segs, err);
    state.offset += len;
  } while (state.offset < head.len);
  if (result.partialSegs > 0) makePartial(state, features);
  moveCharge(world, head, state.tail as SkBuff);
  result.first = state.segs;
  return result;
}

function fail(world: World, result: Segments, segs: SkBuff | null, err: number): Segments {
  kfreeSkbList(world, segs);
  result.err = err;
  return result;
}

/**
 * Returns whether gso_size is untrusted and a frag_list member has linear bytes that cannot be shared as a frag. Then
 * members need not end where segments end. (9e4b7a99a03a checks every member; D3 checked only the first one.)
 */
function hasUntrustedMember(world: World, head: SkBuff): boolean {
  const { gsoSize, gsoType, fragList } = head.data;
  if ((gsoType & SKB_GSO_DODGY) === 0 || gsoSize === GSO_BY_FRAGS || gsoSize === skbHeadlen(head)) return false;
  const { segmentChecksMembers } = world.rules;
  if (segmentChecksMembers === 'none') return false;
  for (let member = fragList; member !== null; member = member.next) {
    if (skbHeadlen(member) !== 0 && !member.headFrag) return true;
    if (segmentChecksMembers === 'first') return false;
  }
  return false;
}

/**
 * Returns how many gso_sizes one segment has, which the device then segments further. 0: segments have one gso_size.
 */
function partialSegsOf(head: SkBuff, features: number, payload: number): number {
  let len = payload;
  if ((features & NETIF_F_GSO_PARTIAL) === 0) {
    const first = head.data.fragList;
    if (first === null || !netGsoOk(features, head.data.gsoType)) return 0;
    for (let iter: SkBuff | null = first; iter !== null; iter = iter.next) {
      if (first.len !== iter.len && iter.next !== null) return 0;
      if (skbHeadlen(iter) !== 0 && !iter.headFrag) return 0;
      len -= iter.len;
    }
    if (len !== first.len) return 0;
  }
  const segs = Math.floor(Math.min(len, GSO_BY_FRAGS - 1) / head.data.gsoSize);
  return segs > 1 ? segs : 0;
}

function segmentLength(state: Segmenting): number {
  const { head, mss, offset, listSkb } = state;
  if (mss === GSO_BY_FRAGS && head.data.gsoSize === GSO_BY_FRAGS) return (listSkb as SkBuff).len;
  return Math.min(head.len - offset, mss);
}

/** One iteration of the loop: appends a segment. Returns 0 or -errno. */
function makeSegment(world: World, state: Segmenting, len: number, result: Segments): number {
  const { head, doffset, sg, csum, offset, listSkb } = state;
  const linear = skbHeadlen(head) - offset;
  const behind = linear <= 0 && state.i >= state.nfrags;
  let hsize = 0;
  let nskb: SkBuff | null;
  if (behind && listSkb !== null && skbHeadlen(listSkb) !== 0 && (skbHeadlen(listSkb) === len || sg)) {
    nskb = cloneMember(world, state, listSkb, len);
    result.clones++;
  } else {
    hsize = Math.max(0, linear);
    if (hsize > len || !sg) hsize = len;
    nskb = allocSkb(world, hsize + doffset + state.headroom);
    if (nskb !== null) {
      skbReserve(world, nskb, state.headroom);
      skbPut(world, nskb, doffset);
    }
  }
  if (nskb === null) return -ENOMEM;
  if (state.tail === null) state.segs = nskb;
  else state.tail.next = nskb;
  state.tail = nskb;
  copySkbHeader(world, nskb, head);
  world.memory.copy(nskb.data.head + nskb.dataOffset, head.data.head + head.dataOffset, doffset);
  if (nskb.len !== len + doffset) {
    if (!sg) {
      // When the device computes no checksums, the kernel calls skb_copy_and_csum_bits(), which has the same effect on
      // memory.
      skbCopyBits(world, head, offset, skbPut(world, nskb, len), len);
      return 0;
    }
    const err = fillSegmentFrags(world, state, nskb, hsize, len);
    if (err !== 0) return err;
  }
  if (csum || nskb.dataLen === 0 || (nskb.data.flags & SKBFL_SHARED_FRAG) === 0) return 0;
  result.linearized++;
  return __pskbPullTail(world, nskb, nskb.dataLen) ? 0 : -ENOMEM;
}

/**
 * Makes a clone of the next frag_list member the segment, with room for the headers.
 * Returns null when there is no memory.
 */
function cloneMember(world: World, state: Segmenting, list: SkBuff, len: number): SkBuff | null {
  if (skbHeadlen(list) > len) return bug(world, list, 'has more linear bytes than a segment');
  const nskb = skbClone(world, list);
  if (nskb === null) return null;
  const end = state.offset + len;
  state.i = 0;
  state.nfrags = list.data.nrFrags;
  state.fragSkb = list;
  state.pos += skbHeadlen(list);
  while (state.pos < end) {
    if (state.i >= state.nfrags) {
      kfreeSkb(world, nskb);
      return bug(world, list, 'ends before its segment does');
    }
    const size = list.data.frags[state.i].size;
    if (state.pos + size > end) break;
    state.i++;
    state.pos += size;
  }
  state.listSkb = list.next;
  const trimmed = pskbTrim(world, nskb, len) === 0;
  const osize = nskb.data.end;
  if (!trimmed || skbCowHead(world, nskb, state.doffset + state.headroom) !== 0) {
    kfreeSkb(world, nskb);
    return null;
  }
  // A clone has no owner, so pskb_expand_head has added the growth already (see docs/reference/systems/segment.md).
  if (world.rules.segmentCountsGrowthTwice) nskb.truesize += nskb.data.end - osize;
  skbReleaseHeadState(world, nskb);
  skbPush(world, nskb, state.doffset);
  return nskb;
}

function bug(world: World, member: SkBuff, what: string): null {
  world.violate('geometry', 'skb', `BUG_ON in skb_segment: skb#${member.id} of the frag_list ${what}`);
  return null;
}

/** Makes the segments GSO skbs of a type that the device can segment. */
function makePartial(state: Segmenting, features: number): void {
  const { gsoSize, gsoType } = state.head.data;
  const partial = (features & NETIF_F_GSO_PARTIAL) !== 0 ? SKB_GSO_PARTIAL : 0;
  for (let iter = state.segs; iter !== null; iter = iter.next) {
    iter.data.gsoSize = gsoSize;
    iter.data.gsoType = (gsoType | partial) & ~SKB_GSO_DODGY;
  }
  const tail = state.tail as SkBuff;
  if (tail.len - state.doffset <= gsoSize) tail.data.gsoSize = 0;
}

/** "transfer ownership from head_skb to last segment": truesize moves with the one charge (0d08c42cf9a7, F15). */
function moveCharge(world: World, head: SkBuff, tail: SkBuff): void {
  if (head.destructor !== DESTRUCTOR_SOCK_WFREE) return;
  if (world.rules.segmentSwapsTruesize) {
    const { truesize } = tail;
    tail.truesize = head.truesize;
    head.truesize = truesize;
  }
  const { destructor, sk } = tail;
  tail.destructor = head.destructor;
  tail.sk = head.sk;
  head.destructor = destructor;
  head.sk = sk;
}
