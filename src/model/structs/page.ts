import type { Device } from './device';
import type { PagePool } from './page_pool';
import type { Uarg } from './uarg';
import { NO_RANGES, type Ranges } from '../lib/ranges';
import type { TmpFile } from './tmp_file';

/** struct page (of a compound page: its head), as far as packet memory needs it. */
export class Page {
  /** Number in order of allocation, for messages; nothing depends on it. */
  id = 0;
  order = 0;
  /** page->_refcount. */
  refcount = 0;
  pfmemalloc = false;
  /** page->mapping: the file whose page cache has the page. */
  file: TmpFile | null = null;
  /** User memory that was sent by zerocopy: the owner whose completion lets the process write to it again. */
  user: Uarg | null = null;
  /**
   * False: pages of an order above 0 that were allocated without __GFP_COMP, so that a put frees the first of them
   * alone.
   */
  compound = true;
  /** struct net_iov (6.12): no page, but memory of a device that the CPU cannot read. Its refcount is always 1. */
  netIov = false;
  /** The page is in the page allocator: no object may reach it. */
  freed = false;
  /**
   * The page came through a per-CPU cache of netdev_alloc_skb or napi_alloc_skb. Its count and offsets depend on
   * history, so no target can compare them.
   */
  perCpu = false;
  /** page->pp_magic carries PP_SIGNATURE. */
  ppSignature = false;
  /** page->pp. */
  pp: PagePool | null = null;
  /** page->pp_frag_count (6.1), page->pp_ref_count (6.8 and later). */
  ppRefCount = 0;
  /** page->dma_addr: 0 where none is stored. */
  dmaAddr = 0;
  /** The index bits of pp_magic (6.16, 6.12.y): the slot in pool.dma_mapped, 0 where none. */
  dmaIndex = 0;
  /**
   * page->lru.next of a page that is on a list, in words above PAGE_OFFSET; 0: on no list. It is the same word as
   * pp_magic.
   */
  lruNext = 0;
  /** A number that an owner of the page keeps in the same word: even, since bit 0 would mark a tail page; 0: none. */
  ownerWord = 0;
  /** The number of mappings of any device that cover this page. Only dma_map_page and dma_unmap_page change it. */
  mappings = 0;
  /** The part of `mappings` that is about to be unmapped: its page was taken out of pool->dma_mapped. */
  unmapping = 0;
  /** The mapping that covers the page, if one does. `mappings` counts them, and the device's table is the truth. */
  mapping: DmaMapping | null = null;
  /** Bytes that a device wrote and that were not synced for the CPU since (see dma_ownership.ts). */
  deviceDirty: Ranges = NO_RANGES;
  /** The patterns in the bytes: triples (from, to, start in the pattern), see page_writes.ts. */
  readonly writes: number[] = [];
  /** Address of the first byte in the arena, -1 until the page is first looked into. */
  address = -1;
  /** [writtenFrom, writtenTo): bytes that a device or the CPU has written since allocation. */
  writtenFrom = 0;
  writtenTo = 0;
  /** Position in world.pages. */
  index = 0;
  /** Scratch of walks over the world: references found, and the walk that found them. */
  seenReferences = 0;
  seenPoolReferences = 0;
  seenMappings = 0;
  seenInWalk = 0;
  /**
   * The number of slots of pool caches and rings that hold the page. The pool's push and pop keep it, and the full walk
   * counts again.
   */
  poolSlots = 0;
  seenPoolSlots = 0;
  /** Scratch of observations: the last observation that met the object, and its number there. */
  seenInObservation = 0;
  seenAs = 0;
  touched = false;
}

/** One DMA mapping that a driver or a pool holds: dma_map_page_attrs to dma_unmap_page_attrs. */
export interface DmaMapping {
  readonly device: Device;
  readonly page: Page;
  readonly address: number;
  /** Bytes from the start of the compound page to the mapping. */
  readonly offset: number;
  readonly size: number;
  readonly direction: number;
  /** Bytes (from the start of the page) that the CPU owns, as the syncs made it. */
  cpuOwned: Ranges;
  /** The same as far as the driver can know: the pool promises a sync for the device, see dma_ownership.ts. */
  promisedCpuOwned: Ranges;
}

/** The object of a page name in a program: one reference to a region of a page. */
export interface PageRef {
  page: Page;
  /** Bytes from the start of the (compound) page. */
  offset: number;
  /** Bytes. */
  size: number;
  /**
   * True: a pool reference (to be put to its pool, or moved into an skb that is marked for recycling). False: a plain
   * one.
   */
  ofPool: boolean;
  /**
   * A buffer of a driver's receive ring: the half of a page that the device writes next (igb_receive). No other command
   * may use the name.
   */
  ring?: boolean;
  /** A user reads the net_iov (io_zcrx_recv_frag): no driver receives into it, or puts it into a packet. */
  ofUser?: boolean;
}
