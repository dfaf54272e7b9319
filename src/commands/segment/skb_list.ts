import { defineCommand } from '../define_command';
import { kfreeSkbList } from '../../model/net/core/skbuff/free/skb_free';
import { gatherList } from '../../model/net/core/skbuff/frags/frag_list';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { concatPayload } from '../../model/lib/payload';
import { nameResult, pickHandle } from '../pick';
import { skbCloned, skbShared, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';
import { DATAGRAM_MAX } from '../limits';

/** The skb is the first of a list on skb.next. */
export function leadsList(skb: SkBuff): boolean {
  return skb.next !== null;
}

/**
 * skb_mark_not_on_list, as dev_hard_start_xmit calls it for one segment after the other: the first skb leaves the list
 * and is an ordinary skb. The result is the next skb, which leads the rest of the list.
 */
const SKB_MARK_NOT_ON_LIST = defineCommand({
  name: 'skb_mark_not_on_list',
  opcode: 154,
  system: 'segment',
  args: [{ name: 'skb', type: 'skb' }],
  result: 'skb',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 48,
  usuallyNext: [
    'skb_append_frag_list',
    'skb_append_frag_list',
    'skb_append_frag_list',
    'skb_mark_not_on_list',
    'skb_mark_not_on_list',
    'kfree_skb_list',
    'kfree_skb',
    'skb_try_coalesce',
  ],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', leadsList);
    return args.skb >= 0;
  },
  applies(world, args) {
    return leadsList(skbOf(world, args.skb));
  },
  run(world, args, result) {
    const skb = skbOf(world, args.skb);
    const rest = skb.next as SkBuff;
    skb.next = null;
    world.touchSkb(skb);
    world.touchSkb(rest);
    nameResult(world, result, 'skb', rest);
    return 0;
  },
});

const KFREE_SKB_LIST = defineCommand({
  name: 'kfree_skb_list',
  opcode: 155,
  system: 'segment',
  args: [{ name: 'skb', type: 'skb', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  weight: 4,
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', leadsList);
    return args.skb >= 0;
  },
  applies(world, args) {
    return leadsList(skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    consume(world, args.skb);
    kfreeSkbList(world, skb);
    return 0;
  },
});

/**
 * The list looks like IP fragments and their head: no other sk_buff sees the head's skb_shared_info, and no skb of the
 * list is charged, has user pages, or has a frag_list.
 */
function mayGather(skb: SkBuff): boolean {
  if (skb.next === null || skb.owesMark || skbShared(skb) || skbCloned(skb) || !mayBeFragment(skb)) return false;
  let len = skb.len;
  for (let member: SkBuff | null = skb.next; member !== null; member = member.next) {
    if (member.len === 0 || skbShared(member) || !mayBeFragment(member)) return false;
    len += member.len;
  }
  return len <= DATAGRAM_MAX;
}

function mayBeFragment(skb: SkBuff): boolean {
  return skb.destructor === DESTRUCTOR_NONE && skbZcopy(skb) === null && skb.data.fragList === null;
}

/**
 * The step of sctp_make_reassembled_event and, once, of ip_frag_reasm: skb_shinfo(head)->frag_list = head->next, and
 * the head counts the bytes of the members. The list of segments is one packet again.
 */
const SKB_GATHER_LIST = defineCommand({
  name: 'skb_gather_list',
  opcode: 158,
  system: 'segment',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 48,
  usuallyNext: [
    '__pskb_pull_tail',
    '__pskb_pull_tail',
    '__pskb_pull_tail',
    'skb_push',
    'skb_push',
    'skb_push',
    'skb_gso_set',
    'skb_gso_set',
    'skb_gso_set',
    'skb_segment_list',
    'skb_clone',
    '__skb_header_release',
  ],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', mayGather);
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayGather(skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    gatherList(world, skb);
    for (let member = skb.data.fragList; member !== null; member = member.next)
      skb.payload = concatPayload(skb.payload, member.payload);
    return 0;
  },
  expectTruesize(world, args) {
    const skb = skbOf(world, args.skb);
    for (let member = skb.data.fragList; member !== null; member = member.next) {
      skb.expectedTruesize += member.expectedTruesize;
      skb.truesizeDebt += member.truesizeDebt;
      member.truesizeInList = member.expectedTruesize;
    }
  },
});

export const SKB_LIST_COMMANDS: readonly Command[] = [SKB_MARK_NOT_ON_LIST, KFREE_SKB_LIST, SKB_GATHER_LIST];
