import { defineCommand } from '../define_command';
import { skbTruesize } from '../../model/net/core/skbuff/alloc/kmalloc_reserve';
import { appendFragList, detachFragList, lastMemberShared } from '../../model/net/core/skbuff/frags/frag_list';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import { liveObject } from '../../model/world/handles';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { concatPayload, slicePayload } from '../../model/lib/payload';
import { countHandles, nameResult, pickHandle } from '../pick';
import { chargeForMember } from './member_charge';
import { SKB_NAMES_MAX } from './skb_contract';
import { mayReshape } from './transform_contract';
import { skbCloned, skbHeadlen, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';
import { __skbPagelen } from '../../model/net/core/skbuff/zerocopy/ubuf_pages';
import { DATAGRAM_MAX } from '../limits';

/**
 * The call writes skb_shared_info: no other sk_buff may see it, and a member that another list shares must not get a
 * successor.
 */
export function mayLead(skb: SkBuff): boolean {
  return (
    mayReshape(skb) &&
    !skbCloned(skb) &&
    skb.destructor === DESTRUCTOR_NONE &&
    skbZcopy(skb) === null &&
    !lastMemberShared(skb)
  );
}

/**
 * Reassembly orphans every fragment, and user pages were copied on the way up. A fragment may have a frag_list itself,
 * but its members may not.
 */
function mayJoin(member: SkBuff): boolean {
  if (!mayReshape(member) || member.len === 0 || member.destructor !== DESTRUCTOR_NONE || skbZcopy(member) !== null)
    return false;
  for (let inner = member.data.fragList; inner !== null; inner = inner.next)
    if (inner.data.fragList !== null) return false;
  return true;
}

/**
 * The step of reassembly: it sets frag_list or next of the last member, then len, data_len and truesize
 * (inet_frag_reasm_finish).
 */
const SKB_APPEND_FRAG_LIST = defineCommand({
  name: 'skb_append_frag_list',
  opcode: 108,
  system: 'skb',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'member', type: 'skb', consumed: true },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  usuallyNext: [
    'skb_append_frag_list',
    'skb_detach_frag_list',
    '__pskb_pull_tail',
    'skb_linearize',
    '___pskb_trim',
    'skb_clone',
    'skb_try_coalesce',
  ],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', mayLead);
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    const fits = (member: SkBuff): boolean => member !== skb && mayJoin(member) && skb.len + member.len <= DATAGRAM_MAX;
    args.member = pickHandle(world, draw, 'skb', fits);
    return args.member >= 0;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    const member = skbOf(world, args.member);
    return skb !== member && mayLead(skb) && mayJoin(member) && skb.len + member.len <= DATAGRAM_MAX;
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const member = skbOf(world, args.member);
    skb.payload = concatPayload(skb.payload, member.payload);
    consume(world, args.member);
    appendFragList(world, skb, member);
    return 0;
  },
  expectTruesize(_world, _args, _outcome, _result, before) {
    if (before.first !== null && before.second !== null) chargeForMember(before.first, before.second, before);
  },
});

/**
 * ip_do_fragment takes the slow path when a member is shared. The rest must still be charged for all that it holds: the
 * kernel subtracts a member's truesize unchecked, but a member that a pull made grow has more than was added for it,
 * and pskb_copy counts members by their bytes only.
 */
function mayDetach(world: World, skb: SkBuff): boolean {
  const member = skb.data.fragList;
  if (member === null || !mayReshape(skb) || skbCloned(skb) || skb.destructor !== DESTRUCTOR_NONE) return false;
  const held = skbTruesize(world, skb.data.end) + skb.dataLen - member.len;
  return member.users === 1 && skb.truesize - member.truesize >= held;
}

/** The step of ip_do_fragment and skb_segment_list: the first member becomes an skb of its own. */
const SKB_DETACH_FRAG_LIST = defineCommand({
  name: 'skb_detach_frag_list',
  opcode: 109,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  result: 'skb',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 24,
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.skb = pickHandle(world, draw, 'skb', (skb) => mayDetach(world, skb));
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayDetach(world, skbOf(world, args.skb));
  },
  run(world, args, result) {
    const skb = skbOf(world, args.skb);
    const before = skbHeadlen(skb) + __skbPagelen(skb);
    const member = detachFragList(world, skb);
    const rest = slicePayload(skb.payload, before + member.len, skb.len - before);
    skb.payload = concatPayload(slicePayload(skb.payload, 0, before), rest);
    nameResult(world, result, 'skb', member);
    return 0;
  },
  expectTruesize(world, _args, _outcome, result, { first: skb }) {
    const member = liveObject(world, result, 'skb');
    if (skb === null || member === null) return;
    skb.expectedTruesize -= member.expectedTruesize;
    // A member that grew in the list takes along more than the head was charged for it.
    skb.truesizeDebt += Math.max(0, member.expectedTruesize - member.truesizeInList);
  },
});

export const SKB_FRAG_LIST_COMMANDS: readonly Command[] = [SKB_APPEND_FRAG_LIST, SKB_DETACH_FRAG_LIST];
