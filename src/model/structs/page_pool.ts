import type { Device } from './device';
import type { Page } from './page';
import { NO_RANGES, type Ranges } from '../lib/ranges';

export const PP_FLAG_DMA_MAP = 1;
export const PP_FLAG_DMA_SYNC_DEV = 2;
/** 6.1 only: pages of this pool are handed out in fragments. */
export const PP_FLAG_PAGE_FRAG = 4;
/**
 * page_pool_alloc_frag hands out BIAS_MAX references, and drains the rest. It is LONG_MAX in 6.1 and LONG_MAX >> 1 in
 * 6.12; here any large number will do.
 */
export const BIAS_MAX = 0x3fffffff;

/** A memory provider (pool->mp_ops, 6.12): the net_iovs of an area, and those that no pool has. */
export interface MemoryProvider {
  readonly niovs: readonly Page[];
  /** A stack. */
  readonly free: Page[];
}

/** struct page_pool. */
export class PagePool {
  id = 0;
  order = 0;
  /** Slots of the ring. */
  poolSize = 0;
  flags = 0;
  dmaDir = 0;
  /** The offset in a page at which the device starts to write, bytes. */
  offset = 0;
  /** The part of a page that the device may write, bytes. */
  maxLen = 0;
  device: Device | null = null;
  /** The pool has a NAPI (p.napi); cleared by page_pool_disable_direct_recycling. */
  napi = false;
  /** pool->dma_sync (6.12): cleared by the first scrub. */
  dmaSync = false;
  holdCnt = 0;
  releaseCnt = 0;
  /** alloc.cache: a stack. */
  readonly cache: Page[] = [];
  /** ptr_ring: a queue of at most poolSize. */
  readonly ring: Page[] = [];
  /**
   * ptr_ring.consumer_head and consumer_tail: slots between them are consumed but not given back to the producer yet.
   */
  ringHead = 0;
  ringTail = 0;
  /** pool->mp_ops and mp_priv; null: the page allocator. */
  provider: MemoryProvider | null = null;
  fragPage: Page | null = null;
  fragOffset = 0;
  fragUsers = 0;
  /** dma_mapped (6.12): index -> page, entry 0 is never used. */
  readonly dmaMapped: (Page | null)[] = [null];
  /** No slot of dmaMapped below this one is empty. */
  dmaLowestFree = 1;
  /**
   * Bytes of a page that the CPU owns once the pool has synced it for the device: all but [offset, offset + maxLen).
   */
  cpuOwnedAfterSync: Ranges = NO_RANGES;
  userCnt = 1;
  destroyCnt = 0;
  /** page_pool_destroy was called while pages were still out: the delayed worker is pending. */
  releasePending = false;
  freed = false;
  /** ring.producer_lock is held: seen only by the other CPU. */
  producerLocked = false;
  /** The other CPU waits for that lock to free the pool. */
  freeWaits = false;
  index = 0;
  /** Scratch of walks: pages of the pool that are in use. */
  seenOut = 0;
}
