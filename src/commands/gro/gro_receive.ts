import { NO_ID, type Id } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { cpuTakes } from '../../model/kernel/dma/dma_ownership';
import type { GroMerge, Napi } from '../../model/structs/napi';
import { GRO_MERGED, GRO_MERGED_FREE, GRO_HELD } from '../../model/net/core/gro/napi_gro';
import { napiGetFrags, napiGroFrags, napiGroReceive } from '../../model/net/core/gro/napi_gro_receive';
import { read16 } from '../../model/net/headers/net_headers';
import type { PageRef } from '../../model/structs/page';
import { pageAddress } from '../../model/mm/page_alloc';
import { writtenPayload } from '../../model/mm/page_writes';
import { skbAddRxFrag } from '../../model/net/core/skbuff/frags/skb_add_rx_frag';
import { SkbData, SkBuff, SKBFL_SHARED_FRAG } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, pageOf, skbOf } from '../objects';
import type { Draw } from '../draw';
import { inPoll, isOfQueue, mayEnterGro, mayReceiveFrags } from './gro_contract';
import { napiOf } from '../objects';
import { drawHash } from './gro_draw';
import { settlePayloads } from './gro_payload';
import { noteEntry, settleTruesize } from './gro_truesize';
import { concatPayload } from '../../model/lib/payload';
import { pickHandle } from '../pick';
import { drawTruesize, firstWritten, mayAdd, writtenLength } from '../skb/skb_frags';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';
import { ETH_HLEN, ETH_P_IP } from '../../model/structs/if_ether';
import { REGION_MAX, TRUESIZE_MAX } from '../limits';

const HASH_MAX = 0x7fffffff;
/** Ethernet, with IPv4, with UDP, with TCP, with TCP options. */
const HEADER_LENGTHS = [14, 34, 42, 54, 54, 66];

/**
 * In the order of GRO_* of skb_gro_receive.ts. A refused packet was held, or passed to the stack, on its own. world.ret
 * is the enum gro_result.
 */
export const GRO_OUTCOMES: readonly string[] = [
  ...['moved_frags', 'moved_frags_to_last', 'stole_head', 'stole_head_to_last', 'chained', 'chained_frags_full'],
  ...['chained_list', 'held', 'held_oldest_flushed', 'normal'],
  ...['refused_recycle', 'refused_zcopy', 'refused_too_big', 'refused_flush', 'refused_legacy_size', 'refused_linear'],
  ...['refused_list_too_big', 'refused_list_flush'],
];
/** The packet of napi_gro_frags has only frags: no head to steal, and no linear payload. */
const FRAGS_OUTCOMES = GRO_OUTCOMES.filter(
  (outcome) => !['stole_head', 'stole_head_to_last', 'chained', 'refused_linear'].includes(outcome),
);
const FRAGS_OUTCOME = GRO_OUTCOMES.map((outcome) => FRAGS_OUTCOMES.indexOf(outcome));
const HELD = GRO_OUTCOMES.indexOf('held');
const HELD_OLDEST_FLUSHED = GRO_OUTCOMES.indexOf('held_oldest_flushed');
const NORMAL = GRO_OUTCOMES.indexOf('normal');

function outcomeOf(napi: Napi, result: number): number {
  if (result === GRO_MERGED || result === GRO_MERGED_FREE) return napi.merge?.how ?? NORMAL;
  if (napi.refused >= 0) return napi.refused;
  if (result !== GRO_HELD) return NORMAL;
  return napi.flushedOldest ? HELD_OLDEST_FLUSHED : HELD;
}

/**
 * The packet brought frags that others may write: the packet or the member that took them must have the mark, since
 * code that writes in place tests it.
 */
function checkMark(world: World, { p, lp }: GroMerge): void {
  for (const skb of [p, lp]) {
    if ((skb.data.flags & SKBFL_SHARED_FRAG) !== 0) continue;
    world.violate('no-shared-write', 'skb', `skb#${skb.id} took frags that were marked as shared, and is not marked`);
    return;
  }
}

/** Runs napi_gro_receive or napi_gro_frags for a packet, sets the expected payloads, and returns the outcome. */
function receive(world: World, napi: Napi, skb: SkBuff, receivePacket: () => number): number {
  const before = skb.payload;
  const marked = (skb.data.flags & SKBFL_SHARED_FRAG) !== 0;
  world.ret = receivePacket();
  const outcome = outcomeOf(napi, world.ret);
  settlePayloads(world, napi, skb, before);
  if (marked && napi.merge !== null) checkMark(world, napi.merge);
  return outcome;
}

/**
 * napi_gro_receive, after the steps of veth and drivers: skb_prepare_for_gro, eth_type_trans, CHECKSUM_UNNECESSARY and
 * skb_set_hash.
 */
const NAPI_GRO_RECEIVE = defineCommand({
  name: 'napi_gro_receive',
  opcode: 134,
  system: 'gro',
  args: [
    { name: 'napi', type: 'napi' },
    { name: 'skb', type: 'skb', consumed: true },
    { name: 'hash', type: 'int', min: 0, max: HASH_MAX, default: 0 },
  ],
  outcomes: GRO_OUTCOMES,
  // 6.1 has no test of the linear part.
  outcomesOf: { refused_linear: { groChainRefusesLongLinear: true } },
  allocates: true,
  contextual: true,
  weight: 600,
  usuallyNext: [
    'napi_alloc_skb',
    'napi_alloc_skb',
    'build_skb',
    'alloc_skb',
    'alloc_pages',
    'skb_push_headers',
    'napi_gro_frags',
    'gro_normal_list',
  ],
  noteBefore(world, args) {
    return noteEntry(skbOf(world, args.skb));
  },
  expectTruesize(world, args, _outcome, _result, { note: entered }) {
    settleTruesize(world, napiOf(world, args.napi), entered);
  },
  draw(world, draw, args) {
    args.napi = draw.handle(world, 'napi');
    args.skb = args.napi < 0 ? NO_ID : pickPacket(world, draw, napiOf(world, args.napi));
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    const iph = skbHeadlen(skb) < ETH_HLEN + 20 ? -1 : skb.data.head + skb.dataOffset + ETH_HLEN;
    args.hash = drawHash(world, draw, napiOf(world, args.napi), iph);
    return true;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    return inPoll(world) && mayEnterGro(world, skb) && isOfQueue(world, napiOf(world, args.napi), skb);
  },
  run(world, args) {
    const napi = napiOf(world, args.napi);
    const skb = skbOf(world, args.skb);
    consume(world, args.skb);
    return receive(world, napi, skb, () => napiGroReceive(world, napi, skb, args.hash));
  },
});

function pickPacket(world: World, draw: Draw, napi: Napi): Id<'skb'> {
  return pickHandle(world, draw, 'skb', (skb) => mayEnterGro(world, skb) && isOfQueue(world, napi, skb));
}

/** The skb that napi_get_frags would make. */
const EMPTY = new SkBuff();
EMPTY.data = new SkbData();

function mayAddFrag(world: World, napi: Napi, ref: PageRef, offset: number, size: number): boolean {
  const skb = napi.skb ?? EMPTY;
  return mayAdd(world, skb, ref, offset, size);
}

/**
 * The calls of a driver for each buffer of a packet: napi_get_frags, skb_add_rx_frag, and skb_mark_for_recycle for a
 * page of a pool.
 */
const NAPI_ADD_RX_FRAG = defineCommand({
  name: 'napi_add_rx_frag',
  opcode: 136,
  system: 'gro',
  args: [
    { name: 'napi', type: 'napi' },
    { name: 'page', type: 'page', consumed: true },
    { name: 'offset', type: 'int', min: 0, max: REGION_MAX - 1, default: 0 },
    { name: 'size', type: 'int', min: 1, max: REGION_MAX, smallest: 1 },
    { name: 'truesize', type: 'int', min: 1, max: TRUESIZE_MAX, smallest: 1 },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  weight: 200,
  usuallyNext: ['napi_gro_frags', 'napi_gro_frags', 'napi_gro_frags', 'napi_add_rx_frag'],
  expectTruesize(world, args) {
    const skb = napiOf(world, args.napi).skb;
    if (skb === null) return;
    // The ledger has charged a new skb for the bytes of its frag, as it does where a call copied them.
    skb.expectedTruesize += args.truesize - (skb.id > world.lastIdBefore ? args.size : 0);
  },
  draw(world, draw, args) {
    args.napi = draw.handle(world, 'napi');
    if (args.napi < 0) return false;
    const napi = napiOf(world, args.napi);
    const suits = (ref: PageRef): boolean => {
      const from = firstWritten(ref);
      return from >= 0 && mayAddFrag(world, napi, ref, from - ref.offset, 1);
    };
    const begins = (ref: PageRef): boolean => suits(ref) && looksLikePacket(world, ref);
    args.page = (napi.skb?.len ?? 0) === 0 ? pickHandle(world, draw, 'page', begins) : NO_ID;
    if (args.page < 0) args.page = pickHandle(world, draw, 'page', suits);
    if (args.page < 0) return false;
    const ref = pageOf(world, args.page);
    const first = firstWritten(ref);
    const length = writtenLength(ref, first);
    args.offset = first - ref.offset;
    args.size = draw.chance(7, 8) ? length : draw.size(1, length);
    // Header split: the first buffer holds only headers.
    if (draw.chance(1, 16)) args.size = Math.min(length, draw.pick(HEADER_LENGTHS));
    args.truesize = drawTruesize(draw, ref, args.size);
    return true;
  },
  applies(world, args) {
    return (
      inPoll(world) &&
      args.truesize >= args.size &&
      mayAddFrag(world, napiOf(world, args.napi), pageOf(world, args.page), args.offset, args.size)
    );
  },
  run(world, args) {
    napiGetFrags(world, napiOf(world, args.napi));
    const skb = napiOf(world, args.napi).skb as SkBuff;
    const ref = pageOf(world, args.page);
    const from = ref.offset + args.offset;
    consume(world, args.page);
    skbAddRxFrag(world, skb, ref.page, from, args.size, args.truesize);
    cpuTakes(ref.page, from, args.size);
    skb.payload = concatPayload(skb.payload, writtenPayload(ref.page, from, args.size) ?? []);
    if (ref.ofPool) skb.ppRecycle = true;
    return 0;
  },
});

function looksLikePacket(world: World, ref: PageRef): boolean {
  const from = firstWritten(ref);
  return writtenLength(ref, from) >= ETH_HLEN && read16(world, pageAddress(world, ref.page) + from + 12) === ETH_P_IP;
}

/** napi_gro_frags, after skb_set_hash. */
const NAPI_GRO_FRAGS = defineCommand({
  name: 'napi_gro_frags',
  opcode: 137,
  system: 'gro',
  args: [
    { name: 'napi', type: 'napi' },
    { name: 'hash', type: 'int', min: 0, max: HASH_MAX, default: 0 },
  ],
  outcomes: FRAGS_OUTCOMES,
  // 6.1 marks held packets, not the new one, as not to be merged.
  outcomesOf: { refused_flush: { groFlushByPair: true }, refused_list_flush: { groFlushByPair: true } },
  allocates: true,
  contextual: true,
  weight: 600,
  usuallyNext: ['alloc_pages', 'alloc_pages', 'page_pool_alloc_pages', 'page_pool_alloc_frag', 'napi_gro_flush'],
  noteBefore(world, args) {
    return noteEntry(napiOf(world, args.napi).skb as SkBuff);
  },
  expectTruesize(world, args, _outcome, _result, { note: entered }) {
    settleTruesize(world, napiOf(world, args.napi), entered);
  },
  draw(world, draw, args) {
    args.napi = pickHandle(world, draw, 'napi', (napi) => mayReceiveFrags(world, napi));
    if (args.napi < 0) return false;
    const napi = napiOf(world, args.napi);
    const frag = (napi.skb as SkBuff).data.frags[0];
    const iph = frag.size < ETH_HLEN + 20 ? -1 : pageAddress(world, frag.page) + frag.offset + ETH_HLEN;
    args.hash = drawHash(world, draw, napi, iph);
    return true;
  },
  applies(world, args) {
    return inPoll(world) && mayReceiveFrags(world, napiOf(world, args.napi));
  },
  run(world, args) {
    const napi = napiOf(world, args.napi);
    const skb = napi.skb as SkBuff;
    return FRAGS_OUTCOME[receive(world, napi, skb, () => napiGroFrags(world, napi, args.hash))];
  },
});

export const GRO_RECEIVE_COMMANDS: readonly Command[] = [NAPI_GRO_RECEIVE, NAPI_ADD_RX_FRAG, NAPI_GRO_FRAGS];
