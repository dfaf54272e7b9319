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
import { skbCloned, skbHeadlen, skbHeadroom } from '../../model/net/core/skbuff/skbuff_inlines';

/** More segments than this do not make a program find more; observations must hold them, too. */
export const SEGMENTS_MAX = 24;

/** One segment as skb_segment will make it: reckoned without it, for the contract and for what is expected of truesize. */
export interface PlannedSegment {
  /** Where its payload starts, behind the headers. */
  readonly at: number;
  readonly len: number;
  /** The frag_list member that is cloned for it; null: it has a head of its own. */
  readonly member: SkBuff | null;
  /** Bytes in frags, before anything is linearized. */
  readonly paged: number;
  readonly head: PlannedHead | null;
}

/** Where a frag_list member's bytes are: [start, start + member.len) behind the headers. */
interface Placed {
  readonly member: SkBuff;
  readonly start: number;
}

/** Why the kernel must not be asked: each is a BUG_ON of skb_segment, or reads through NULL, or makes segments of wrong bytes. */
export type Unsafe = 'geometry' | 'stale_member' | 'too_many';

/**
 * What skb_segment would do to an skb whose first `doffset` bytes are headers. Its bounds are those of packets that GRO and protocols
 * build; a gso_size that does not fit the frag_list meets BUG_ONs. Stops where MAX_SKB_FRAGS ends it.
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
  /** MAX_SKB_FRAGS: -EINVAL. */
  done: boolean;
}

interface Wanted {
  readonly at: number;
  readonly len: number;
  readonly linear: number;
  readonly sg: boolean;
  /** Of the segment in front of its payload. */
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
    // Without the list the head holds as much as a member.
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

/** What a cloned member's head will be: reckoned before the call, from what the member is then. */
interface PlannedHead {
  /** Where it ends after ___pskb_trim, which gives a clone with frags a head of its own. */
  readonly trimmed: number;
  /** ___pskb_trim ends in skb_condense: the rest fits behind the linear bytes. */
  readonly condensed: boolean;
  /** Where it ends after skb_cow_head. */
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
  // One more sharer; those that gave up the header do not count.
  const headerShared = !own && (data.dataref & SKB_DATAREF_MASK) !== data.dataref >> SKB_DATAREF_SHIFT;
  return {
    trimmed,
    condensed: own && paged <= trimmed - tail,
    cowed: missing > 0 || headerShared ? endOf(trimmed + missing) : trimmed,
  };
}

/** What the segment must be charged for, by the memory that it got. `end`: where its head ends now. */
export function expectedOfSegment(world: World, planned: PlannedSegment, end: number): number {
  const { member, head, paged } = planned;
  const overhead = world.abi.skBuffSize + world.abi.sharedInfoSize;
  // A head of its own, and the paged bytes, "an estimate".
  if (member === null || head === null) return overhead + end + paged;
  const before = head.condensed ? overhead + head.trimmed : member.expectedTruesize + head.trimmed - member.data.end;
  // What skb_cow_head added is counted by it and by skb_segment (segmentCountsGrowthTwice), what a linearization adds once.
  return before + 2 * (head.cowed - head.trimmed) + end - head.cowed;
}

/** skb_shared_info is written: the gso fields are seen by every clone. */
export function mayBecomeGso(skb: SkBuff): boolean {
  return !skbCloned(skb) && skb.len > 0;
}
