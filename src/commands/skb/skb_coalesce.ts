import { times } from '../usual';
import { KFREE_SKB_POINTS } from '../points';
import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { skbTruesize } from '../../model/net/core/skbuff/alloc/kmalloc_reserve';
import { kfreeSkbPartial, skbReleaseHeadState } from '../../model/net/core/skbuff/free/skb_free';
import {
  COALESCE_LINKED_FRAG_LIST,
  COALESCE_STOLE_HEAD,
  hasCoalesced,
  skbTryCoalesce,
} from '../../model/net/core/skbuff/merge_split/skb_try_coalesce';
import {
  DESTRUCTOR_NONE,
  DESTRUCTOR_SOCK_RFREE,
  SKB_FCLONE_UNAVAILABLE,
  type SkBuff,
} from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { concatPayload } from '../../model/lib/payload';
import { pickHandle } from '../pick';
import { chargeForMember } from './member_charge';
import { sendsUserPages } from './skb_contract';
import { mayReshape, pickManyFrags } from './transform_contract';
import { skbCloned, skbHeadlen, skbTailroom } from '../../model/net/core/skbuff/skbuff_inlines';

const STOLEN = 1 << 31;

/** The owner of `to` is the receiver: none yet, or the socket whose receive queue holds it. */
function mayReceive(to: SkBuff): boolean {
  return mayReshape(to) && (to.destructor === DESTRUCTOR_NONE || to.destructor === DESTRUCTOR_SOCK_RFREE);
}

/**
 * Two packets of a receive queue. Bytes of an unreadable one that are left in its head are no frag of `to`: no skb has
 * frags of both kinds (65249feb6b3d). TCP pulled its headers, and there was nothing else in the head.
 */
function mayMeet(to: SkBuff, from: SkBuff): boolean {
  return to !== from && !(from.unreadable && from.headFrag && skbHeadlen(from) > 0);
}

/** kfree_skb_partial gives the struct of a stolen-from skb straight to the slab: `from` is never half of an fclone. */
function mayGive(from: SkBuff): boolean {
  return mayReshape(from) && !sendsUserPages(from) && (from.fclone === SKB_FCLONE_UNAVAILABLE || !from.headFrag);
}

/**
 * Without this there is WARN_ON_ONCE(delta < len): `from` was charged for less than it holds. After skb_orphan a head
 * that grew while a socket owned the skb is such a case, since pskb_expand_head leaves truesize alone then. The kernel
 * has no other answer than the WARN.
 */
function isChargedEnough(world: World, to: SkBuff, from: SkBuff): boolean {
  if (world.provokes || (from.len <= skbTailroom(to) && !from.unreadable)) return true;
  const freed = skbHeadlen(from) !== 0 ? world.abi.skBuffSize : skbTruesize(world, from.data.end);
  return from.truesize - freed >= from.len;
}

/**
 * skb_try_coalesce, then the steps of tcp_try_coalesce and its callers (net/ipv4/tcp_input.c). On success the socket of
 * `to` is charged the delta, and kfree_skb_partial frees the rest of `from`, whose destructor runs. (Where 2018 linked
 * `from`, only its head state is released.)
 */
const SKB_TRY_COALESCE = defineCommand({
  name: 'skb_try_coalesce',
  opcode: 106,
  system: 'skb',
  args: [
    { name: 'to', type: 'skb' },
    { name: 'from', type: 'skb', consumed: true },
  ],
  // In the order of COALESCE_*.
  outcomes: [
    'copied',
    'stole_head',
    'moved_frags',
    'refused_cloned',
    'refused_recycle',
    'refused_frag_list',
    'refused_zcopy',
    'refused_frags_full',
    'refused_head_locked',
    'linked_frag_list',
    'refused_mem_info',
    'refused_unreadable',
  ],
  outcomesOf: {
    refused_recycle: { poolReturn: 'pp_recycle' },
    linked_frag_list: { coalesceMemInfo: 'frag_list' },
    refused_mem_info: { coalesceMemInfo: 'refuse' },
    refused_unreadable: { hasNetIovs: true },
  },
  returns: { number: 'delta_truesize', flag: 'fragstolen' },
  allocates: false,
  contextual: true,
  weight: 96,
  points: [
    // Repeated: the free that follows has many more points.
    ...times(8, 'skb_try_coalesce: checked, not moved'),
    ...times(8, 'skb_try_coalesce: frags copied, no references yet'),
    ...KFREE_SKB_POINTS,
  ],
  draw(world, draw, args) {
    // A cloned `to` is refused at once. Skbs that recycle are few, and most rules are about them.
    const open = (to: SkBuff): boolean => mayReceive(to) && !skbCloned(to);
    args.to = draw.chance(1, 2) ? pickManyFrags(world, draw, (to) => to.ppRecycle && open(to)) : NO_ID;
    if (args.to < 0 && draw.chance(7, 8)) args.to = pickManyFrags(world, draw, open);
    if (args.to < 0) args.to = pickManyFrags(world, draw, mayReceive);
    if (args.to < 0) return false;
    const to = skbOf(world, args.to);
    // Most pairs are refused for pp_recycle, or copied. The others find more.
    const moves = (from: SkBuff): boolean =>
      mayMeet(to, from) &&
      mayGive(from) &&
      from.ppRecycle === to.ppRecycle &&
      from.len > skbTailroom(to) &&
      isChargedEnough(world, to, from);
    args.from = draw.chance(3, 4) ? pickManyFrags(world, draw, moves) : NO_ID;
    if (args.from < 0) args.from = pickHandle(world, draw, 'skb', (from) => mayMeet(to, from) && mayGive(from));
    return args.from >= 0;
  },
  applies(world, args) {
    const to = skbOf(world, args.to);
    const from = skbOf(world, args.from);
    return mayMeet(to, from) && mayReceive(to) && mayGive(from) && isChargedEnough(world, to, from);
  },
  run(world, args) {
    const to = skbOf(world, args.to);
    const from = skbOf(world, args.from);
    const { outcome, delta } = skbTryCoalesce(world, to, from);
    if (!hasCoalesced(outcome)) return outcome;
    const stolen = outcome === COALESCE_STOLE_HEAD;
    to.payload = concatPayload(to.payload, from.payload);
    if (to.destructor === DESTRUCTOR_SOCK_RFREE && to.sk !== null) to.sk.rmemAlloc += delta;
    consume(world, args.from);
    if (outcome === COALESCE_LINKED_FRAG_LIST) skbReleaseHeadState(world, from);
    else kfreeSkbPartial(world, from, stolen);
    world.ret = (delta | (stolen ? STOLEN : 0)) >>> 0;
    return outcome;
  },
  expectTruesize(world, _args, outcome, _result, before) {
    const { first: to, second: from } = before;
    if (to === null || from === null) return;
    if (outcome === 'linked_frag_list') chargeForMember(to, from, before);
    else if (outcome === 'stole_head' || outcome === 'moved_frags') {
      // kfree_skb_partial frees the sk_buff, and the head unless it was stolen.
      const { skBuffSize, sharedInfoSize } = world.abi;
      const freed = outcome === 'stole_head' ? skBuffSize : skBuffSize + sharedInfoSize + before.secondEnd;
      to.expectedTruesize += before.secondExpected - freed;
      to.truesizeDebt += from.truesizeDebt;
    }
  },
});

export const SKB_COALESCE_COMMANDS: readonly Command[] = [SKB_TRY_COALESCE];
