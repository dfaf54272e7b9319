import { ETH_HLEN } from '../../../structs/if_ether';
import { napiBuildSkb } from '../skbuff/alloc/build_skb';
import { skbPull, skbPut, skbReserve } from '../skbuff/pull_trim/skb_linear';
import type { SkBuff } from '../../../structs/sk_buff';
import type { World } from '../../../world/world';
import { XDP_FLAGS_FRAGS_PF_MEMALLOC, type XdpBuff } from '../../../structs/xdp_buff';
import { dropXdpBuff, xdpBuffHasFrags } from './xdp_buff';
import { xdpUpdateSkbSharedInfo } from './xdp_build_skb';
import { MEM_TYPE_PAGE_POOL } from '../../../structs/xdp_mem_info';

/** xdp_build_skb_from_buff() (net/core/xdp.c, 6.14): the packet's own memory becomes the skb's. */
export function xdpBuildSkbFromBuff(world: World, xdp: XdpBuff): SkBuff {
  const { sinfo } = xdp;
  // napi_build_skb() clears nr_frags, and neither the frags nor their sizes.
  const nrFrags = xdpBuffHasFrags(xdp) && world.rules.buffSkbSavesFragCount ? sinfo.nrFrags : 0;
  const skb = napiBuildSkb(world, xdp.page, xdp.dataHardStart, xdp.frameSz);
  skb.data.bufferSize = xdp.bufferEnd - xdp.dataHardStart;
  skbReserve(world, skb, xdp.data - xdp.dataHardStart);
  skbPut(world, skb, xdp.dataEnd - xdp.data);
  if (xdp.rxq.mem.type === MEM_TYPE_PAGE_POOL && world.rules.buffSkbIsMarked) skb.ppRecycle = true;
  if (nrFrags > 0) {
    const pfmemalloc = (xdp.flags & XDP_FLAGS_FRAGS_PF_MEMALLOC) !== 0;
    // "tsize = sinfo->xdp_frags_truesize ? : nr_frags * xdp->frame_sz"
    xdpUpdateSkbSharedInfo(world, skb, sinfo, nrFrags, xdp.frameSz, pfmemalloc);
  }
  // eth_type_trans()
  skbPull(world, skb, Math.min(ETH_HLEN, skb.len));
  dropXdpBuff(world, xdp);
  return skb;
}
