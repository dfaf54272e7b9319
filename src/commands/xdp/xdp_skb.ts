import { defineCommand } from '../define_command';
import { buildSkb } from '../../model/net/core/skbuff/alloc/build_skb';
import { getPage } from '../../model/mm/page_alloc';
import type { PageRef } from '../../model/structs/page';
import { napiAllocSkb } from '../../model/net/core/skbuff/alloc/skb_alloc';
import { skbAddRxFrag } from '../../model/net/core/skbuff/frags/skb_add_rx_frag';
import { skbPut, skbReserve } from '../../model/net/core/skbuff/pull_trim/skb_linear';
import { dropXdpBuff, xdpBuffHasFrags } from '../../model/net/core/xdp/xdp_buff';
import { xdpUpdateSkbSharedInfo } from '../../model/net/core/xdp/xdp_build_skb';
import { MEM_TYPE_PAGE_POOL, MEM_TYPE_XSK_BUFF_POOL } from '../../model/structs/xdp_mem_info';
import { liveObject } from '../../model/world/handles';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, pageOf } from '../objects';
import { countHandles, namePage, nameResult, PAGE_NAMES_MAX, pickHandle } from '../pick';
import { SKB_NAMES_MAX } from '../skb/skb_contract';
import { expectCharge, isWritableBuff } from './xdp_frame';
import { xdpOf } from '../objects';
import { XDP_FLAGS_FRAGS_PF_MEMALLOC, type XdpBuff } from '../../model/structs/xdp_buff';

const HEADERS_MAX = 2048;
const USUAL_HEADERS = [64, 128, 128, 256, 512];

function bufferSize(xdp: XdpBuff): number {
  return xdp.bufferEnd - xdp.dataHardStart;
}

function mayBuildInPlace(xdp: XdpBuff): boolean {
  return isWritableBuff(xdp) && xdp.rxq.mem.type !== MEM_TYPE_XSK_BUFF_POOL;
}

/**
 * Option A of Jesper Dangaard Brouer (netdev, April 2016), build_skb in the packet's own page, with the mark and the
 * frags of today's mvneta: the steps of a driver on XDP_PASS (mvneta_swbm_build_skb, 6.1 and 6.12). Without memory the
 * driver keeps the packet.
 */
const XDP_BUFF_BUILD_SKB = defineCommand({
  name: 'xdp_buff_build_skb',
  opcode: 276,
  system: 'xdp',
  args: [{ name: 'xdp', type: 'xdp', consumed: true }],
  result: 'skb',
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 10,
  usuallyNext: ['skb_clone', 'skb_try_coalesce', 'kfree_skb', 'napi_consume_skb'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.xdp = pickHandle(world, draw, 'xdp', mayBuildInPlace);
    return args.xdp >= 0;
  },
  applies(world, args) {
    return mayBuildInPlace(xdpOf(world, args.xdp));
  },
  /** The memory of the packet: a buffer for the head and for each frag. */
  noteBefore(world, args) {
    const xdp = xdpOf(world, args.xdp);
    const nrFrags = xdpBuffHasFrags(xdp) ? xdp.sinfo.nrFrags : 0;
    return (1 + nrFrags) * bufferSize(xdp);
  },
  run(world, args, result) {
    const xdp = xdpOf(world, args.xdp);
    const nrFrags = xdpBuffHasFrags(xdp) ? xdp.sinfo.nrFrags : 0;
    const moved = world.rules.driverSkbStartsInBuffer ? 0 : xdp.data - xdp.preparedData;
    const start = xdp.dataHardStart + moved;
    const skb = buildSkb(world, xdp.page, start, xdp.frameSz);
    if (skb === null) return 1;
    consume(world, args.xdp);
    skb.data.bufferSize = bufferSize(xdp) - moved;
    skb.data.bufferStart = xdp.page.address + xdp.dataHardStart;
    if (xdp.rxq.mem.type === MEM_TYPE_PAGE_POOL) skb.ppRecycle = true;
    skbReserve(world, skb, xdp.data - start);
    skbPut(world, skb, xdp.dataEnd - xdp.data);
    if (xdpBuffHasFrags(xdp)) {
      const pfmemalloc = (xdp.flags & XDP_FLAGS_FRAGS_PF_MEMALLOC) !== 0;
      // "xdp.frame_sz * sinfo->nr_frags", which build_skb cleared, is 0.
      const fragTruesize = world.rules.driverSavesFragCount ? xdp.frameSz : 0;
      xdpUpdateSkbSharedInfo(world, skb, xdp.sinfo, nrFrags, fragTruesize, pfmemalloc);
    }
    skb.payload = xdp.payload;
    dropXdpBuff(world, xdp);
    nameResult(world, result, 'skb', skb);
    return 0;
  },
  expectTruesize(world, _args, outcome, result, { note: buffers }) {
    if (outcome === 'ok') expectCharge(world, result, world.abi.skBuffSize + buffers);
  },
});

/** The packet is linear. User memory cannot become a frag, so it must be copied whole. */
function mayCopyHeaders(xdp: XdpBuff, headers: number): boolean {
  if (xdpBuffHasFrags(xdp) || headers < 1) return false;
  return xdp.rxq.mem.type !== MEM_TYPE_XSK_BUFF_POOL || xdp.dataEnd - xdp.data <= headers;
}

/**
 * Option B of 2016: the page may be read-only, so the skb_shared_info gets memory of its own (napi_alloc_skb). The
 * headers are copied, and the page behind them becomes frag 0. A packet that fits into the new head is copied whole
 * ("copy-break"): the driver keeps the page and reuses it.
 */
const XDP_BUFF_COPY_HEADERS = defineCommand({
  name: 'xdp_buff_copy_headers',
  opcode: 272,
  system: 'xdp',
  args: [
    { name: 'xdp', type: 'xdp' },
    { name: 'headers', type: 'int', min: 1, max: HEADERS_MAX, smallest: 1 },
  ],
  result: 'skb',
  outcomes: ['frag', 'copied', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 16,
  usuallyNext: ['xdp_buff_reuse_page', 'xdp_buff_copy_headers', 'skb_try_coalesce', 'kfree_skb'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.headers = draw.chance(3, 4) ? draw.pick(USUAL_HEADERS) : draw.size(1, HEADERS_MAX);
    args.xdp = pickHandle(world, draw, 'xdp', (xdp) => mayCopyHeaders(xdp, args.headers));
    return args.xdp >= 0;
  },
  applies(world, args) {
    return mayCopyHeaders(xdpOf(world, args.xdp), args.headers);
  },
  noteBefore(world, args) {
    return bufferSize(xdpOf(world, args.xdp));
  },
  run(world, args, result) {
    const xdp = xdpOf(world, args.xdp);
    const len = xdp.dataEnd - xdp.data;
    const skb = napiAllocSkb(world, args.headers);
    if (skb === null) return 2;
    const headers = Math.min(len, args.headers);
    world.memory.copy(skbPut(world, skb, headers), xdp.page.address + xdp.data, headers);
    skb.payload = xdp.payload;
    if (len > headers) {
      // The frag is charged for the whole buffer that it pins.
      const truesize = world.rules.driverChargesBuffer ? xdp.frameSz : len - headers;
      skbAddRxFrag(world, skb, xdp.page, xdp.data + headers, len - headers, truesize);
      if (xdp.rxq.mem.type === MEM_TYPE_PAGE_POOL) skb.ppRecycle = true;
      consume(world, args.xdp);
      dropXdpBuff(world, xdp);
    }
    nameResult(world, result, 'skb', skb);
    return len > headers ? 0 : 1;
  },
  expectTruesize(world, _args, outcome, result, { note: pinned }) {
    const skb = liveObject(world, result, 'skb');
    if (skb === null || outcome === 'enomem') return;
    const { skBuffSize, sharedInfoSize } = world.abi;
    const head = skBuffSize + sharedInfoSize + skb.data.end;
    expectCharge(world, result, outcome === 'frag' ? head + pinned : head);
  },
});

/** No buffer of igb, which relies on its two halves. */
function maySplit(world: World, ref: PageRef, size: number): boolean {
  if (ref.ring === true) return false;
  return !ref.ofPool && size % world.abi.smpCacheBytes === 0 && size < ref.size && size > 0;
}

/**
 * A driver cuts a compound page into receive buffers: the new name gets the first `size` bytes and a reference of its
 * own, and the name keeps the rest. An earlier mapping covers the whole page, and is unmapped once ("don't need to
 * dma_unmap on every packet, but only on the compound page level": Jesper Dangaard Brouer, netdev, April 2016).
 */
const PAGE_SPLIT = defineCommand({
  name: 'page_split',
  opcode: 277,
  system: 'xdp',
  args: [
    { name: 'page', type: 'page' },
    { name: 'size', type: 'int', min: 0, max: 32768, smallest: 64 },
  ],
  result: 'page',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 8,
  usuallyNext: ['page_split', 'device_write', 'device_write'],
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.size = draw.pick([1024, 2048, 2048, 2048, 4096, 4096]);
    args.page = pickHandle(world, draw, 'page', (ref) => maySplit(world, ref, args.size));
    return args.page >= 0;
  },
  applies(world, args) {
    return maySplit(world, pageOf(world, args.page), args.size);
  },
  run(world, args, result) {
    const ref = pageOf(world, args.page);
    world.ret = 1;
    if (result < 0) return 0;
    getPage(world, ref.page);
    namePage(world, result, ref.page, ref.offset, args.size, false);
    ref.offset += args.size;
    ref.size -= args.size;
    return 0;
  },
});

export const XDP_SKB_COMMANDS: readonly Command[] = [XDP_BUFF_BUILD_SKB, XDP_BUFF_COPY_HEADERS, PAGE_SPLIT];
