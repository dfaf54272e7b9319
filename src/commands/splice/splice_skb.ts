import { decryptInPlace, espSkipsCow, skbCowData } from '../../model/net/core/skbuff/head/skb_cow_data';
import { kfreeSkb } from '../../model/net/core/skbuff/free/skb_free';
import { skbZerocopy, skbZerocopyHeadlen } from '../../model/net/core/skbuff/zerocopy/skb_zerocopy';
import { pskbExtract } from '../../model/net/core/skbuff/pull_trim/pskb_carve';
import { DESTRUCTOR_NONE, SKBFL_SHARED_FRAG, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { consume, skbOf, type Command } from '../command';
import { slicePayload } from '../../model/lib/payload';
import { syncMemberPayloads } from '../skb/payload_members';
import { countHandles, nameResult, pickBestOfThree, pickHandle } from '../pick';
import { mayBeDecrypted } from './splice_exclusive';
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

/** The head that skb_cow_data may have to make. */
function mayDecrypt(world: World, skb: SkBuff): boolean {
  return mayBeDecrypted(world, skb) && headFits(world, skb.data.end + __skbPagelen(skb) + 128);
}

function hasFilePage({ data }: SkBuff): boolean {
  for (let i = 0; i < data.nrFrags; i++) if (data.frags[i].page.file !== null) return true;
  return false;
}

/**
 * The in-place write of esp_input (net/ipv4/esp4.c): into the frags where the skb is not cloned and has no shared frag, else
 * skb_cow_data() makes a copy to write to.
 */
const ESP_INPUT_DECRYPT: Command = {
  name: 'esp_input_decrypt',
  opcode: 178,
  system: 'splice',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['in_place', 'cow', 'enomem'],
  allocates: true,
  contextual: true,
  draw(world, draw, args) {
    const marked = (skb: SkBuff): boolean => skb.data.nrFrags > 0 || skbCloned(skb);
    args[0] = draw.chance(1, 2)
      ? pickHandle<SkBuff>(world, draw, 'skb', (skb) => hasFilePage(skb) && mayDecrypt(world, skb))
      : -1;
    if (args[0] < 0 && draw.chance(7, 8))
      args[0] = pickHandle<SkBuff>(world, draw, 'skb', (skb) => marked(skb) && mayDecrypt(world, skb));
    if (args[0] < 0) args[0] = pickHandle<SkBuff>(world, draw, 'skb', (skb) => mayDecrypt(world, skb));
    return args[0] >= 0;
  },
  applies(world, args) {
    return mayDecrypt(world, skbOf(world, args[0]));
  },
  run(world, args) {
    const skb = skbOf(world, args[0]);
    const inPlace = espSkipsCow(skb);
    world.ret = inPlace ? 0 : skbCowData(world, skb);
    if (world.ret < 0) return 2;
    skb.payload = decryptInPlace(world, skb);
    return inPlace ? 0 : 1;
  },
};

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

/** Some bytes of the head go as a frag, and then user pages are orphaned, which can fail: see docs/kernel-findings.md. */
function leaksItsHead(skb: SkBuff, hlen: number): boolean {
  return hlen === 0 && skbHeadlen(skb) > 0 && needsOrphan(skb);
}

function mayZerocopy(world: World, to: SkBuff, from: SkBuff, len: number): boolean {
  if (to === from || !isFresh(to) || !isWhole(from) || orphanRecurses(from) || from.len === 0) return false;
  if (len > from.len || sendsUserPages(from)) return false;
  const hlen = Math.min(skbZerocopyHeadlen(world, from), len);
  if (skbTailroom(to) < hlen || (leaksItsHead(from, hlen) && !world.provokes)) return false;
  return world.rules.skbZerocopyMayMeetWriters || (from.data.flags & SKBFL_SHARED_FRAG) === 0 || world.provokes;
}

/**
 * skb_zerocopy with the hlen of skb_zerocopy_headlen, as nfnetlink_queue and openvswitch hand packets to user space. Where it
 * fails they free `to`.
 */
const SKB_ZEROCOPY: Command = {
  name: 'skb_zerocopy',
  opcode: 179,
  system: 'splice',
  args: [
    { name: 'to', type: 'skb' },
    { name: 'from', type: 'skb' },
    { name: 'len', type: 'int', min: 1, max: LEN_MAX, smallest: 1 },
  ],
  outcomes: ['shared', 'shared_head', 'copied', 'enomem', 'not_orphaned'],
  allocates: true,
  contextual: false,
  draw(world, draw, args) {
    // Short ones: what fits into the tailroom is copied.
    args[0] = pickBestOfThree<SkBuff>(world, draw, 'skb', isFresh, (skb) => -skbTailroom(skb));
    if (args[0] < 0) return false;
    const to = skbOf(world, args[0]);
    const suits = (from: SkBuff): boolean => mayZerocopy(world, to, from, from.len);
    const isLong = (from: SkBuff): boolean => suits(from) && from.len > skbTailroom(to);
    args[1] = draw.chance(1, 2)
      ? pickHandle<SkBuff>(world, draw, 'skb', (from) => isLong(from) && needsOrphan(from))
      : -1;
    if (args[1] < 0) args[1] = pickHandle(world, draw, 'skb', isLong);
    if (args[1] < 0 && draw.chance(1, 8)) args[1] = pickHandle(world, draw, 'skb', suits);
    if (args[1] < 0) return false;
    const from = skbOf(world, args[1]);
    args[2] = draw.chance(2, 3) ? from.len : drawCut(draw, from, 1, from.len);
    return true;
  },
  applies(world, args) {
    return mayZerocopy(world, skbOf(world, args[0]), skbOf(world, args[1]), args[2]);
  },
  run(world, args) {
    const to = skbOf(world, args[0]);
    const from = skbOf(world, args[1]);
    const refused = orphanRefused(from);
    const how = skbZerocopy(world, to, from, args[2], Math.min(skbZerocopyHeadlen(world, from), args[2]));
    if (how < 0) {
      world.ret = how;
      consume(world, args[0]);
      kfreeSkb(world, to);
      return refused ? 4 : 3;
    }
    to.payload = slicePayload(from.payload, 0, args[2]);
    return how;
  },
  /** skb_len_add: the bytes that are not copied, whatever the pages weigh. */
  expectTruesize(_world, _args, outcome, _result, before) {
    if (before.first === null || outcome === 'enomem' || outcome === 'not_orphaned') return;
    if (outcome !== 'copied') before.first.expectedTruesize += before.first.dataLen;
  },
};

function mayExtract(world: World, skb: SkBuff, off: number, toCopy: number): boolean {
  if (!isWhole(skb) || orphanRecurses(skb) || sendsUserPages(skb)) return false;
  if (off >= skb.len || off + toCopy > skb.len) return false;
  return headFits(world, skb.data.end) && (off + toCopy === skb.len || !wasHandedOut(skb));
}

/** In the order of the outcomes of pskb_extract: where the first byte that stays is. */
function carvedAt(skb: SkBuff, off: number): number {
  if (off < skbHeadlen(skb)) return 0;
  return off < skbHeadlen(skb) + __skbPagelen(skb) ? 1 : 2;
}

const PSKB_EXTRACT: Command = {
  name: 'pskb_extract',
  opcode: 180,
  system: 'splice',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'off', type: 'int', min: 0, max: LEN_MAX, default: 0 },
    { name: 'to_copy', type: 'int', min: 1, max: LEN_MAX, smallest: 1 },
  ],
  result: 'skb',
  outcomes: ['inside_header', 'inside_frags', 'inside_frag_list', 'enomem', 'not_orphaned'],
  allocates: true,
  contextual: true,
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    const suits = (skb: SkBuff): boolean => skb.len > 0 && mayExtract(world, skb, 0, skb.len);
    args[0] = draw.chance(3, 4)
      ? pickHandle<SkBuff>(world, draw, 'skb', (skb) => skb.dataLen > 0 && suits(skb))
      : pickHandle(world, draw, 'skb', suits);
    if (args[0] < 0) return false;
    const skb = skbOf(world, args[0]);
    args[1] = drawCut(draw, skb, 0, skb.len - 1);
    args[2] = draw.chance(1, 2) ? skb.len - args[1] : draw.size(1, skb.len - args[1]);
    return true;
  },
  applies(world, args) {
    return mayExtract(world, skbOf(world, args[0]), args[1], args[2]);
  },
  run(world, args, result) {
    const skb = skbOf(world, args[0]);
    const refused = orphanRefused(skb);
    const where = carvedAt(skb, args[1]);
    const n = pskbExtract(world, skb, args[1], args[2]);
    if (n === null) return refused ? 4 : 3;
    n.payload = slicePayload(skb.payload, args[1], args[2]);
    syncMemberPayloads(n);
    nameResult(world, result, 'skb', n);
    return where;
  },
  expectTruesize(world, args, outcome, result, before) {
    if (before.first === null || outcome === 'enomem' || outcome === 'not_orphaned' || result < 0) return;
    const [, off, toCopy] = args;
    const skb = skbOf(world, result);
    // pskb_trim of an skb with paged bytes condenses it: where all is linear then, it is charged for its head alone.
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
};

export const SPLICE_SKB_COMMANDS: readonly Command[] = [ESP_INPUT_DECRYPT, SKB_ZEROCOPY, PSKB_EXTRACT];
