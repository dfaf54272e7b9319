import { ENOMEM } from '../../../lib/errno';
import { DMA_BIDIRECTIONAL, DMA_FROM_DEVICE } from '../../../structs/device';
import { mvnetaRxRefill } from './mvneta_rx_refill';
import { mvnetaTxqBufsFree } from './mvneta_txq_bufs_free';
import { mvnetaMaxRxBufSize } from './mvneta_port';
import { pagePoolCreate } from '../../../net/core/page_pool/page_pool_create';
import { pagePoolDestroy } from '../../../net/core/page_pool/page_pool_destroy';
import { pagePoolPutPage } from '../../../net/core/page_pool/page_pool_put';
import { PP_FLAG_DMA_MAP, PP_FLAG_DMA_SYNC_DEV, type PagePool } from '../../../structs/page_pool';
import { MEM_TYPE_PAGE_POOL } from '../../../structs/xdp_mem_info';
import { xdpRxqInfoReg, xdpRxqInfoRegMemModel, xdpRxqInfoUnreg } from '../../../net/core/xdp/xdp_rxq_info';
import type { World } from '../../../world/world';
import { MVNETA_SKB_HEADROOM, PROG_NONE, type MvnetaPort } from '../../../structs/mvneta_port';
import type { XdpRxqInfo } from '../../../structs/xdp_rxq_info';

/** mvneta_create_page_pool(). Returns 0 or -errno. On failure nothing is left behind. */
function mvnetaCreatePagePool(world: World, port: MvnetaPort): number {
  const pool = pagePoolCreate(world, {
    device: port.device,
    order: 0,
    poolSize: port.ringSize,
    flags: PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
    dmaDir: port.prog !== PROG_NONE ? DMA_BIDIRECTIONAL : DMA_FROM_DEVICE,
    offset: MVNETA_SKB_HEADROOM,
    maxLen: mvnetaMaxRxBufSize(world),
    napi: false,
  });
  if (pool === null) return -ENOMEM;
  const rxq = xdpRxqInfoReg(world, world.abi.pageSize);
  const error = xdpRxqInfoRegMemModel(world, rxq, MEM_TYPE_PAGE_POOL, pool, 0);
  if (error !== 0) {
    xdpRxqInfoUnreg(world, rxq);
    pagePoolDestroy(world, pool);
    return error;
  }
  port.pool = pool;
  port.rxq = rxq;
  return 0;
}

/** mvneta_rxq_fill(): returns how many descriptors got a buffer. It stops at the first one that got none. */
function mvnetaRxqFill(world: World, port: MvnetaPort): number {
  port.descs.length = 0;
  for (let i = 0; i < port.ringSize; i++)
    port.descs.push({ page: null, mapped: false, status: 0, dataSize: 0, written: [] });
  let filled = 0;
  while (filled < port.ringSize && mvnetaRxRefill(world, port, port.descs[filled])) filled++;
  return filled;
}

/**
 * mvneta_open(). Returns 0, or the -errno of the queue's set-up; then the port is stopped. A partly filled ring is no
 * failure.
 */
export function mvnetaOpen(world: World, port: MvnetaPort): number {
  const error = mvnetaCreatePagePool(world, port);
  if (error !== 0) return error;
  port.nextDesc = 0;
  port.hwNext = 0;
  port.firstToRefill = 0;
  port.refillNum = 0;
  port.occupied = 0;
  port.nonOccupied = mvnetaRxqFill(world, port);
  port.running = true;
  return 0;
}

/** mvneta_rxq_drop_pkts(): puts all buffers of the hardware, read or not. Then it frees the queue and its pool. */
function mvnetaRxqDropPkts(world: World, port: MvnetaPort): void {
  const pool = port.pool as PagePool;
  for (const desc of port.descs) {
    if (desc.page === null || !desc.mapped) continue;
    pagePoolPutPage(world, pool, desc.page, -1, false);
  }
  xdpRxqInfoUnreg(world, port.rxq as XdpRxqInfo);
  pagePoolDestroy(world, pool);
  port.descs.length = 0;
  port.occupied = 0;
  port.nonOccupied = 0;
  // mvneta_rxq_deinit()
  port.nextDesc = 0;
  port.firstToRefill = 0;
  port.refillNum = 0;
  port.pool = null;
  port.rxq = null;
}

/**
 * mvneta_stop(): runs mvneta_cleanup_rxqs before mvneta_cleanup_txqs, so frames in flight come back to a pool that is
 * being destroyed.
 */
export function mvnetaStop(world: World, port: MvnetaPort): void {
  port.running = false;
  mvnetaRxqDropPkts(world, port);
  if (world.rules.driverFreesSentAtStop) mvnetaTxqBufsFree(world, port, port.tx.length, false);
  else port.tx.length = 0;
}
