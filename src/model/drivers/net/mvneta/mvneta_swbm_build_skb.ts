import { buildSkb } from '../../../net/core/skbuff/alloc/build_skb';
import { cpuTakes } from '../../../kernel/dma/dma_ownership';
import { fragsOf } from './mvneta_run_xdp';
import { pagePoolReleasePage } from '../../../net/core/page_pool/page_pool_release';
import type { PagePool } from '../../../structs/page_pool';
import { forgetWrites } from '../../../mm/page_writes';
import { skbPull, skbPut, skbReserve } from '../../../net/core/skbuff/pull_trim/skb_linear';
import type { SkBuff } from '../../../structs/sk_buff';
import { slicePayload } from '../../../lib/payload';
import { dropXdpBuff } from '../../../net/core/xdp/xdp_buff';
import { xdpUpdateSkbSharedInfo } from '../../../net/core/xdp/xdp_build_skb';
import type { World } from '../../../world/world';
import type { MvnetaPort } from '../../../structs/mvneta_port';
import { XDP_FLAGS_FRAGS_PF_MEMALLOC, type XdpBuff } from '../../../structs/xdp_buff';
import { ETH_HLEN } from '../../../structs/if_ether';

/**
 * mvneta_swbm_build_skb(). Returns null when there is no memory for an sk_buff. The page leaves the pool (the old way),
 * or the skb is marked.
 *
 * @param early - an sk_buff that was built before the program ran, if rules.driverBuildsSkbAfterProgram is broken
 */
export function mvnetaSwbmBuildSkb(world: World, port: MvnetaPort, xdp: XdpBuff, early: SkBuff | null): SkBuff | null {
  const { pageSize } = world.abi;
  const skb = early ?? buildSkb(world, xdp.page, 0, pageSize);
  if (skb === null) return null;
  forgetWrites(xdp.page, 0, pageSize);
  cpuTakes(xdp.page, 0, pageSize);
  const numFrags = fragsOf(xdp);
  if (port.releasesOnPass) {
    const pool = port.pool as PagePool;
    pagePoolReleasePage(world, pool, xdp.page);
    for (let i = 0; i < numFrags; i++) pagePoolReleasePage(world, pool, xdp.sinfo.frags[i].page);
  } else if (world.rules.driverMarksForRecycle) skb.ppRecycle = true;
  const [from, to] = world.rules.driverBuildsSkbOfProgram
    ? [xdp.data, xdp.dataEnd]
    : [xdp.preparedData, xdp.preparedEnd];
  skbReserve(world, skb, from);
  skbPut(world, skb, to - from);
  if (numFrags > 0) {
    const pfmemalloc = (xdp.flags & XDP_FLAGS_FRAGS_PF_MEMALLOC) !== 0;
    xdpUpdateSkbSharedInfo(world, skb, xdp.sinfo, numFrags, pageSize, pfmemalloc);
  }
  return skb;
}

/**
 * eth_type_trans(), then napi_gro_receive() of a device without GRO. The stack gets the skb; here the port's rx handler
 * stands for it.
 */
export function mvnetaDeliver(world: World, port: MvnetaPort, skb: SkBuff, xdp: XdpBuff): void {
  skb.payload = slicePayload(xdp.payload, ETH_HLEN, skb.len - ETH_HLEN);
  dropXdpBuff(world, xdp);
  skbPull(world, skb, ETH_HLEN);
  port.delivered.push(skb);
}
