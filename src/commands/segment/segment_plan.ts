import {
  GSO_BY_FRAGS,
  NETIF_F_GSO_PARTIAL,
  NETIF_F_HW_CSUM,
  NETIF_F_SG,
  netGsoOk,
  SKB_GSO_DODGY,
} from '../../model/net/core/gso/gso';
import { GSO_UNMARKED_PULL } from '../../model/net/core/skbuff/pull_trim/__pskb_pull_tail';
import { headObjectSize } from '../../model/net/core/skbuff/alloc/kmalloc_reserve';
import { SKB_DATAREF_MASK, SKB_DATAREF_SHIFT, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { headFits } from '../skb/skb_contract';
import { skbHeadlen, skbHeadroom } from '../../model/net/core/skbuff/skbuff_inlines';

/** More segments do not make a program find more, and an observation must hold them all. */
export const SEGMENTS_MAX = 24;

/** One segment that skb_segment will make, computed without it: for the contract and for the expected truesize. */
export interface PlannedSegment {
  /** Offset of its payload behind the headers of the skb. */
  readonly at: number;
  readonly len: number;
  /** The frag_list member that is cloned for it; null: the segment has a head of its own. */
  readonly member: SkBuff | null;
  /** Bytes in frags, before anything is linearized. */
  readonly paged: number;
  readonly head: PlannedHead | null;
}

/** A frag_list member and the offset of its bytes: [start, start + member.len) behind the headers. */
interface Placed {
  readonly member: SkBuff;
  readonly start: number;
}

/** Why the call is not legal: skb_segment would meet a BUG_ON, read through NULL, or make segments of wrong bytes. */
export type Unsafe = 'geometry' | 'stale_member' | 'too_many';

/**
 * Plans the segments that skb_segment makes of an skb whose first `doffset` bytes are headers. skb_segment handles the
 * packets that GRO and protocols build; a gso_size that does not fit the frag_list meets BUG_ONs. The plan ends where
 * MAX_SKB_FRAGS ends the call.
 */
export function planSegments(world: World, skb: SkBuff, doffset: number, features: number): PlannedSegment[] | Unsafe {
  const { gsoSize, fragList } = skb.data;
  const payload = skb.len - doffset;
  const linear = skbHeadlen(skb) - doffset;
  const byFrags = gsoSize === GSO_BY_FRAGS;
  if (gsoSize === 0 || linear < 0 || payload <= 0) return 'geometry';
  const sg = (features & NETIF_F_SG) !== 0 && trustsMembers(skb, linear);
  if (byFrags && (!sg || linear !== 0 || skb.data.nrFrags !== 0)) return 'geometry';
  const members: Placed[] = [];
  let paged = 0;
  for (let i = 0; i < skb.data.nrFrags; i++) paged += skb.data.frags[i].size;
  for (let member = fragList, start = linear + paged; member !== null; member = member.next) {
    if (member.data.fragList !== null || member.data.gsoSize !== 0 || member.len === 0) return 'geometry';
    members.push({ member, start });
    start += member.len;
  }
  const mss = gsoSize * partial(skb, features, sg, members, payload);
  const cursor: Cursor = { i: 0, frags: skb.data.nrFrags, owner: skb, pos: linear, member: 0, done: false };
  const plan: PlannedSegment[] = [];
  for (let at = 0; at < payload && !cursor.done;) {
    if (plan.length >= SEGMENTS_MAX) return 'too_many';
    const len = byFrags ? (members[cursor.member]?.member.len ?? 0) : Math.min(mss, payload - at);
    const next = planOne(world, members, cursor, {
      at,
      len,
      linear,
      sg,
      headroom: doffset + skbHeadroom(skb),
    });
    if (typeof next === 'string') return next;
    if (!headFits(world, len + doffset + skbHeadroom(skb) + world.abi.netSkbPad * 4)) return 'geometry';
    plan.push(next);
    at += len;
  }
  return plan;
}

interface Cursor {
  i: number;
  frags: number;
  owner: SkBuff;
  pos: number;
  /** The next member. */
  member: number;
  /** MAX_SKB_FRAGS was reached: -EINVAL. */
  done: boolean;
}

interface Wanted {
  readonly at: number;
  readonly len: number;
  readonly linear: number;
  readonly sg: boolean;
  /** Headroom of the segment in front of its payload. */
  readonly headroom: number;
}

function trustsMembers(skb: SkBuff, linear: number): boolean {
  const { gsoSize, gsoType } = skb.data;
  const untrusted = (gsoType & (SKB_GSO_DODGY | GSO_UNMARKED_PULL)) !== 0;
  if (!untrusted || gsoSize === GSO_BY_FRAGS || gsoSize === linear) return true;
  for (let member = skb.data.fragList; member !== null; member = member.next)
    if (skbHeadlen(member) !== 0 && !member.headFrag) return false;
  return true;
}

function partial(skb: SkBuff, features: number, sg: boolean, members: readonly Placed[], payload: number): number {
  const { gsoSize, gsoType } = skb.data;
  if (!sg || (features & NETIF_F_HW_CSUM) === 0 || gsoSize === GSO_BY_FRAGS) return 1;
  let bytes = payload;
  if ((features & NETIF_F_GSO_PARTIAL) === 0) {
    const size = members[0]?.member.len;
    if (size === undefined || !netGsoOk(features, gsoType)) return 1;
    const even = members.every(({ member }, i) => member.len === size || i === members.length - 1);
    if (!even || members.some(({ member }) => skbHeadlen(member) > 0 && !member.headFrag)) return 1;
    // Without its frag_list, the skb must hold as much as a member.
    if (members[0].start !== size) return 1;
    bytes = size;
  }
  return Math.max(1, Math.floor(Math.min(bytes, GSO_BY_FRAGS - 1) / gsoSize));
}

function planOne(world: World, members: readonly Placed[], cursor: Cursor, wanted: Wanted): PlannedSegment | Unsafe {
  const { at, len, linear, sg } = wanted;
  const rest = linear - at;
  if (rest <= 0 && cursor.i >= cursor.frags) {
    const placed = members[cursor.member];
    if (placed === undefined) return 'geometry';
    const headlen = skbHeadlen(placed.member);
    if (headlen !== 0 && (headlen === len || sg)) {
      // BUG_ON(skb_headlen(list_skb) > len), BUG_ON(i >= nfrags)
      if (headlen > len || placed.member.len < len) return 'geometry';
      if (placed.start !== at) return 'stale_member';
      cursor.owner = placed.member;
      cursor.member++;
      cursor.pos = at + headlen;
      cursor.frags = placed.member.data.nrFrags;
      cursor.i = 0;
      for (; cursor.pos < at + len; cursor.i++) {
        const { size } = placed.member.data.frags[cursor.i];
        if (cursor.pos + size > at + len) break;
        cursor.pos += size;
      }
      const paged = len - headlen;
      const head = planHead(world, placed.member, len, paged, wanted.headroom);
      return { at, len, member: placed.member, paged, head };
    }
  }
  if (!sg) return { at, len, member: null, paged: 0, head: null };
  const paged = len - Math.min(len, Math.max(0, rest));
  return takeFrags(world, members, cursor, at + len) ? { at, len, member: null, paged, head: null } : 'geometry';
}

function takeFrags(world: World, members: readonly Placed[], cursor: Cursor, end: number): boolean {
  for (let taken = 0; cursor.pos < end; taken++) {
    if (cursor.i >= cursor.frags) {
      const placed = members[cursor.member++];
      if (placed === undefined) return false;
      const { member } = placed;
      // BUG_ON(!list_skb->head_frag), BUG_ON(!nfrags)
      if (skbHeadlen(member) === 0 ? member.data.nrFrags === 0 : !member.headFrag || member.data.page === null)
        return false;
      cursor.owner = member;
      cursor.frags = member.data.nrFrags;
      cursor.i = skbHeadlen(member) === 0 ? 0 : -1;
    }
    if (taken >= world.abi.maxSkbFrags) {
      cursor.done = true;
      return true;
    }
    const size = cursor.i < 0 ? skbHeadlen(cursor.owner) : cursor.owner.data.frags[cursor.i].size;
    if (cursor.pos + size > end) break;
    cursor.i++;
    cursor.pos += size;
  }
  return true;
}

/** The head that a cloned member will have, computed from the member before the call. */
interface PlannedHead {
  /** End of the head after ___pskb_trim, which gives a clone with frags a head of its own. */
  readonly trimmed: number;
  /** ___pskb_trim ends in skb_condense: the paged bytes fit behind the linear ones. */
  readonly condensed: boolean;
  /** End of the head after skb_cow_head. */
  readonly cowed: number;
}

function planHead(world: World, member: SkBuff, len: number, paged: number, headroom: number): PlannedHead {
  const endOf = (size: number): number => headObjectSize(world, size) - world.abi.sharedInfoSize;
  const { data } = member;
  const own = member.dataLen !== 0 && member.len > len;
  const trimmed = own ? endOf(data.end) : data.end;
  const tail = paged > 0 ? member.tail : member.dataOffset + len;
  const pad = world.abi.netSkbPad;
  const missing = Math.ceil(Math.max(0, headroom - member.dataOffset) / pad) * pad;
  // The clone is one more sharer. Sharers that released the header do not count.
  const headerShared = !own && (data.dataref & SKB_DATAREF_MASK) !== data.dataref >> SKB_DATAREF_SHIFT;
  return {
    trimmed,
    condensed: own && paged <= trimmed - tail,
    cowed: missing > 0 || headerShared ? endOf(trimmed + missing) : trimmed,
  };
}

/** The truesize that a segment must have for the memory that it got. `end`: where its head ends now. */
export function expectedOfSegment(world: World, planned: PlannedSegment, end: number): number {
  const { member, head, paged } = planned;
  const overhead = world.abi.skBuffSize + world.abi.sharedInfoSize;
  // The segment has a head of its own. Its paged bytes are charged as "an estimate".
  if (member === null || head === null) return overhead + end + paged;
  const before = head.condensed ? overhead + head.trimmed : member.expectedTruesize + head.trimmed - member.data.end;
  // skb_cow_head and skb_segment both count the growth by skb_cow_head (segmentCountsGrowthTwice). The growth by a
  // linearization counts once.
  return before + 2 * (head.cowed - head.trimmed) + end - head.cowed;
}
