import type { Page } from '../../../structs/page';
import { putPage } from '../../../mm/page_alloc';
import { pagePoolPutPage, pagePoolPutPageBulk } from '../page_pool/page_pool_put';
import type { PagePool } from '../../../structs/page_pool';
import { dropXdpBuff, xdpBuffHasFrags } from './xdp_buff';
import { dropXdpFrame, xdpFrameHasFrags } from './xdp_frame';
import {
  holdsFor,
  MEM_TYPE_PAGE_ORDER0,
  MEM_TYPE_PAGE_POOL,
  MEM_TYPE_PAGE_SHARED,
  MEM_TYPE_XSK_BUFF_POOL,
  type XdpMemInfo,
} from '../../../structs/xdp_mem_info';
import type { World } from '../../../world/world';
import { xskBuffFree } from '../../xdp/xsk_buff_pool';
import type { XdpBuff } from '../../../structs/xdp_buff';
import type { XdpFrame } from '../../../structs/xdp_frame';

export const XDP_BULK_QUEUE_SIZE = 16;

/**
 * __xdp_return(): returns the memory of one buffer as its memory model says.
 *
 * @param napiDirect - the caller is the NAPI that owns the pool (and BPF_RI_F_RF_NO_DIRECT is not set)
 * @param xdp - the buffer itself, which only MEM_TYPE_XSK_BUFF_POOL needs
 */
export function __xdpReturn(world: World, page: Page, mem: XdpMemInfo, napiDirect: boolean, xdp: XdpBuff | null): void {
  switch (mem.type) {
    case MEM_TYPE_PAGE_POOL:
      // "No need to check the signature, as mem->type knows this a page_pool page."
      if (page.pp === null) {
        world.violate('returns-to-its-pool', 'page', `page#${page.id} is returned to a pool, but it has none`);
        return;
      }
      pagePoolPutPage(world, page.pp, page, -1, napiDirect);
      break;
    case MEM_TYPE_PAGE_SHARED:
    case MEM_TYPE_PAGE_ORDER0:
      // page_frag_free(), put_page()
      putPage(world, page);
      break;
    case MEM_TYPE_XSK_BUFF_POOL:
      if (xdp === null)
        world.violate('no-use-after-free', 'xdp', 'xsk_buff_free(NULL): a buffer of user memory has no page');
      else if (xdp.chunk !== null) xskBuffFree(xdp.chunk, xdpBuffHasFrags(xdp), xdp.sinfo);
      break;
  }
}

/** xdp_return_frame(): returns each frag, then the head. */
export function xdpReturnFrame(world: World, frame: XdpFrame): void {
  returnFrame(world, frame, false);
}

/** xdp_return_frame_rx_napi(): the same in the NAPI that receives, so the pool's cache may take the pages. */
export function xdpReturnFrameRxNapi(world: World, frame: XdpFrame, noDirect: boolean): void {
  returnFrame(world, frame, !noDirect);
}

function returnFrame(world: World, frame: XdpFrame, napiDirect: boolean): void {
  dropXdpFrame(world, frame);
  if (xdpFrameHasFrags(frame) && holdsFor(world.rules.xdpReturnIncludesFrags, frame.mem)) {
    const { frags, nrFrags } = frame.sinfo;
    for (let i = 0; i < nrFrags; i++) __xdpReturn(world, frags[i].page, frame.mem, napiDirect, null);
  }
  __xdpReturn(world, frame.page, frame.mem, napiDirect, null);
}

/** struct xdp_frame_bulk: pages to be returned to one allocator. */
export interface XdpFrameBulk {
  /** bq->xa: the allocator of the pages in `q`, by its id. */
  xa: XdpMemInfo | null;
  readonly q: Page[];
}

/** xdp_flush_frame_bulk(). */
export function xdpFlushFrameBulk(world: World, bq: XdpFrameBulk): void {
  if (bq.xa === null || bq.q.length === 0) return;
  pagePoolPutPageBulk(world, bq.xa.pool as PagePool, bq.q);
  bq.q.length = 0;
}

/** xdp_return_frame_bulk(): collects pages of one pool. Another pool, or a full bulk, flushes them. */
export function xdpReturnFrameBulk(world: World, frame: XdpFrame, bq: XdpFrameBulk): void {
  const mem = frame.mem;
  if (mem.type !== MEM_TYPE_PAGE_POOL) {
    xdpReturnFrame(world, frame);
    return;
  }
  dropXdpFrame(world, frame);
  bq.xa ??= mem;
  if (bq.q.length === XDP_BULK_QUEUE_SIZE) xdpFlushFrameBulk(world, bq);
  if (mem.id !== bq.xa.id && world.rules.bulkFlushesOnOtherMemId) {
    xdpFlushFrameBulk(world, bq);
    bq.xa = mem;
  }
  if (xdpFrameHasFrags(frame) && holdsFor(world.rules.xdpReturnIncludesFrags, mem)) {
    const { frags, nrFrags } = frame.sinfo;
    for (let i = 0; i < nrFrags; i++) {
      bq.q.push(frags[i].page);
      if (bq.q.length === XDP_BULK_QUEUE_SIZE) xdpFlushFrameBulk(world, bq);
    }
  }
  bq.q.push(frame.page);
}

/** xdp_return_buff(), for a packet that the driver's program dropped. */
export function xdpReturnBuff(world: World, xdp: XdpBuff): void {
  const mem = xdp.rxq.mem;
  dropXdpBuff(world, xdp);
  if (xdpBuffHasFrags(xdp) && holdsFor(world.rules.xdpReturnIncludesFrags, mem)) {
    const { frags, nrFrags } = xdp.sinfo;
    for (let i = 0; i < nrFrags; i++) __xdpReturn(world, frags[i].page, mem, true, xdp);
  }
  __xdpReturn(world, xdp.page, mem, true, xdp);
}
