import type { Page } from '../../../structs/page';
import { pageAddress } from '../../../mm/page_alloc';
import type { World } from '../../../world/world';
import { XDP_FLAGS_FRAGS_PF_MEMALLOC, XDP_FLAGS_HAS_FRAGS, XdpBuff } from '../../../structs/xdp_buff';
import type { XdpRxqInfo } from '../../../structs/xdp_rxq_info';

/** xdp_init_buff(), xdp_prepare_buff(). The reference to the page moves to the xdp_buff. */
export function xdpPrepareBuff(
  world: World,
  rxq: XdpRxqInfo,
  page: Page,
  hardStart: number,
  frameSz: number,
  headroom: number,
  dataLen: number,
  metaValid: boolean,
): XdpBuff {
  const xdp = new XdpBuff();
  xdp.id = world.newId();
  xdp.page = page;
  pageAddress(world, page);
  xdp.frameSz = frameSz;
  xdp.rxq = rxq;
  xdp.flags = world.rules.driverClearsXdpFlags ? 0 : rxq.lastFlags & XDP_FLAGS_FRAGS_PF_MEMALLOC;
  xdp.dataHardStart = hardStart;
  xdp.data = hardStart + headroom;
  xdp.dataEnd = xdp.data + dataLen;
  xdp.preparedData = xdp.data;
  xdp.preparedEnd = xdp.dataEnd;
  xdp.dataMeta = metaValid ? xdp.data : xdp.data + 1;
  world.touchPage(page);
  return world.addSystem(world.systems.xdpBuffs, xdp);
}

/** Drops the struct. The caller has released the memory that it held, or given it to another owner. */
export function dropXdpBuff(world: World, xdp: XdpBuff): void {
  if (xdp.freed) {
    world.violate('no-double-free', 'xdp', `xdp_buff#${xdp.id} is given away a second time`);
    return;
  }
  xdp.freed = true;
  xdp.rxq.lastFlags = xdp.flags;
  world.removeSystem(world.systems.xdpBuffs, xdp);
}

/** xdp_buff_set_frag_pfmemalloc(). */
export function markPfmemalloc(xdp: XdpBuff): void {
  xdp.flags |= XDP_FLAGS_FRAGS_PF_MEMALLOC;
  xdp.sawReserve = true;
}

export function xdpBuffHasFrags(xdp: XdpBuff): boolean {
  return (xdp.flags & XDP_FLAGS_HAS_FRAGS) !== 0;
}

/** xdp_data_hard_end(). */
export function xdpDataHardEnd(world: World, xdp: XdpBuff): number {
  return xdp.dataHardStart + xdp.frameSz - world.abi.sharedInfoSize;
}

/** xdp_get_buff_len(). */
export function xdpGetBuffLen(xdp: XdpBuff): number {
  return xdp.dataEnd - xdp.data + (xdpBuffHasFrags(xdp) ? xdp.sinfo.xdpFragsSize : 0);
}

/** xdp_data_meta_unsupported(). */
export function xdpDataMetaUnsupported(xdp: XdpBuff): boolean {
  return xdp.dataMeta > xdp.data;
}

/** xdp_get_metalen(). */
export function xdpGetMetalen(xdp: XdpBuff): number {
  return xdpDataMetaUnsupported(xdp) ? 0 : xdp.data - xdp.dataMeta;
}
