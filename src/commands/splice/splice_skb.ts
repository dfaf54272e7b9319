import { liveObject } from '../../model/world/handles';
import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { decryptInPlace, espSkipsCow, skbCowData } from '../../model/net/core/skbuff/head/skb_cow_data';
import { kfreeSkb } from '../../model/net/core/skbuff/free/skb_free';
import { skbZerocopy, skbZerocopyHeadlen } from '../../model/net/core/skbuff/zerocopy/skb_zerocopy';
import { pskbExtract } from '../../model/net/core/skbuff/pull_trim/pskb_carve';
import { DESTRUCTOR_NONE, SKBFL_SHARED_FRAG, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { slicePayload } from '../../model/lib/payload';
import { syncMemberPayloads } from '../skb/payload_members';
import { countHandles, nameResult, pickBestOfThree, pickHandle } from '../pick';
import { numbers, ONE_AND_ALL_OF_SECOND, these } from '../small_numbers';
import { mayBeDecrypted } from './splice_contract';
import {
  headFits,
  isSole,
  isWhole,
  isWritable,
  needsOrphan,
  orphanRecurses,
  orphanRefused,
  sendsUserPages,
  SKB_NAMES_MAX,
  wasHandedOut,
} from '../skb/skb_contract';
import { drawCut, LEN_MAX } from '../skb/transform_contract';
import {
  skbCloned,
  skbHasFragList,
  skbHeadlen,
  skbTailroom,
  skbZcopy,
} from '../../model/net/core/skbuff/skbuff_inlines';
import { __skbPagelen } from '../../model/net/core/skbuff/zerocopy/ubuf_pages';

/** The contract of decryption, with room for the head that skb_cow_data may allocate. */
function mayDecrypt(world: World, skb: SkBuff): boolean {
  return mayBeDecrypted(world, skb) && headFits(world, skb.data.end + __skbPagelen(skb) + 128);
}

function hasFilePage({ data }: SkBuff): boolean {
  for (let i = 0; i < data.nrFrags; i++) if (data.frags[i].page.file !== null) return true;
  return false;
}

/**
 * The in-place write of esp_input (net/ipv4/esp4.c). It writes into the frags where the skb is not cloned and has no
 * shared frag; otherwise skb_cow_data() makes a copy to write to.
 */
const ESP_INPUT_DECRYPT = defineCommand({
  name: 'esp_input_decrypt',
  opcode: 178,
  system: 'splice',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['in_place', 'cow', 'enomem'],
  allocates: true,
  contextual: true,
  weight: 24,
  draw(world, draw, args) {
    const marked = (skb: SkBuff): boolean => skb.data.nrFrags > 0 || skbCloned(skb);
    args.skb = draw.chance(1, 2)
      ? pickHandle(world, draw, 'skb', (skb) => hasFilePage(skb) && mayDecrypt(world, skb))
      : NO_ID;
    if (args.skb < 0 && draw.chance(7, 8))
      args.skb = pickHandle(world, draw, 'skb', (skb) => marked(skb) && mayDecrypt(world, skb));
    if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', (skb) => mayDecrypt(world, skb));
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayDecrypt(world, skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const inPlace = espSkipsCow(skb);
    world.ret = inPlace ? 0 : skbCowData(world, skb);
    if (world.ret < 0) return 2;
    skb.payload = decryptInPlace(world, skb);
    return inPlace ? 0 : 1;
  },
});

function isFresh(skb: SkBuff): boolean {
  return (
    isSole(skb) &&
    isWritable(skb) &&
    skb.len === 0 &&
    skb.data.nrFrags === 0 &&
    !skbHasFragList(skb) &&
    !skb.ppRecycle &&
    skbZcopy(skb) === null &&
    skb.destructor === DESTRUCTOR_NONE
  );
}

/**
 * Returns whether skb_zerocopy makes a frag of bytes of the head, and then is refused user pages because the packet is
 * shared. No caller does that: openvswitch and nfnetlink_queue get packets that passed skb_share_check.
 */
function sharesHeadOfShared(skb: SkBuff, hlen: number): boolean {
  return hlen === 0 && skbHeadlen(skb) > 0 && orphanRefused(skb);
}

function mayZerocopy(world: World, to: SkBuff, from: SkBuff, len: number): boolean {
  if (to === from || !isFresh(to) || !isWhole(from) || orphanRecurses(from) || from.len === 0) return false;
  if (len > from.len || sendsUserPages(from) || from.unreadable) return false;
  const hlen = Math.min(skbZerocopyHeadlen(world, from), len);
  if (skbTailroom(to) < hlen || sharesHeadOfShared(from, hlen)) return false;
  return world.rules.skbZerocopyMayMeetWriters || (from.data.flags & SKBFL_SHARED_FRAG) === 0 || world.provokes;
}

/**
 * skb_zerocopy with the hlen of skb_zerocopy_headlen: nfnetlink_queue and openvswitch pass packets to user space this
 * way. When it fails, they free `to`.
 */
const SKB_ZEROCOPY = defineCommand({
  name: 'skb_zerocopy',
  opcode: 179,
  system: 'splice',
  args: [
    { name: 'to', type: 'skb' },
    { name: 'from', type: 'skb' },
    { name: 'len', type: 'int', min: 1, max: LEN_MAX, smallest: 1 },
  ],
  small: { len: ONE_AND_ALL_OF_SECOND },
  outcomes: ['shared', 'shared_head', 'copied', 'enomem', 'not_orphaned'],
  allocates: true,
  contextual: false,
  weight: 512,
  usuallyNext: ['esp_input_decrypt', 'kfree_skb', 'esp_input_decrypt', 'skb_splice_bits'],
  draw(world, draw, args) {
    // Prefer little tailroom: bytes that fit into it are copied.
    args.to = pickBestOfThree(world, draw, 'skb', isFresh, (skb) => -skbTailroom(skb));
    if (args.to < 0) return false;
    const to = skbOf(world, args.to);
    const suits = (from: SkBuff): boolean => mayZerocopy(world, to, from, from.len);
    const isLong = (from: SkBuff): boolean => suits(from) && from.len > skbTailroom(to);
    args.from = draw.chance(1, 2) ? pickHandle(world, draw, 'skb', (from) => isLong(from) && needsOrphan(from)) : NO_ID;
    if (args.from < 0) args.from = pickHandle(world, draw, 'skb', isLong);
    if (args.from < 0 && draw.chance(1, 8)) args.from = pickHandle(world, draw, 'skb', suits);
    if (args.from < 0) return false;
    const from = skbOf(world, args.from);
    args.len = draw.chance(2, 3) ? from.len : drawCut(draw, from, 1, from.len);
    return true;
  },
  applies(world, args) {
    return mayZerocopy(world, skbOf(world, args.to), skbOf(world, args.from), args.len);
  },
  run(world, args) {
    const to = skbOf(world, args.to);
    const from = skbOf(world, args.from);
    const refused = orphanRefused(from);
    const how = skbZerocopy(world, to, from, args.len, Math.min(skbZerocopyHeadlen(world, from), args.len));
    if (how < 0) {
      world.ret = how;
      consume(world, args.to);
      kfreeSkb(world, to);
      return refused ? 4 : 3;
    }
    to.payload = slicePayload(from.payload, 0, args.len);
    return how;
  },
  /** skb_len_add counts the bytes that are not copied, not the memory of the pages. */
  expectTruesize(_world, _args, outcome, _result, before) {
    if (before.first === null || outcome === 'enomem' || outcome === 'not_orphaned') return;
    if (outcome !== 'copied') before.first.expectedTruesize += before.first.dataLen;
  },
});

/**
 * Returns whether the skb may be carved. Only rds_tcp_data_recv calls pskb_extract, for packets of RDS sockets: no
 * queue of device memory is set up for these.
 */
function mayExtract(world: World, skb: SkBuff, off: number, toCopy: number): boolean {
  if (!isWhole(skb) || orphanRecurses(skb) || sendsUserPages(skb) || skb.unreadable) return false;
  if (off >= skb.len || off + toCopy > skb.len) return false;
  return headFits(world, skb.data.end) && (off + toCopy === skb.len || !wasHandedOut(skb));
}

/** Returns the part of the skb that holds the first byte to keep, in the order of the outcomes of pskb_extract. */
function carvedAt(skb: SkBuff, off: number): number {
  if (off < skbHeadlen(skb)) return 0;
  return off < skbHeadlen(skb) + __skbPagelen(skb) ? 1 : 2;
}

const PSKB_EXTRACT = defineCommand({
  name: 'pskb_extract',
  opcode: 180,
  system: 'splice',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'off', type: 'int', min: 0, max: LEN_MAX, default: 0 },
    { name: 'to_copy', type: 'int', min: 1, max: LEN_MAX, smallest: 1 },
  ],
  result: 'skb',
  small: {
    off: these(0, 1),
    to_copy: numbers('1 | a page | all bytes of the skb', ({ world, skb }) => [1, world.abi.pageSize, skb?.len ?? 1]),
  },
  outcomes: ['inside_header', 'inside_frags', 'inside_frag_list', 'enomem', 'not_orphaned'],
  allocates: true,
  contextual: true,
  weight: 64,
  usuallyNext: ['esp_input_decrypt', 'kfree_skb', 'esp_input_decrypt', 'skb_splice_bits', 'tcp_queue_rcv'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    const suits = (skb: SkBuff): boolean => skb.len > 0 && mayExtract(world, skb, 0, skb.len);
    args.skb = draw.chance(3, 4)
      ? pickHandle(world, draw, 'skb', (skb) => skb.dataLen > 0 && suits(skb))
      : pickHandle(world, draw, 'skb', suits);
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    args.off = drawCut(draw, skb, 0, skb.len - 1);
    args.to_copy = draw.chance(1, 2) ? skb.len - args.off : draw.size(1, skb.len - args.off);
    return true;
  },
  applies(world, args) {
    return mayExtract(world, skbOf(world, args.skb), args.off, args.to_copy);
  },
  run(world, args, result) {
    const skb = skbOf(world, args.skb);
    const refused = orphanRefused(skb);
    const where = carvedAt(skb, args.off);
    const n = pskbExtract(world, skb, args.off, args.to_copy);
    if (n === null) return refused ? 4 : 3;
    n.payload = slicePayload(skb.payload, args.off, args.to_copy);
    syncMemberPayloads(n);
    nameResult(world, result, 'skb', n);
    return where;
  },
  truesize: { forksMembers: true },
  expectTruesize(world, args, outcome, result, before) {
    const skb = liveObject(world, result, 'skb');
    if (before.first === null || skb === null || outcome === 'enomem' || outcome === 'not_orphaned') return;
    const { off, to_copy: toCopy } = args;
    // pskb_trim condenses an skb with paged bytes. If all bytes become linear, the skb is charged for its head alone.
    const cut = before.first.dataLen > 0 && off + toCopy < before.first.len;
    const { skBuffSize, sharedInfoSize } = world.abi;
    if (cut && skb.dataLen === 0) {
      skb.expectedTruesize = skBuffSize + sharedInfoSize + skb.data.end;
      skb.truesizeDebt = 0;
      return;
    }
    skb.expectedTruesize = before.firstExpected;
    skb.truesizeDebt = before.first.truesizeDebt + Math.max(0, skb.data.end - before.firstEnd);
  },
});

export const SPLICE_SKB_COMMANDS: readonly Command[] = [ESP_INPUT_DECRYPT, SKB_ZEROCOPY, PSKB_EXTRACT];
