import { times } from '../usual';
import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import {
  FEATURE_WORDS,
  GSO_BY_FRAGS,
  NETIF_F_HW_CSUM,
  NETIF_F_SG,
  SKB_GSO_DODGY,
  SKB_GSO_SCTP,
  SKB_GSO_TCPV4,
  SKB_GSO_UDP_L4,
} from '../../model/net/core/gso/gso';
import { ENOMEM } from '../../model/lib/errno';
import type { Segments } from '../../model/net/core/skbuff/segment/skb_segment';
import { liveObject } from '../../model/world/handles';
import { SKBFL_DONT_ORPHAN, SKBFL_SHARED_FRAG, type Frag, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { skbOf } from '../objects';
import type { Draw } from '../draw';
import { nameResult, pickBestOfThree, pickHandle } from '../pick';
import { SEGMENTS_MAX, type PlannedSegment, expectedOfSegment } from './segment_plan';
import { mayReshape } from '../skb/transform_contract';
import { skbCloned, skbHeadlen, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

export const FEATURES_ARG = { name: 'features', type: 'flags', words: FEATURE_WORDS, default: 0 } as const;
const TYPE_WORDS = ['tcpv4', 'udp_l4', 'sctp', 'dodgy'] as const;
const TYPE_BITS = [SKB_GSO_TCPV4, SKB_GSO_UDP_L4, SKB_GSO_SCTP, SKB_GSO_DODGY];
/** Ethernet, IPv4, and room for options. */
export const HEADERS_MAX = 128;
/** An skb of more pieces may not fit in one segment. */
const MANY_PIECES = 14;

/**
 * The outcomes of a call that segments. A call that makes segments reports the most interesting path that one of them
 * took.
 *
 * - `shared`: segments have heads of their own and share the frags of the skb
 * - `cloned`: some segments are clones of frag_list members
 * - `copied`: the device has no SG
 * - `copied_untrusted`: the device has SG, but the gso_size is not trusted
 * - `linearized`: frags that others may write were copied for the checksum
 * - `partial`: the segments are GSO skbs again
 */
export const SEGMENT_OUTCOMES = [
  ...(['shared', 'cloned', 'copied', 'copied_untrusted', 'linearized', 'partial', 'enomem', 'too_many_frags'] as const),
];
export type SegmentOutcome = (typeof SEGMENT_OUTCOMES)[number];

export function outcomeOf(segments: Segments): SegmentOutcome {
  if (segments.err !== 0) return segments.err === -ENOMEM ? 'enomem' : 'too_many_frags';
  if (segments.partialSegs > 0) return 'partial';
  if (segments.linearized > 0) return 'linearized';
  if (segments.clones > 0) return 'cloned';
  if (segments.untrusted) return 'copied_untrusted';
  return segments.sg ? 'shared' : 'copied';
}

/** The call writes skb_shared_info, and every clone would see the gso fields. */
function mayBecomeGso(skb: SkBuff): boolean {
  return !skbCloned(skb) && skb.len > 0;
}

/** A protocol or GRO marks the skb as a GSO skb: sets gso_size and gso_type in skb_shared_info. */
const SKB_GSO_SET = defineCommand({
  name: 'skb_gso_set',
  opcode: 150,
  system: 'segment',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'gso_size', type: 'int', min: 1, max: GSO_BY_FRAGS, smallest: 1 },
    { name: 'gso_type', type: 'flags', words: TYPE_WORDS },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 64,
  usuallyNext: [
    'tcp_gso_segment',
    'tcp_gso_segment',
    '__udp_gso_segment',
    '__udp_gso_segment',
    ...times(4, 'skb_segment'),
    'tcp_gso_segment',
    'tcp_gso_segment',
    '__udp_gso_segment',
    '__udp_gso_segment',
    ...times(4, 'skb_segment'),
    'skb_set_owner_w',
    'tcp_set_owner_w',
    '__pskb_pull_tail',
    'skb_clone',
    'skb_gso_set',
  ],
  draw(world, draw, args) {
    const suits = (skb: SkBuff): boolean => mayReshape(skb) && mayBecomeGso(skb);
    const paged = (skb: SkBuff): boolean => suits(skb) && skb.data.gsoSize === 0 && skb.dataLen > 0;
    args.skb = draw.chance(3, 4) ? pickBestOfThree(world, draw, 'skb', paged, pieces) : NO_ID;
    if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', suits);
    if (args.skb < 0) return false;
    args.gso_size = drawGsoSize(draw, skbOf(world, args.skb));
    args.gso_type = draw.pick([1, 1, 1, 2, 2, 4, 9, 10, 9]);
    return true;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    return mayReshape(skb) && mayBecomeGso(skb);
  },
  run(world, args) {
    const { data } = skbOf(world, args.skb);
    data.gsoSize = args.gso_size;
    data.gsoSegs = 0;
    data.gsoType = 0;
    for (let i = 0; i < TYPE_BITS.length; i++) if ((args.gso_type & (1 << i)) !== 0) data.gsoType |= TYPE_BITS[i];
    world.touchSkb(skbOf(world, args.skb));
    return 0;
  },
});

/** Draws the length of a frag_list member, so that members become segments, or a size that makes a few segments. */
function drawGsoSize(draw: Draw, skb: SkBuff): number {
  const { fragList } = skb.data;
  // All bytes in one segment, or in one and a short one: MAX_SKB_FRAGS is a boundary.
  if (pieces(skb) > MANY_PIECES && draw.chance(3, 4)) return ofLen(skb.dataLen - draw.pick([0, 1, 1, 1]));
  if (fragList !== null) {
    if (draw.chance(1, 8)) return GSO_BY_FRAGS;
    if (draw.chance(3, 4)) return ofLen(draw.pick([fragList.len, fragList.len, skbHeadlen(fragList)]));
  }
  const few = Math.max(1, Math.ceil(skb.len / (SEGMENTS_MAX - 2)));
  // Segments without linear bytes: skb_gather_list makes a packet of as many frags of them.
  if (skbHeadlen(skb) === 0 && fragList === null && draw.chance(3, 4)) return few;
  return draw.size(few, Math.max(few, Math.min(skb.len, 4096)));
}

/** gso_size has 16 bits, and the highest number means something else. */
function ofLen(len: number): number {
  return Math.max(1, Math.min(len, GSO_BY_FRAGS - 1));
}

/** Returns how many frags a segment of the whole skb would have. */
export function pieces(skb: SkBuff): number {
  let count = skb.data.nrFrags;
  for (let member = skb.data.fragList; member !== null; member = member.next)
    count += member.data.nrFrags + (skbHeadlen(member) > 0 ? 1 : 0);
  return count;
}

/**
 * Draws the bytes of headers in front of the payload: usual lengths, the whole linear part, or a length that leaves one
 * segment of linear bytes. -1: the skb has no room for headers.
 */
export function drawHeaders(draw: Draw, skb: SkBuff, least: number): number {
  const headlen = Math.min(skbHeadlen(skb) - least, skb.len - least - 1);
  if (headlen < 0) return -1;
  const most = Math.min(headlen, HEADERS_MAX);
  const wanted = draw.pick([0, 14, 34, 54, headlen, headlen, headlen - skb.data.gsoSize]);
  return wanted >= 0 && wanted <= most ? wanted : draw.size(0, most);
}

/** Draws the features of the transmitting device: a missing feature decides which path a segment takes. */
export function drawFeatures(draw: Draw, skb: SkBuff): number {
  const usual = NETIF_F_SG | NETIF_F_HW_CSUM;
  // Frags that others may write are copied when the stack must checksum them.
  if ((skb.data.flags & SKBFL_SHARED_FRAG) !== 0 && draw.chance(1, 2)) return NETIF_F_SG;
  if (draw.chance(1, 4)) return draw.below(1 << FEATURE_WORDS.length);
  return draw.pick([
    usual,
    usual,
    usual,
    NETIF_F_SG,
    0,
    NETIF_F_HW_CSUM,
    usual | (1 << 5),
    usual | (1 << 3) | (1 << 6),
  ]);
}

/** Names the list of segments, and sets the payload of each segment. */
export function nameSegments(
  world: World,
  result: number,
  first: SkBuff,
  payloadOf: (seg: SkBuff, index: number) => readonly number[],
): void {
  let index = 0;
  for (let seg: SkBuff | null = first; seg !== null; seg = seg.next) {
    seg.payload = payloadOf(seg, index++);
  }
  nameResult(world, result, 'skb', first);
}

/** Segments may share user pages only where the owner allows it; otherwise skb_orphan_frags copies them first. */
function checkOrphaned(world: World, seg: SkBuff): void {
  const uarg = skbZcopy(seg);
  if (uarg === null || (seg.data.flags & SKBFL_DONT_ORPHAN) !== 0) return;
  world.violate(
    'uarg-refcount',
    'uarg',
    `skb#${seg.id} is a segment with user pages of uarg#${uarg.id}, which has to be asked`,
  );
}

function overlaps(a: Frag, b: Frag): boolean {
  return a.page === b.page && a.offset < b.offset + b.size && b.offset < a.offset + a.size;
}

/**
 * Checks that each segment that shares a frag which others may write has the mark SKBFL_SHARED_FRAG: code that writes
 * in place tests the mark.
 */
export function checkMarks(world: World, source: SkBuff, first: SkBuff): void {
  for (let seg: SkBuff | null = first; seg !== null; seg = seg.next) checkOrphaned(world, seg);
  // The test compares bytes, not pages: others may hold other bytes of a page. Bytes that an unmarked member holds as
  // well may have come from that member, since it was made before the other was marked: their segment is not checked.
  const marked: Frag[] = [];
  const unmarked: Frag[] = [];
  for (let skb: SkBuff | null = source; skb !== null; skb = skb === source ? skb.data.fragList : skb.next) {
    const frags = (skb.data.flags & SKBFL_SHARED_FRAG) !== 0 ? marked : unmarked;
    for (let i = 0; i < skb.data.nrFrags; i++) frags.push(skb.data.frags[i]);
  }
  if (marked.length === 0) return;
  for (let seg: SkBuff | null = first; seg !== null; seg = seg.next) {
    if ((seg.data.flags & SKBFL_SHARED_FRAG) !== 0) continue;
    for (let i = 0; i < seg.data.nrFrags; i++) {
      const isSame = (frag: Frag): boolean => overlaps(frag, seg.data.frags[i]);
      if (marked.some(isSame) && !unmarked.some(isSame)) {
        world.violate(
          'no-shared-write',
          'skb',
          `frag ${i} of segment skb#${seg.id} is marked as shared in skb#${source.id}, not here`,
        );
        return;
      }
    }
  }
}

/** Noted before a call that segments an skb. */
export interface SegmentNote {
  readonly plan: readonly PlannedSegment[];
  /** The last segment takes over the charge of the skb, and the skb that of the segment. */
  readonly swapped: boolean;
}

/**
 * Sets the expected truesize of each segment by its plan. Where the charge of the skb moved to the last segment, the
 * two exchange their expectations.
 */
export function expectSegments(world: World, skb: SkBuff, result: number, { plan, swapped }: SegmentNote): void {
  const first = liveObject(world, result, 'skb');
  let last: SkBuff | null = null;
  let index = 0;
  for (let seg = first; seg !== null && index < plan.length; seg = seg.next) {
    seg.expectedTruesize = expectedOfSegment(world, plan[index], seg.data.end);
    seg.truesizeDebt = plan[index].member?.truesizeDebt ?? 0;
    last = seg;
    index++;
  }
  if (!swapped || last === null) return;
  // The caller frees the skb next. The segments pin the same memory, and are charged for it.
  const moved = skb.expectedTruesize - last.expectedTruesize;
  skb.truesizeDebt += Math.max(0, moved);
  last.truesizeDebt += Math.max(0, -moved);
  skb.expectedTruesize -= moved;
  last.expectedTruesize += moved;
}

export const SEGMENT_GSO_COMMANDS: readonly Command[] = [SKB_GSO_SET];
