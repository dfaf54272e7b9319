import { defaultDevice } from '../../../kernel/dma/dma_map';
import { DMA_BIDIRECTIONAL, DMA_FROM_DEVICE, type Device } from '../../../structs/device';
import { wholePage } from './page_pool_dma';
import { PagePool, PP_FLAG_DMA_MAP, PP_FLAG_DMA_SYNC_DEV, PP_FLAG_PAGE_FRAG } from '../../../structs/page_pool';
import { subtractRange } from '../../../lib/ranges';
import type { World } from '../../../world/world';

/** The fields of struct page_pool_params that drivers here set. */
export interface PagePoolParams {
  readonly device: Device | null;
  readonly order: number;
  readonly poolSize: number;
  readonly flags: number;
  readonly dmaDir: number;
  readonly offset: number;
  readonly maxLen: number;
  /** p.napi is set (6.12). */
  readonly napi: boolean;
}

/** "Default" of page_pool_init(). */
const RING_QSIZE_DEFAULT = 1024;
const RING_QSIZE_MAX = 16384;

/** Returns whether the checks of page_pool_init() fail with -EINVAL. */
export function pagePoolParamsInvalid(world: World, params: PagePoolParams): boolean {
  const known = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | (world.rules.ppRefCountAlways ? 0 : PP_FLAG_PAGE_FRAG);
  if ((params.flags & ~known) !== 0) return true;
  if (
    (params.flags & PP_FLAG_DMA_MAP) !== 0 &&
    params.dmaDir !== DMA_FROM_DEVICE &&
    params.dmaDir !== DMA_BIDIRECTIONAL
  )
    return true;
  if ((params.flags & PP_FLAG_DMA_SYNC_DEV) !== 0) {
    if ((params.flags & PP_FLAG_DMA_MAP) === 0) return true;
    if (params.maxLen === 0) return true;
  }
  if ((params.flags & PP_FLAG_PAGE_FRAG) !== 0 && world.rules.fragsNeedOwnWord) {
    // PAGE_POOL_DMA_USE_PP_FRAG_COUNT
    if (world.abi.dmaAddrSize > world.abi.wordSize) return true;
  }
  return false;
}

/** page_pool_create(). Returns null for ERR_PTR(-EINVAL). */
export function pagePoolCreate(world: World, params: PagePoolParams): PagePool | null {
  if (pagePoolParamsInvalid(world, params)) return null;
  const pool = new PagePool();
  pool.id = world.newId();
  pool.order = params.order;
  pool.poolSize = params.poolSize === 0 ? RING_QSIZE_DEFAULT : Math.min(params.poolSize, RING_QSIZE_MAX);
  pool.flags = params.flags;
  pool.dmaDir = params.dmaDir;
  pool.offset = params.offset;
  pool.maxLen = params.maxLen;
  pool.napi = params.napi;
  pool.device = params.device;
  if (pool.device === null && (pool.flags & PP_FLAG_DMA_MAP) !== 0) pool.device = defaultDevice(world);
  pool.dmaSync = (pool.flags & PP_FLAG_DMA_SYNC_DEV) !== 0;
  if (pool.dmaSync)
    pool.cpuOwnedAfterSync = subtractRange(wholePage(world, pool.order), pool.offset, pool.offset + pool.maxLen);
  return world.add(world.pools, pool);
}
