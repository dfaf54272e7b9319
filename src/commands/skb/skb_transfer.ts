import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import {
  SHIFT_FULL,
  SHIFT_LINEAR,
  SHIFT_NOMEM,
  SHIFT_ZCOPY,
  skbShift,
} from '../../model/net/core/skbuff/merge_split/skb_shift';
import { skbSplit } from '../../model/net/core/skbuff/merge_split/skb_split';
import { uncloneKeeptruesizeWarns } from '../../model/net/core/skbuff/copy/skb_unclone';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { skbOf } from '../objects';
import { concatPayload, slicePayload } from '../../model/lib/payload';
import { pickHandle } from '../pick';
import { CUTS, ONE_AND_ALL_OF_SECOND } from '../small_numbers';
import { drawCut, LEN_MAX, mayReshape, pickManyFrags, pickMostFrags } from './transform_contract';
import {
  skbCloned,
  skbHasFragList,
  skbHeadlen,
  skbTailroom,
  skbZcopy,
} from '../../model/net/core/skbuff/skbuff_inlines';

/** TCP moves bytes between skbs of its own write queue: never of a pool, without a frag_list, and not charged here. */
function isTransmitSkb(skb: SkBuff): boolean {
  return mayReshape(skb) && !skb.ppRecycle && isUncharged(skb);
}

function isUncharged(skb: SkBuff): boolean {
  return !skbHasFragList(skb) && skb.destructor === DESTRUCTOR_NONE;
}

function isFresh(skb: SkBuff): boolean {
  return isTransmitSkb(skb) && skb.len === 0 && skb.data.nrFrags === 0 && !skbCloned(skb) && skbZcopy(skb) === null;
}

function maySplit(skb: SkBuff): boolean {
  return isTransmitSkb(skb) && !skbCloned(skb) && !skb.data.handedOut;
}

/** Returns the number of linear bytes that a split at `len` copies. */
function linearMoved(skb: SkBuff, len: number): number {
  return Math.max(0, skbHeadlen(skb) - len);
}

/**
 * skb_split, and the steps of tcp_fragment (net/ipv4/tcp_output.c) around it: truesize moves with the paged bytes.
 * (6.1: nlen = skb->len - len - nsize, where nsize are the linear bytes, for which the new skb was allocated. 6.12: the
 * skb has no linear bytes.)
 * Contract: `skb1` is fresh, with room for the linear bytes (the kernel has a WARN for one that is zerocopy already).
 * Neither is cloned (tcp_fragment unclones), of a pool, or charged.
 */
const SKB_SPLIT = defineCommand({
  name: 'skb_split',
  opcode: 104,
  system: 'skb',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'skb1', type: 'skb' },
    { name: 'len', type: 'int', min: 0, max: LEN_MAX },
  ],
  small: { len: CUTS },
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    args.skb1 = pickHandle(world, draw, 'skb', isFresh);
    if (args.skb1 < 0) return false;
    const skb1 = skbOf(world, args.skb1);
    args.skb = pickHandle(world, draw, 'skb', (skb) => skb !== skb1 && maySplit(skb) && skb.len > 0);
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    args.len = drawCut(draw, skb, Math.max(0, skbHeadlen(skb) - skbTailroom(skb1)), skb.len);
    return true;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    const skb1 = skbOf(world, args.skb1);
    const len = args.len;
    if (skb === skb1 || !maySplit(skb) || !isFresh(skb1) || len > skb.len) return false;
    return linearMoved(skb, len) <= skbTailroom(skb1) && skb.truesize > skb.dataLen;
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const skb1 = skbOf(world, args.skb1);
    const len = args.len;
    const nlen = skb.len - len - linearMoved(skb, len);
    skb1.payload = slicePayload(skb.payload, len, skb.len - len);
    skb.payload = slicePayload(skb.payload, 0, len);
    skb1.truesize += nlen;
    skb.truesize -= nlen;
    skbSplit(world, skb, skb1, len);
    return 0;
  },
  expectTruesize(_world, _args, _outcome, _result, { first: skb, second: skb1 }) {
    if (skb === null || skb1 === null) return;
    // tcp_fragment moves truesize with the paged bytes. Linear bytes go to a head that is charged already.
    skb.expectedTruesize -= skb1.dataLen;
    skb1.expectedTruesize += skb1.dataLen;
  },
});

/**
 * Skbs of a pool are shifted only where the rules say that they get there, and then whole: a frag that is cut gets a
 * plain reference.
 */
function isShiftable(world: World, skb: SkBuff): boolean {
  return mayReshape(skb) && (!skb.ppRecycle || world.rules.shiftMayMeetRecycled) && isUncharged(skb);
}

/** tcp_shift_skb_data shifts at most the bytes of the skb, and only those of skbs that have some. */
function mayShift(world: World, tgt: SkBuff, skb: SkBuff, shiftlen: number): boolean {
  if (tgt === skb || !isShiftable(world, tgt) || !isShiftable(world, skb) || shiftlen > skb.len) return false;
  if (tgt.ppRecycle !== skb.ppRecycle || (skb.ppRecycle && shiftlen !== skb.len)) return false;
  if (skb.truesize <= shiftlen || (skb.data.nrFrags === 0 && skbHeadlen(skb) === 0)) return false;
  return !uncloneKeeptruesizeWarns(world, skb) && !uncloneKeeptruesizeWarns(world, tgt);
}

const SHIFT_REASONS = [SHIFT_LINEAR, SHIFT_ZCOPY, SHIFT_FULL, SHIFT_NOMEM];

/**
 * Contract: neither skb is of a pool, charged, or has a frag_list, as in the write queue of TCP. No kernel exports the
 * function: a target has to find it by itself.
 */
const SKB_SHIFT = defineCommand({
  name: 'skb_shift',
  opcode: 105,
  system: 'skb',
  args: [
    { name: 'tgt', type: 'skb' },
    { name: 'skb', type: 'skb' },
    { name: 'shiftlen', type: 'int', min: 1, max: LEN_MAX, smallest: 1 },
  ],
  small: { shiftlen: ONE_AND_ALL_OF_SECOND },
  outcomes: ['shifted', 'refused_linear', 'refused_zcopy', 'refused_frags_full', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 96,
  usuallyNext: ['pskb_copy', 'skb_shift', 'skb_fill_page_desc', 'skb_add_rx_frag'],
  points: ['pskb_expand_head: cloned', 'skb_release_data: dataref dropped'],
  draw(world, draw, args) {
    const paged = (skb: SkBuff): boolean => isShiftable(world, skb) && skb.len > 0 && skbHeadlen(skb) === 0;
    const filled = (skb: SkBuff): boolean => isShiftable(world, skb) && skb.len > 0;
    // Only the two skbs with the most frags reach MAX_SKB_FRAGS.
    const most = draw.chance(1, 4);
    args.skb = most ? pickMostFrags(world, paged) : pickHandle(world, draw, 'skb', draw.chance(7, 8) ? paged : filled);
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    const continued = (tgt: SkBuff): boolean => tgt !== skb && isShiftable(world, tgt) && continues(tgt, skb);
    const other = (tgt: SkBuff): boolean => tgt !== skb && isShiftable(world, tgt);
    args.tgt = most
      ? pickMostFrags(world, other)
      : draw.chance(1, 2)
        ? pickHandle(world, draw, 'skb', continued)
        : NO_ID;
    if (args.tgt < 0) args.tgt = pickManyFrags(world, draw, other);
    if (args.tgt < 0) return false;
    if (skb.ppRecycle) {
      args.shiftlen = skb.len;
      return true;
    }
    const full = skbOf(world, args.tgt).data.nrFrags + skb.data.nrFrags > world.abi.maxSkbFrags;
    args.shiftlen = full && draw.chance(3, 4) ? skb.len : drawCut(draw, skb, 1, skb.len);
    return true;
  },
  applies(world, args) {
    return mayShift(world, skbOf(world, args.tgt), skbOf(world, args.skb), args.shiftlen);
  },
  run(world, args) {
    const tgt = skbOf(world, args.tgt);
    const skb = skbOf(world, args.skb);
    const shifted = skbShift(world, tgt, skb, args.shiftlen);
    if (shifted < 0) return 1 + SHIFT_REASONS.indexOf(shifted);
    tgt.payload = concatPayload(tgt.payload, slicePayload(skb.payload, 0, shifted));
    skb.payload = slicePayload(skb.payload, shifted, skb.len);
    world.ret = shifted;
    return 0;
  },
  truesize: { keepsTruesize: true },
  expectTruesize(world, _args, outcome, _result, { first: tgt, second: skb }) {
    if (tgt === null || skb === null || outcome !== 'shifted') return;
    tgt.expectedTruesize += world.ret;
    skb.expectedTruesize -= world.ret;
  },
});

/** Returns whether the first frag of `skb` continues the last one of `tgt`, as it does after a split. */
function continues(tgt: SkBuff, skb: SkBuff): boolean {
  if (tgt.data.nrFrags === 0 || skb.data.nrFrags === 0) return false;
  const last = tgt.data.frags[tgt.data.nrFrags - 1];
  const first = skb.data.frags[0];
  return last.page === first.page && last.offset + last.size === first.offset;
}

export const SKB_TRANSFER_COMMANDS: readonly Command[] = [SKB_SPLIT, SKB_SHIFT];
