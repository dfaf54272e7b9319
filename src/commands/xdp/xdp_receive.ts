import { times } from '../usual';
import { defineCommand } from '../define_command';
import { cpuMayRead, cpuTakes, deviceWrites } from '../../model/kernel/dma/dma_ownership';
import type { PageRef } from '../../model/structs/page';
import { getPage } from '../../model/mm/page_alloc';
import { forgetWrites, writePattern, writtenPayload } from '../../model/mm/page_writes';
import { markPfmemalloc, xdpBuffHasFrags, xdpPrepareBuff } from '../../model/net/core/xdp/xdp_buff';
import { MEM_TYPE_XSK_BUFF_POOL } from '../../model/structs/xdp_mem_info';
import type { World } from '../../model/world/world';
import { xpAlloc } from '../../model/net/xdp/xsk_buff_pool';
import { type Command } from '../command';
import { consume, pageOf } from '../objects';
import type { Draw } from '../draw';
import { concatPayload } from '../../model/lib/payload';
import { countHandles, nameResult, pickBestOfThree, pickHandle } from '../pick';
import { fitsModel, fragBufferEnd, mayAddFrag, mayPrepare, smallestFrame, XDP_NAMES_MAX } from './xdp_contract';
import { rxqOf, xdpOf } from '../objects';
import { XDP_FLAGS_HAS_FRAGS, XDP_PACKET_HEADROOM, type XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';
import { ETH_HLEN } from '../../model/structs/if_ether';
import { CACHE_LINE, REGION_MAX } from '../limits';
import { BIG_HEAD, these } from '../small_numbers';

const HEADROOMS = [0, 32, 40, 44, 48, 64, 128, 192, 256, 256, 256, 256];

/** The region holds written bytes that the CPU may read, and some queue can return such a page. */
function mayShow(world: World, ref: PageRef, smallest: number): boolean {
  if (ref.page.writes.length === 0 || ref.size < smallest) return false;
  if (!cpuMayRead(world, ref, ref.offset, Math.min(ref.size, world.abi.pageSize))) return false;
  return world.namesOf('rxq').some(({ object }) => fitsModel((object as XdpRxqInfo).mem, ref));
}

/**
 * Draws the whole room, a part of it, or a length at which a copy of the frame just fits into a page or just does not:
 * copies of frames are made in one page.
 */
function drawLength(world: World, draw: Draw, headroom: number, room: number): number {
  const copied = world.abi.pageSize - draw.between(0, world.abi.sharedInfoSize) - headroom;
  if (copied <= room && copied >= ETH_HLEN && draw.chance(1, 3)) return copied;
  return draw.chance(1, 3) ? room : draw.size(ETH_HLEN, room);
}

/** Draws headroom and length of a packet from the written bytes of the region; false: too few bytes were written. */
function drawPacket(
  world: World,
  draw: Draw,
  ref: PageRef,
  frameSz: number,
  args: { headroom: number; len: number },
): boolean {
  const end = Math.min(ref.offset + frameSz - world.abi.sharedInfoSize, ref.offset + ref.size);
  const { writes } = ref.page;
  for (let i = 0; i < writes.length; i += 3) {
    const from = Math.max(writes[i], ref.offset);
    const to = Math.min(writes[i + 1], end);
    if (to - from < ETH_HLEN) continue;
    // Drivers reserve XDP_PACKET_HEADROOM. Conversions refuse too little headroom.
    let headroom = draw.chance(5, 6) ? XDP_PACKET_HEADROOM : draw.pick(HEADROOMS);
    if (ref.offset + headroom < from || ref.offset + headroom + ETH_HLEN > to) headroom = from - ref.offset;
    const room = to - ref.offset - headroom;
    args.headroom = headroom;
    args.len = drawLength(world, draw, headroom, room);
    return true;
  }
  return false;
}

/**
 * xdp_init_buff(), xdp_prepare_buff(): the driver shows a received packet to its program. The reference of the page
 * moves to the xdp_buff, and the CPU takes over the whole frame.
 */
const XDP_PREPARE_BUFF = defineCommand({
  name: 'xdp_prepare_buff',
  opcode: 258,
  system: 'xdp',
  args: [
    { name: 'rxq', type: 'rxq' },
    { name: 'page', type: 'page', consumed: true },
    { name: 'frame_sz', type: 'int', min: 0, max: REGION_MAX, default: 4096, smallest: 4096 },
    { name: 'headroom', type: 'int', min: 0, max: REGION_MAX, default: XDP_PACKET_HEADROOM, smallest: 0 },
    { name: 'len', type: 'int', min: 0, max: REGION_MAX, smallest: ETH_HLEN },
    { name: 'meta_valid', type: 'int', min: 0, max: 1, default: 1, smallest: 1 },
  ],
  result: 'xdp',
  small: { len: these(ETH_HLEN, BIG_HEAD) },
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 160,
  usuallyNext: [
    'bpf_xdp_adjust_head',
    'bpf_xdp_adjust_meta',
    'bpf_xdp_adjust_tail',
    'bpf_prog_run_xdp',
    'xdp_buff_add_frag',
    'xdp_convert_buff_to_frame',
    'xdp_convert_buff_to_frame',
    'xdp_buff_build_skb',
    'xdp_buff_copy_headers',
    'page_pool_alloc_pages',
    'alloc_pages',
    'device_write',
    'xdp_buff_add_frag',
  ],
  draw(world, draw, args) {
    if (countHandles(world, 'xdp') >= XDP_NAMES_MAX) return false;
    const smallest = smallestFrame(world);
    args.page = pickHandle(world, draw, 'page', (ref) => mayShow(world, ref, smallest));
    if (args.page < 0) return false;
    const ref = pageOf(world, args.page);
    const line = world.abi.smpCacheBytes;
    const size = draw.chance(3, 4)
      ? draw.chance(1, 3)
        ? ref.size
        : Math.min(ref.size, world.abi.pageSize)
      : draw.size(smallest, ref.size);
    args.frame_sz = size - (size % line);
    if (!world.rules.driverFrameFitsBuffer && draw.chance(1, 8)) args.frame_sz += line;
    args.meta_valid = draw.chance(7, 8) ? 1 : 0;
    args.rxq = pickHandle(world, draw, 'rxq', (rxq) => fitsModel(rxq.mem, ref));
    return drawPacket(world, draw, ref, args.frame_sz, args);
  },
  applies(world, args) {
    return mayPrepare(world, rxqOf(world, args.rxq), pageOf(world, args.page), args.frame_sz, args.headroom, args.len);
  },
  run(world, args, result) {
    const ref = pageOf(world, args.page);
    const payload = writtenPayload(ref.page, ref.offset + args.headroom, args.len) as number[];
    consume(world, args.page);
    const rxq = rxqOf(world, args.rxq);
    const xdp = xdpPrepareBuff(
      world,
      rxq,
      ref.page,
      ref.offset,
      args.frame_sz,
      args.headroom,
      args.len,
      args.meta_valid !== 0,
    );
    xdp.ofPool = ref.ofPool;
    const size = Math.min(args.frame_sz, ref.size);
    xdp.bufferEnd = ref.offset + size;
    xdp.payload = payload;
    forgetWrites(ref.page, ref.offset, ref.offset + size);
    cpuTakes(ref.page, ref.offset, size);
    nameResult(world, result, 'xdp', xdp);
    return 0;
  },
});

/** Position in page.writes of the first write to the region; -1: there is none. */
function writtenIn(ref: PageRef): number {
  const { writes } = ref.page;
  for (let i = 0; i < writes.length; i += 3)
    if (writes[i] < ref.offset + ref.size && ref.offset < writes[i + 1]) return i;
  return -1;
}

/** Small frags, so that a packet can get more of them than a skb_shared_info holds. */
const KEPT_FRAG_MAX = 128;

/** The offset behind the frag at which the rest of the driver's page starts. */
function keptFrom(xdp: XdpBuff, ref: PageRef, args: { readonly offset: number; readonly size: number }): number {
  return fragBufferEnd(xdp.rxq, ref.offset + args.offset, args.size);
}

/** The frag gets a reference of its own; the name keeps the region behind it. */
function keepRest(world: World, ref: PageRef, from: number): void {
  getPage(world, ref.page);
  ref.size -= from - ref.offset;
  ref.offset = from;
}

function takesFrags(xdp: XdpBuff): boolean {
  return !xdp.readOnly && xdp.rxq.mem.type !== MEM_TYPE_XSK_BUFF_POOL;
}

/**
 * A driver adds a further buffer of a jumbo packet (mvneta_swbm_add_rx_fragment, 6.1 and 6.12): it gets a descriptor in
 * the skb_shared_info behind the first buffer. A buffer for which that has no room stays with the driver. `keep`: the
 * page has further buffers, which the name keeps (drivers that split pages).
 */
const XDP_BUFF_ADD_FRAG = defineCommand({
  name: 'xdp_buff_add_frag',
  opcode: 259,
  system: 'xdp',
  args: [
    { name: 'xdp', type: 'xdp' },
    { name: 'page', type: 'page', consumed: true },
    { name: 'offset', type: 'int', min: 0, max: REGION_MAX, default: 0 },
    { name: 'size', type: 'int', min: 0, max: REGION_MAX, smallest: 1 },
    { name: 'keep', type: 'int', min: 0, max: 1, default: 0 },
  ],
  outcomes: ['ok', 'refused_full'],
  allocates: false,
  contextual: false,
  weight: 320,
  usuallyNext: [
    ...times(24, 'xdp_buff_add_frag'),
    'page_pool_alloc_pages',
    'page_pool_alloc_frag',
    'alloc_pages',
    'device_write',
    'xdp_buff_add_frag',
    'bpf_xdp_adjust_tail',
    'xdp_convert_buff_to_frame',
    'xdp_buff_build_skb',
  ],
  draw(world, draw, args) {
    // Prefer packets with many frags: MAX_SKB_FRAGS is a boundary.
    args.xdp = pickBestOfThree(world, draw, 'xdp', takesFrags, (xdp) => xdp.sinfo.nrFrags);
    if (args.xdp < 0) return false;
    const { mem, fragSize } = xdpOf(world, args.xdp).rxq;
    const suits = (ref: PageRef): boolean =>
      fitsModel(mem, ref) && writtenIn(ref) >= 0 && cpuMayRead(world, ref, ref.offset, 1);
    args.page = pickHandle(world, draw, 'page', suits);
    if (args.page < 0) return false;
    const ref = pageOf(world, args.page);
    const i = writtenIn(ref);
    const from = Math.max(ref.page.writes[i], ref.offset);
    const to = Math.min(ref.page.writes[i + 1], ref.offset + ref.size);
    args.offset = from - ref.offset;
    args.size = draw.chance(1, 2) ? to - from : draw.size(1, to - from);
    args.keep = !ref.ofPool && fragSize === 0 && draw.chance(3, 4) ? 1 : 0;
    if (args.keep !== 0) args.size = Math.min(draw.between(1, KEPT_FRAG_MAX), to - from);
    return true;
  },
  applies(world, args) {
    const xdp = xdpOf(world, args.xdp);
    const ref = pageOf(world, args.page);
    if (args.keep !== 0 && (ref.ofPool || keptFrom(xdp, ref, args) >= ref.offset + ref.size)) return false;
    return takesFrags(xdp) && mayAddFrag(world, xdp, ref, args.offset, args.size);
  },
  run(world, args) {
    const xdp = xdpOf(world, args.xdp);
    const ref = pageOf(world, args.page);
    const { sinfo } = xdp;
    if (xdpBuffHasFrags(xdp) && sinfo.nrFrags >= world.abi.maxSkbFrags) return 1;
    const offset = ref.offset + args.offset;
    const bufferEnd = fragBufferEnd(xdp.rxq, offset, args.size);
    const payload = writtenPayload(ref.page, offset, args.size) as number[];
    if (args.keep !== 0) keepRest(world, ref, keptFrom(xdp, ref, args));
    else consume(world, args.page);
    if (!xdpBuffHasFrags(xdp)) {
      sinfo.nrFrags = 0;
      sinfo.xdpFragsSize = 0;
      xdp.flags |= XDP_FLAGS_HAS_FRAGS;
    }
    sinfo.frags[sinfo.nrFrags++] = { page: ref.page, offset, size: args.size, ofPool: ref.ofPool, bufferEnd };
    sinfo.xdpFragsSize += args.size;
    if (ref.page.pfmemalloc) markPfmemalloc(xdp);
    forgetWrites(ref.page, offset, bufferEnd);
    cpuTakes(ref.page, offset, bufferEnd - offset);
    world.touchPage(ref.page);
    xdp.payload = concatPayload(xdp.payload, payload);
    world.ret = 1;
    return 0;
  },
});

function servesXsk(rxq: XdpRxqInfo): boolean {
  return rxq.mem.xsk !== null;
}

function xskRoom(world: World): number {
  return world.abi.pageSize - XDP_PACKET_HEADROOM;
}

/** A driver in AF_XDP zerocopy mode receives: xsk_buff_alloc(), then the device writes a packet into the chunk. */
const XSK_BUFF_ALLOC = defineCommand({
  name: 'xsk_buff_alloc',
  opcode: 292,
  system: 'xdp',
  args: [
    { name: 'rxq', type: 'rxq' },
    { name: 'len', type: 'int', min: ETH_HLEN, max: REGION_MAX, smallest: ETH_HLEN },
  ],
  result: 'xdp',
  small: { len: these(ETH_HLEN, BIG_HEAD) },
  outcomes: ['ok', 'empty'],
  allocates: false,
  contextual: false,
  weight: 16,
  usuallyNext: ['xdp_convert_buff_to_frame', 'bpf_xdp_adjust_meta', 'bpf_xdp_adjust_tail', 'xsk_buff_alloc'],
  draw(world, draw, args) {
    if (countHandles(world, 'xdp') >= XDP_NAMES_MAX) return false;
    args.rxq = pickHandle(world, draw, 'rxq', servesXsk);
    args.len = draw.size(ETH_HLEN, xskRoom(world));
    // xdp_build_skb_from_zc takes whole cache lines from the second chunk on.
    if (world.rules.buildsSkbFromBuff && draw.chance(3, 4))
      args.len = Math.max(CACHE_LINE, args.len - (args.len % CACHE_LINE));
    return args.rxq >= 0;
  },
  applies(world, args) {
    return servesXsk(rxqOf(world, args.rxq)) && args.len >= ETH_HLEN && args.len <= xskRoom(world);
  },
  run(world, args, result) {
    const rxq = rxqOf(world, args.rxq);
    const chunk = rxq.mem.xsk === null ? null : xpAlloc(rxq.mem.xsk);
    if (chunk === null) return 1;
    const { page } = chunk;
    const { pageSize } = world.abi;
    deviceWrites(world, page, XDP_PACKET_HEADROOM, args.len);
    writePattern(world, page, XDP_PACKET_HEADROOM, args.len);
    const payload = writtenPayload(page, XDP_PACKET_HEADROOM, args.len) as number[];
    const xdp = xdpPrepareBuff(world, rxq, page, 0, pageSize, XDP_PACKET_HEADROOM, args.len, true);
    xdp.chunk = chunk;
    xdp.bufferEnd = pageSize;
    xdp.payload = payload;
    nameResult(world, result, 'xdp', xdp);
    return 0;
  },
});

export const XDP_RECEIVE_COMMANDS: readonly Command[] = [XDP_PREPARE_BUFF, XDP_BUFF_ADD_FRAG, XSK_BUFF_ALLOC];
