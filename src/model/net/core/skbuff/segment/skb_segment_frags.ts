import { EINVAL, ENOMEM } from '../../../../lib/errno';
import { getPage } from '../../../../mm/page_alloc';
import type { Page } from '../../../../structs/page';
import { headPageOffset } from '../alloc/skb_head';
import { setFrag } from '../frags/skb_frag';
import { skbPut } from '../pull_trim/skb_linear';
import { skbZerocopyClone } from '../zerocopy/skb_zerocopy_clone';
import { SKBFL_SHARED_FRAG, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadlen, skbZcopy } from '../skbuff_inlines';
import { skbOrphanFrags } from '../head/pskb_expand_head';

/**
 * The part of skb_segment that shares frags (6.1 and 6.12): copies the rest of the linear bytes, then makes each piece
 * of a frag, or of the linear part of a page-backed frag_list member, a frag of the segment with a page reference of
 * its own. Returns 0 or -errno.
 */
export function fillSegmentFrags(world: World, state: Segmenting, nskb: SkBuff, hsize: number, len: number): number {
  const { head, offset } = state;
  world.memory.copy(skbPut(world, nskb, hsize), head.data.head + head.dataOffset + offset, hsize);
  shareFlag(world, nskb, head);
  shareFlag(world, nskb, state.fragSkb);
  if (!zerocopyClone(world, nskb, state.fragSkb)) return -ENOMEM;
  const end = offset + len;
  while (state.pos < end) {
    if (state.i >= state.nfrags) {
      const err = nextMember(world, state, nskb);
      if (err !== 0) return err;
    }
    // net_warn_ratelimited("skb_segment: too many frags")
    if (nskb.data.nrFrags >= world.abi.maxSkbFrags) return -EINVAL;
    const size = appendPiece(world, state, nskb, end);
    if (state.pos + size > end) break;
    state.i++;
    state.pos += size;
  }
  nskb.dataLen = len - hsize;
  nskb.len += nskb.dataLen;
  // "an estimate": the bytes, not the truesize of the pages.
  nskb.truesize += nskb.dataLen;
  return 0;
}

function shareFlag(world: World, nskb: SkBuff, from: SkBuff): void {
  if (world.rules.segmentKeepsSharedFrag) nskb.data.flags |= from.data.flags & SKBFL_SHARED_FRAG;
}

function zerocopyClone(world: World, nskb: SkBuff, from: SkBuff): boolean {
  const uarg = skbZcopy(from);
  if (!world.rules.segmentTakesUargReference && uarg !== null && skbZcopy(nskb) === null) {
    nskb.data.uarg = uarg;
    nskb.data.flags |= uarg.flags;
    return true;
  }
  return skbZerocopyClone(world, nskb, from) === 0;
}

/** Goes on with the next member of the frag_list once the frags are used up. Returns 0 or -errno. */
function nextMember(world: World, state: Segmenting, nskb: SkBuff): number {
  const list = state.listSkb;
  if (list === null) return bug(world, state.head, 'has no more members, and bytes are missing');
  if (!skbOrphanFrags(world, list) || !zerocopyClone(world, nskb, list)) return -ENOMEM;
  state.i = 0;
  state.nfrags = list.data.nrFrags;
  state.fragSkb = list;
  shareFlag(world, nskb, list);
  if (skbHeadlen(list) === 0) {
    if (state.nfrags === 0) return bug(world, list, 'is empty');
  } else {
    if (!list.headFrag || list.data.page === null) {
      world.violate(
        'returns-to-its-pool',
        'skb',
        `BUG_ON in skb_segment: the head of skb#${list.id} is kmalloc memory and would become a frag`,
      );
      return -EINVAL;
    }
    state.i = -1;
    list.data.headShared = true;
  }
  state.listSkb = list.next;
  return 0;
}

/** Adds the part of the frag that belongs to the segment. Returns the size of the whole frag. */
function appendPiece(world: World, state: Segmenting, nskb: SkBuff, end: number): number {
  const { fragSkb, i, pos, offset } = state;
  const data = fragSkb.data;
  const page = i < 0 ? (data.page as Page) : data.frags[i].page;
  // skb_head_frag_to_page_desc()
  const start = i < 0 ? headPageOffset(world, data) + fragSkb.dataOffset : data.frags[i].offset;
  const size = i < 0 ? skbHeadlen(fragSkb) : data.frags[i].size;
  getPage(world, page);
  const before = Math.max(0, offset - pos);
  const behind = Math.max(0, pos + size - end);
  setFrag(nskb.data, nskb.data.nrFrags, page, start + before, size - before - behind);
  nskb.data.nrFrags++;
  world.touchSkb(nskb);
  return size;
}

function bug(world: World, skb: SkBuff, what: string): number {
  world.violate('geometry', 'skb', `BUG_ON in skb_segment: skb#${skb.id} ${what}`);
  return -EINVAL;
}

/** The local variables of skb_segment, under the kernel's names. */
export interface Segmenting {
  readonly head: SkBuff;
  readonly doffset: number;
  readonly headroom: number;
  readonly sg: boolean;
  readonly csum: boolean;
  readonly mss: number;
  /** The start of the segment in the bytes of `head`, headers included. */
  offset: number;
  /** The position of the first byte that no segment has yet. */
  pos: number;
  /** The next frag of fragSkb; -1: its linear part, used as a frag. */
  i: number;
  nfrags: number;
  fragSkb: SkBuff;
  listSkb: SkBuff | null;
  segs: SkBuff | null;
  tail: SkBuff | null;
}
