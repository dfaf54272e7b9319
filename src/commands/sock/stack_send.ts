import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { ipDefrag, ipLocalOutUses } from '../../model/net/ipv4/ip_defrag';
import { ipDoFragment } from '../../model/net/ipv4/ip_do_fragment';
import { skbTruesize } from '../../model/net/core/skbuff/alloc/kmalloc_reserve';
import { llcPrepareAndXmit } from '../../model/net/other/llc_prepare_and_xmit';
import { concatPayload, slicePayload } from '../../model/lib/payload';
import { uncloneKeeptruesizeWarns } from '../../model/net/core/skbuff/copy/skb_unclone';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import { isSkbWmem } from '../../model/net/core/sock/sock_charge';
import { tcpTrimHead } from '../../model/net/ipv4/tcp_trim_head';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { pickHandle } from '../pick';
import { chargeForMember } from '../skb/member_charge';
import { HEADROOM_MAX, mayExpand, sendsUserPages } from '../skb/skb_contract';
import { drawCut, LEN_MAX, mayReshape } from '../skb/transform_contract';
import { skbCloned, skbHasFragList, skbHeadlen, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';
import { DATAGRAM_MAX } from '../limits';

/** The skb is not charged, or it is charged to the socket that sends it. */
function isSent(skb: SkBuff): boolean {
  return skb.destructor === DESTRUCTOR_NONE ? skb.sk === null : isSkbWmem(skb);
}

/** An skb of TCP's retransmit queue: no page of a pool, no destructor that charges it. */
function mayTrimHead(world: World, skb: SkBuff, len: number): boolean {
  if (!mayReshape(skb) || skb.ppRecycle || skbHasFragList(skb) || skb.destructor !== DESTRUCTOR_NONE) return false;
  if (len >= skb.len || (skbHeadlen(skb) > 0 && !world.rules.trimHeadEatsLinear)) return false;
  // The rest must still be charged for its head: the frags may have been charged for less memory than they have, since
  // skb_shift moves truesize by the byte.
  if (skb.truesize - Math.max(0, len - skbHeadlen(skb)) < skbTruesize(world, skb.data.end)) return false;
  return mayExpand(world, skb, 0) && !uncloneKeeptruesizeWarns(world, skb);
}

const TCP_TRIM_HEAD = defineCommand({
  name: 'tcp_trim_head',
  opcode: 445,
  system: 'stack',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'len', type: 'int', min: 1, max: LEN_MAX, smallest: 1 },
  ],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 24,
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => mayTrimHead(world, skb, 1));
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    args.len = drawCut(draw, skb, 1, skb.len - 1);
    return true;
  },
  applies(world, args) {
    return mayTrimHead(world, skbOf(world, args.skb), args.len);
  },
  noteBefore(world, args) {
    return skbOf(world, args.skb).dataLen;
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    world.ret = tcpTrimHead(world, skb, args.len);
    if (world.ret !== 0) return 1;
    skb.payload = slicePayload(skb.payload, args.len, skb.len);
    return 0;
  },
  truesize: { keepsTruesize: true },
  expectTruesize(world, args, _outcome, _result, { note: pagedBefore }) {
    const skb = skbOf(world, args.skb);
    // The charge for bytes of the head does not change.
    skb.expectedTruesize -= pagedBefore - skb.dataLen;
  },
});

/**
 * ip_do_fragment has "BUG_ON(frag->sk)". A shared member or a cloned head takes the slow path. The first fragment must
 * still be charged for the memory that it holds, see mayDetach.
 */
function mayFragment(world: World, skb: SkBuff): boolean {
  if (!mayReshape(skb) || !skbHasFragList(skb) || skbCloned(skb) || skbZcopy(skb) !== null || !isSent(skb))
    return false;
  let left = skb.truesize;
  let bytes = skb.dataLen;
  for (let member = skb.data.fragList; member !== null; member = member.next) {
    if (member.users !== 1 || member.sk !== null || member.destructor !== DESTRUCTOR_NONE) return false;
    if (member.data.fragList !== null) return false;
    left -= member.truesize;
    bytes -= member.len;
  }
  return left >= skbTruesize(world, skb.data.end) + bytes;
}

/** Afterwards the skb leads the list of its fragments. */
const IP_DO_FRAGMENT = defineCommand({
  name: 'ip_do_fragment',
  opcode: 446,
  system: 'stack',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  modelOnly: 'it wants a route and a device',
  weight: 48,
  usuallyNext: ['skb_mark_not_on_list', 'skb_mark_not_on_list', 'kfree_skb_list'],
  draw(world, draw, args) {
    const charged = (skb: SkBuff): boolean => skb.sk !== null && mayFragment(world, skb);
    args.skb = draw.chance(3, 4) ? pickHandle(world, draw, 'skb', charged) : NO_ID;
    if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', (skb) => mayFragment(world, skb));
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayFragment(world, skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    ipDoFragment(world, skb);
    skb.payload = slicePayload(skb.payload, 0, skb.len);
    return 0;
  },
  expectTruesize(world, args) {
    const skb = skbOf(world, args.skb);
    for (let member = skb.next; member !== null; member = member.next) {
      skb.expectedTruesize -= member.expectedTruesize;
      skb.truesizeDebt += Math.max(0, member.expectedTruesize - member.truesizeInList);
    }
  },
});

function mayComplete(world: World, skb: SkBuff): boolean {
  return mayReshape(skb) && !skbHasFragList(skb) && skbZcopy(skb) === null && isSent(skb) && mayExpand(world, skb, 0);
}

function mayWait(skb: SkBuff): boolean {
  return mayReshape(skb) && skb.len > 0 && skbZcopy(skb) === null && !skbHasFragList(skb) && isSent(skb);
}

/** Both skbs come from ip_local_out: conntrack reassembles them in the output hook. */
const IP_DEFRAG = defineCommand({
  name: 'ip_defrag',
  opcode: 447,
  system: 'stack',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'fragment', type: 'skb', consumed: true },
  ],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  modelOnly: 'it wants IP headers, a route and a net namespace with fragment queues',
  weight: 24,
  usuallyNext: ['ip_do_fragment', 'ip_do_fragment', 'kfree_skb', 'ip_defrag'],
  draw(world, draw, args) {
    const charged = (skb: SkBuff): boolean => skb.sk !== null && mayComplete(world, skb);
    args.skb = draw.chance(3, 4) ? pickHandle(world, draw, 'skb', charged) : NO_ID;
    if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', (skb) => mayComplete(world, skb));
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    args.fragment = pickHandle(world, draw, 'skb', (fragment) => fragment !== skb && mayWait(fragment));
    return args.fragment >= 0;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    const fragment = skbOf(world, args.fragment);
    if (skb === fragment || skb.len + fragment.len > DATAGRAM_MAX) return false;
    return mayComplete(world, skb) && mayWait(fragment);
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const fragment = skbOf(world, args.fragment);
    const { sk } = skb;
    world.ret = ipDefrag(world, skb, fragment);
    ipLocalOutUses(world, sk);
    if (world.ret !== 0) return 1;
    consume(world, args.fragment);
    skb.payload = concatPayload(skb.payload, fragment.payload);
    return 0;
  },
  expectTruesize(world, args, outcome, _result, before) {
    const fragment = before.second;
    if (outcome !== 'ok' || fragment === null) return;
    const skb = skbOf(world, args.skb);
    chargeForMember(skb, fragment, before);
  },
});

function maySendClone(world: World, skb: SkBuff, headroom: number): boolean {
  return mayExpand(world, skb, headroom) && skbZcopy(skb) === null && !sendsUserPages(skb) && isSent(skb);
}

/** A link layer that keeps each skb that it sends, for retransmission. */
const LLC_PREPARE_AND_XMIT = defineCommand({
  name: 'llc_prepare_and_xmit',
  opcode: 448,
  system: 'stack',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'headroom', type: 'int', min: 0, max: HEADROOM_MAX },
  ],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  modelOnly: 'it is static, and wants a device',
  usuallyNext: ['llc_prepare_and_xmit', 'kfree_skb'],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => maySendClone(world, skb, 0));
    args.headroom = draw.size(0, HEADROOM_MAX);
    return args.skb >= 0;
  },
  applies(world, args) {
    return maySendClone(world, skbOf(world, args.skb), args.headroom);
  },
  run(world, args) {
    world.ret = llcPrepareAndXmit(world, skbOf(world, args.skb), args.headroom);
    return world.ret === 0 ? 0 : 1;
  },
});

export const STACK_SEND_COMMANDS: readonly Command[] = [TCP_TRIM_HEAD, IP_DO_FRAGMENT, IP_DEFRAG, LLC_PREPARE_AND_XMIT];
