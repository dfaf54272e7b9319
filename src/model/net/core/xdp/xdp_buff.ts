import type { Page } from '../../../structs/page';
import { pageAddress } from '../../../mm/page_alloc';
import type { XdpRxqInfo } from './xdp_rxq_info';
import { XdpSharedInfo } from '../../../structs/xdp_shared_info';
import type { World } from '../../../world/world';
import type { XskChunk } from '../../xdp/xsk_buff_pool';

export const XDP_FLAGS_HAS_FRAGS = 1;
export const XDP_FLAGS_FRAGS_PF_MEMALLOC = 2;
/** sizeof(struct xdp_frame) on 64-bit machines (6.1 and 6.12); the kernel module refuses to be built where it is another. */
export const XDP_FRAME_SIZE = 40;
export const XDP_PACKET_HEADROOM = 256;
export const ETH_HLEN = 14;

/** struct xdp_buff, as it stands on a driver's stack while a program looks at the packet. Positions are bytes from the start of the compound page. */
export class XdpBuff {
  id = 0;
  freed = false;
  /** The compound page that holds the packet, and whether the reference to it is a pool's (kept by who made the buffer). */
  page!: Page;
  ofPool = false;
  rxq!: XdpRxqInfo;
  dataHardStart = 0;
  data = 0;
  dataEnd = 0;
  /** data + 1: the driver does not support metadata. */
  dataMeta = 0;
  frameSz = 0;
  flags = 0;
  /** The skb_shared_info behind the packet, which only a buffer with frags has filled in. */
  sinfo = new XdpSharedInfo();
  /** The chunk of user memory that it stands for (MEM_TYPE_XSK_BUFF_POOL): it holds no page then, the pool does. */
  chunk: XskChunk | null = null;

  /** The packet was copied into a page that the driver allocated for it, and puts by hand (xdp_linearize_page, virtio_net). */
  linearized = false;

  /** Where the memory that the driver gave really ends: what frame_sz may not exceed. */
  bufferEnd = 0;
  /** What the packet and the metadata in front of it must be: see SkBuff.payload. */
  payload: readonly number[] = [];
  metaPayload: readonly number[] = [];

  /** Somebody else reads the page from now on (the SHARED of 2016): nobody may write to it. */
  readOnly = false;

  /** Position in the world's list. */
  index = 0;
  hashedInObservation = 0;
}

/** xdp_init_buff(), xdp_prepare_buff(). The reference to the page moves to it. */
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
  xdp.flags = 0;
  xdp.dataHardStart = hardStart;
  xdp.data = hardStart + headroom;
  xdp.dataEnd = xdp.data + dataLen;
  xdp.dataMeta = metaValid ? xdp.data : xdp.data + 1;
  world.touchPage(page);
  return world.addSystem(world.systems.xdpBuffs, xdp);
}

/** The struct goes: what it held is gone, or held by somebody else. */
export function dropXdpBuff(world: World, xdp: XdpBuff): void {
  if (xdp.freed) {
    world.violate('no-double-free', 'xdp', `xdp_buff#${xdp.id} is given away a second time`);
    return;
  }
  xdp.freed = true;
  world.removeSystem(world.systems.xdpBuffs, xdp);
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
