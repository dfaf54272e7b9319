import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { NETIF_F_FRAGLIST, NETIF_F_SG, SKB_GSO_FRAGLIST } from '../../model/net/core/gso/gso';
import { liveObject } from '../../model/world/handles';
import { consumeSkb } from '../../model/net/core/skbuff/free/skb_free';
import { skbPull } from '../../model/net/core/skbuff/pull_trim/skb_linear';
import { skbSegmentList } from '../../model/net/core/skbuff/segment/skb_segment_list';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { concatPayload, slicePayload, type Payload } from '../../model/lib/payload';
import { pickHandle } from '../pick';
import { FEATURES_ARG, HEADERS_MAX, nameSegments } from './segment_gso';
import { SEGMENTS_MAX } from './segment_plan';
import { headFits, sendsUserPages } from '../skb/skb_contract';
import { mayReshape } from '../skb/transform_contract';
import { skbCloned, skbHeadlen, skbShared } from '../../model/net/core/skbuff/skbuff_inlines';

const OK = 0;
const FORKED = 1;
const LINEARIZED = 2;
const ENOMEM_OUTCOME = 3;

function linearizes(skb: SkBuff, features: number): boolean {
  if (skb.dataLen === 0) return false;
  if (skb.data.fragList !== null && (features & NETIF_F_FRAGLIST) === 0) return true;
  return skb.data.nrFrags > 0 && (features & NETIF_F_SG) === 0;
}

/**
 * Returns whether the call clones the member, since another list refers to it too: uncloning the head makes all members
 * shared.
 */
function forks(skb: SkBuff, member: SkBuff): boolean {
  return skbShared(member) || skbCloned(skb);
}

/** A member needs room for the headers, in bytes that no other holder sees. */
function mayHeadSegment(world: World, skb: SkBuff, member: SkBuff, headers: number): boolean {
  if (member.dataOffset < headers || member.next === skb) return false;
  if (!forks(skb, member) && skbCloned(member)) return false;
  return headFits(world, member.data.end + member.dataLen + world.abi.netSkbPad * 4);
}

function maySegmentList(world: World, skb: SkBuff, headers: number): boolean {
  if (!mayReshape(skb) || sendsUserPages(skb) || skb.data.fragList === null || headers > skbHeadlen(skb)) return false;
  if (!headFits(world, skb.data.end + skb.dataLen + world.abi.netSkbPad * 4)) return false;
  let members = 0;
  for (let member: SkBuff | null = skb.data.fragList; member !== null; member = member.next)
    if (++members >= SEGMENTS_MAX || !mayHeadSegment(world, skb, member, headers)) return false;
  return true;
}

/** A member of the frag_list before the call. */
interface MemberBefore {
  readonly member: SkBuff;
  readonly payload: Payload;
  readonly end: number;
  readonly expected: number;
  readonly debt: number;
}

function membersOf(skb: SkBuff): MemberBefore[] {
  const members: MemberBefore[] = [];
  for (let member = skb.data.fragList; member !== null; member = member.next) {
    const { payload, truesizeDebt: debt, expectedTruesize: expected } = member;
    members.push({ member, payload, end: member.data.end, expected, debt });
  }
  return members;
}

/**
 * skb_segment_list of a packet that GRO chained, whose members have data at their network header, with the steps of
 * validate_xmit_skb around it: the caller gives up its reference to the original, also when the call failed. The result
 * is the same sk_buff. It leads the list of members, each with the first `headers` bytes of the skb in front.
 */
const SKB_SEGMENT_LIST = defineCommand({
  name: 'skb_segment_list',
  opcode: 152,
  system: 'segment',
  args: [
    { name: 'skb', type: 'skb', consumed: true },
    { name: 'headers', type: 'int', min: 0, max: HEADERS_MAX },
    FEATURES_ARG,
  ],
  result: 'skb',
  outcomes: ['ok', 'forked', 'linearized', 'enomem'],
  allocates: true,
  contextual: true,
  weight: 96,
  usuallyNext: ['skb_gather_list', 'skb_gather_list', 'skb_mark_not_on_list', 'kfree_skb_list'],
  draw(world, draw, args) {
    args.features = draw.pick([NETIF_F_SG, NETIF_F_SG, NETIF_F_SG | NETIF_F_FRAGLIST, 0]);
    const suits = (skb: SkBuff): boolean => maySegmentList(world, skb, 0);
    const shared = (skb: SkBuff): boolean => suits(skb) && forks(skb, skb.data.fragList as SkBuff);
    args.skb = draw.chance(1, 2) ? pickHandle(world, draw, 'skb', shared) : NO_ID;
    if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', suits);
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    let most = Math.min(skbHeadlen(skb), HEADERS_MAX);
    for (let member = skb.data.fragList; member !== null; member = member.next)
      most = Math.min(most, member.dataOffset);
    args.headers = draw.chance(1, 2) ? Math.min(14, most) : draw.size(0, most);
    return true;
  },
  applies(world, args) {
    return maySegmentList(world, skbOf(world, args.skb), args.headers);
  },
  noteBefore(world, args) {
    return membersOf(skbOf(world, args.skb));
  },
  run(world, args, result, members) {
    const skb = skbOf(world, args.skb);
    const headers = args.headers;
    const { payload } = skb;
    let outcome = linearizes(skb, args.features | NETIF_F_FRAGLIST) ? LINEARIZED : OK;
    for (const { member } of members) {
      if (linearizes(member, args.features)) outcome = LINEARIZED;
      else if (outcome === OK && forks(skb, member)) outcome = FORKED;
    }
    // napi_gro_complete sets it.
    skb.data.gsoType |= SKB_GSO_FRAGLIST;
    skbPull(world, skb, headers);
    consume(world, args.skb);
    world.ret = skbSegmentList(world, skb, args.features, headers);
    if (world.ret !== 0) {
      consumeSkb(world, skb);
      return ENOMEM_OUTCOME;
    }
    const header = slicePayload(payload, 0, headers);
    nameSegments(world, result, skb, (seg, index) =>
      index === 0 ? slicePayload(payload, 0, seg.len) : concatPayload(header, members[index - 1].payload),
    );
    return outcome;
  },
  expectTruesize(world, _args, _outcome, result, { note: members }) {
    const skb = liveObject(world, result, 'skb');
    let index = 0;
    // A clone is charged like the member, plus the growth of its own head. The skb keeps its charge for the members.
    for (let seg = skb?.next ?? null; seg !== null && index < members.length; seg = seg.next) {
      const { member, end, expected, debt } = members[index++];
      if (seg === member) continue;
      seg.expectedTruesize = expected + seg.data.end - end;
      seg.truesizeDebt = debt;
    }
  },
});

export const SEGMENT_FRAG_LIST_COMMANDS: readonly Command[] = [SKB_SEGMENT_LIST];
