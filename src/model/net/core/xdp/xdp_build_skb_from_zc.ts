import { ETH_HLEN } from '../../../structs/if_ether';
import type { PagePool } from '../../../structs/page_pool';
import type { SkBuff } from '../../../structs/sk_buff';
import type { World } from '../../../world/world';
import type { XdpBuff } from '../../../structs/xdp_buff';
import type { XskChunk } from '../../../structs/xsk_buff_pool';
import { pageAddress } from '../../../mm/page_alloc';
import { napiBuildSkb } from '../skbuff/alloc/build_skb';
import { napiConsumeSkb } from '../skbuff/free/skb_free';
import { setFrag } from '../skbuff/frags/skb_frag';
import { skbPull, skbPut, skbReserve } from '../skbuff/pull_trim/skb_linear';
import { pagePoolAllocNetmem } from '../page_pool/page_pool_alloc_netmem';
import { xskBuffFree } from '../../xdp/xsk_buff_pool';
import { dropXdpBuff, xdpBuffHasFrags } from './xdp_buff';

/** Bytes that napi_consume_skb() may work off: any number but 0. */
const BUDGET = 1;

/**
 * xdp_build_skb_from_zc() (net/core/xdp.c, 6.14): copies a packet of user memory into memory of the CPU's own pool, and
 * gives its buffers back. Returns null without memory; then the packet stays the driver's.
 *
 * @param pool - system_page_pool of the CPU
 */
export function xdpBuildSkbFromZc(world: World, xdp: XdpBuff, pool: PagePool): SkBuff | null {
  const len = xdp.dataEnd - xdp.dataMeta;
  const head = pagePoolAllocNetmem(world, pool, xdp.frameSz);
  if (head === null) return null;
  const skb = napiBuildSkb(world, head.page, head.offset, head.size);
  skb.data.bufferSize = head.size;
  if (world.rules.zcSkbIsMarked) skb.ppRecycle = true;
  skbReserve(world, skb, xdp.dataMeta - xdp.dataHardStart);
  world.memory.copy(skbPut(world, skb, len), xdp.page.address + xdp.dataMeta, len);
  skbPull(world, skb, xdp.data - xdp.dataMeta);
  if (xdpBuffHasFrags(xdp) && !xdpCopyFragsFromZc(world, skb, xdp, pool)) {
    napiConsumeSkb(world, skb, BUDGET);
    return null;
  }
  xskBuffFree(xdp.chunk as XskChunk, xdpBuffHasFrags(xdp), xdp.sinfo);
  // eth_type_trans()
  skbPull(world, skb, Math.min(ETH_HLEN, skb.len));
  dropXdpBuff(world, xdp);
  return skb;
}

/** xdp_copy_frags_from_zc(). Returns false without memory: then the skb has the frags that were copied. */
function xdpCopyFragsFromZc(world: World, skb: SkBuff, xdp: XdpBuff, pool: PagePool): boolean {
  const { frags, nrFrags, xdpFragsSize } = xdp.sinfo;
  let truesize = 0;
  for (let i = 0; i < nrFrags; i++) {
    const { page, offset, size } = frags[i];
    const piece = pagePoolAllocNetmem(world, pool, size);
    if (piece === null) {
      // "sinfo->nr_frags = i": these are put with the skb.
      skb.data.nrFrags = i;
      return false;
    }
    world.memory.copy(pageAddress(world, piece.page) + piece.offset, page.address + offset, size);
    setFrag(skb.data, i, piece.page, piece.offset, size);
    skb.data.frags[i].bufferEnd = piece.offset + piece.size;
    truesize += piece.size;
    // Flags of xdp_update_skb_frags_info().
    if (piece.page.pfmemalloc) skb.pfmemalloc = true;
  }
  skb.data.nrFrags = nrFrags;
  skb.len += xdpFragsSize;
  skb.dataLen += xdpFragsSize;
  skb.truesize += world.rules.zcCopyChargesPieces ? truesize : xdpFragsSize;
  return true;
}
