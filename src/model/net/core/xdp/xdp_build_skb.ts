import { napiBuildSkb } from '../skbuff/alloc/build_skb';
import { pagePoolReleasePage } from '../page_pool/page_pool_release';
import { setFrag } from '../skbuff/frags/skb_frag';
import { skbPull, skbPut, skbReserve } from '../skbuff/pull_trim/skb_linear';
import type { SkBuff } from '../../../structs/sk_buff';
import { dropXdpFrame, xdpFrameHasFrags, xdpFrameHardStart } from './xdp_frame';
import { MEM_TYPE_PAGE_POOL } from '../../../structs/xdp_mem_info';
import type { XdpSharedInfo } from '../../../structs/xdp_shared_info';
import type { World } from '../../../world/world';
import { XDP_FLAGS_FRAGS_PF_MEMALLOC, XDP_FRAME_SIZE } from '../../../structs/xdp_buff';
import type { XdpFrame } from '../../../structs/xdp_frame';
import { ETH_HLEN } from '../../../structs/if_ether';

/**
 * xdp_build_skb_from_frame(). Returns null when there is no memory for an sk_buff; then the frame stays the caller's.
 */
export function xdpBuildSkbFromFrame(world: World, frame: XdpFrame): SkBuff | null {
  if (world.allocFails()) return null;
  return __xdpBuildSkbFromFrame(world, frame);
}

/**
 * __xdp_build_skb_from_frame() with an allocated sk_buff. The frame's memory becomes the skb's head,
 * its frags the skb's frags.
 */
export function __xdpBuildSkbFromFrame(world: World, frame: XdpFrame): SkBuff {
  const hasFrags = xdpFrameHasFrags(frame);
  // build_skb_around() clears the skb_shared_info, so the number of frags is read before.
  const nrFrags = hasFrags && world.rules.frameSkbSavesFragCount ? frame.sinfo.nrFrags : 0;
  const skb = world.rules.frameSkbSize === 'frame_sz' ? buildInFrame(world, frame) : buildGuessed(world, frame);
  // skb_metadata_set() notes frame.metasize in the skb_shared_info, where the core never reads it.
  if (hasFrags) {
    const pfmemalloc = (frame.flags & XDP_FLAGS_FRAGS_PF_MEMALLOC) !== 0;
    xdpUpdateSkbSharedInfo(world, skb, frame.sinfo, nrFrags, frame.frameSz, pfmemalloc);
  }
  // eth_type_trans()
  skbPull(world, skb, Math.min(ETH_HLEN, skb.len));
  if (frame.mem.type === MEM_TYPE_PAGE_POOL) {
    if (world.rules.frameSkbLeavesPool) xdpReleaseFrame(world, frame);
    else if (world.rules.frameSkbIsMarked) skb.ppRecycle = true;
  }
  // xdp_scrub_frame()
  dropXdpFrame(world, frame);
  return skb;
}

/** Since 676e4a6fe703 and 34cc0b338a61: frame_sz tells where the skb_shared_info is. */
function buildInFrame(world: World, frame: XdpFrame): SkBuff {
  const headroom = XDP_FRAME_SIZE + frame.headroom;
  const hardStart = xdpFrameHardStart(frame);
  const skb = napiBuildSkb(world, frame.page, hardStart, frame.frameSz);
  skb.data.bufferSize = frame.bufferEnd - hardStart;
  skbReserve(world, skb, headroom);
  skbPut(world, skb, frame.len);
  return skb;
}

/**
 * cpu_map_build_skb() of Brouer's cpumap patch (netdev, October 2017): puts the skb_shared_info right behind the
 * packet. "This, unfortunately fakes the truesize."
 */
function buildGuessed(world: World, frame: XdpFrame): SkBuff {
  const line = world.abi.smpCacheBytes;
  const size = Math.ceil(frame.len / line) * line + frame.headroom + world.abi.sharedInfoSize;
  const start = frame.data - frame.headroom;
  const skb = napiBuildSkb(world, frame.page, start, size);
  skb.data.bufferSize = frame.bufferEnd - start;
  if (world.rules.frameSkbSize === 'spills') skb.truesize = world.abi.skBuffSize + frame.frameSz;
  skbReserve(world, skb, frame.headroom);
  skbPut(world, skb, frame.len);
  return skb;
}

/** xdp_update_skb_shared_info(), called with nr_frags * frame_sz as truesize. The references of the frags move. */
export function xdpUpdateSkbSharedInfo(
  world: World,
  skb: SkBuff,
  sinfo: XdpSharedInfo,
  nrFrags: number,
  fragTruesize: number,
  pfmemalloc: boolean,
): void {
  skb.data.nrFrags = nrFrags;
  for (let i = 0; i < nrFrags; i++) {
    const frag = sinfo.frags[i];
    setFrag(skb.data, i, frag.page, frag.offset, frag.size);
    skb.data.frags[i].bufferEnd = frag.bufferEnd;
    world.touchPage(frag.page);
  }
  skb.len += sinfo.xdpFragsSize;
  skb.dataLen += sinfo.xdpFragsSize;
  skb.truesize += nrFrags * fragTruesize;
  if (pfmemalloc) skb.pfmemalloc = true;
}

/**
 * xdp_release_frame() (until 6.2): "until page_pool get SKB return path, release DMA here".
 * Each page leaves its pool; the page references stay.
 */
export function xdpReleaseFrame(world: World, frame: XdpFrame): void {
  const pool = frame.mem.pool;
  if (pool === null) return;
  if (xdpFrameHasFrags(frame)) {
    const { frags, nrFrags } = frame.sinfo;
    for (let i = 0; i < nrFrags; i++) pagePoolReleasePage(world, pool, frags[i].page);
  }
  pagePoolReleasePage(world, pool, frame.page);
}
