/**
 * Named choices that the model consults wherever kernels or designs differ. A profile is a complete
 * set; a mutant is a profile with one of them broken the way a real bug broke it.
 */
export interface Rules {
  // ---- page_pool ----
  /** Recycle only a page whose refcount is 1 (__page_pool_put_page, all versions). Broken by A11. */
  readonly recycleRequiresSoleReference: boolean;
  /** Never recycle a pfmemalloc page (__page_pool_put_page, all versions). Broken by A12. */
  readonly recycleRefusesPfmemalloc: boolean;
  /** page_pool_return_page drops the pool's page reference after releasing it. Broken by A13. */
  readonly returnPagePutsPage: boolean;
  /**
   * Every pool page carries a pool reference count (6.8: pp_ref_count). Before, pp_frag_count counts only
   * with PP_FLAG_PAGE_FRAG (6.1: page_pool_is_last_frag).
   */
  readonly ppRefCountAlways: boolean;
  /** Direct recycling asks in_softirq() itself (6.1: __page_pool_put_page). */
  readonly directRecycleChecksSoftirq: boolean;
  /** A put from the pool's own NAPI context recycles directly even when not asked to (6.12: page_pool_napi_local). */
  readonly napiLocalRecyclesDirect: boolean;
  /** page_pool_destroy unmaps every page that is still out (ee62ce7a1d90, in 6.12.y, not in 6.1.y). */
  readonly destroyUnmapsOutstanding: boolean;
  /**
   * The pool tracks which of its pages are mapped, and whoever takes the page out of that table unmaps it
   * (ee62ce7a1d90: pool->dma_mapped). Without, page_pool_release_page unmaps what page->dma_addr says, always.
   */
  readonly tracksDmaMappings: boolean;
  /** The first scrub ends page_pool_dma_sync_for_device (ee62ce7a1d90: pool->dma_sync = false). */
  readonly destroyStopsSync: boolean;
  /**
   * A driver may go away when its pools are destroyed, whatever is still out: what ee62ce7a1d90 promises. Where false
   * (A2), a contract: the device must stay until the last page came back.
   */
  readonly deviceMayGoAfterDestroy: boolean;
  /** page_pool_destroy unlinks the pool from its NAPI, so that late returns cannot enter the cache (dd64b232deb8, 6.6). */
  readonly destroyUnlinksNapi: boolean;
  /** Recycling a page of a PP_FLAG_DMA_SYNC_DEV pool syncs it for the device (page_pool_dma_sync_for_device, all versions). */
  readonly recycleSyncsForDevice: boolean;
  /** page_pool_release_page is exported (until 6.5). */
  readonly hasReleasePage: boolean;

  // ---- struct page ----
  /**
   * Which words of struct page hold the pool's DMA address (model/struct_page.ts): page->private (2018); a dma_addr_t at the start of
   * the union, on compound_head (c25fff7171be, 5.1; A6); two unsigned longs there, the low bits first (9ddb3c14afba, 5.13); dma_addr and
   * dma_addr_upper (5.15, 6.1); one word, shifted by PAGE_SHIFT where it is too small (6.8, 6.12).
   */
  readonly dmaAddrLayout: 'private' | 'union' | 'two_words' | 'upper' | 'shifted';
  /** A DMA address that the words cannot keep is refused: page_pool_dma_map unmaps the page and fails (6.12: page_pool_set_dma_addr_netmem). */
  readonly dmaAddrLossRefused: boolean;
  /**
   * PP_FLAG_PAGE_FRAG is refused where the upper half of the address needs the word of pp_frag_count (d00e60ee54b1; 6.1:
   * PAGE_POOL_DMA_USE_PP_FRAG_COUNT).
   */
  readonly fragsNeedOwnWord: boolean;
  /**
   * What the test for a pool's page ignores of pp_magic: the two low bits, and the DMA index where there is one ('right': 0fa32ca438b4,
   * 95920c2ed02b); nothing (A5); all but the two topmost bits, so that kernel pointers pass where PAGE_OFFSET is low (A4).
   */
  readonly signatureMask: 'right' | 'none' | 'too_wide';
  /**
   * The pool maps and unmaps with DMA_ATTR_SKIP_CPU_SYNC, and syncs itself what the device gets ("page_pool: use
   * DMA_ATTR_SKIP_CPU_SYNC for DMA mappings"). Without, each map syncs the whole page, and an unmap takes from the CPU what it wrote.
   */
  readonly poolSkipsCpuSync: boolean;
  /** page_pool_dma_map syncs a page of a PP_FLAG_DMA_SYNC_DEV pool for the device: it is mapped with DMA_ATTR_SKIP_CPU_SYNC. */
  readonly mapSyncsForDevice: boolean;

  // ---- skb heads ----
  /** kmalloc_reserve has a cache of small heads (6.3: skb_small_head_cache). */
  readonly smallHeadCache: boolean;

  // ---- pp_recycle ----
  /** __copy_skb_header copies pp_recycle: no kernel does; the 2018 mistake, B1. */
  readonly copyHeaderCopiesRecycle: boolean;
  /** skb_try_coalesce refuses skbs whose pp_recycle differ. Broken by B2. */
  readonly coalesceRequiresSameRecycle: boolean;
  /** skb_try_coalesce refuses a cloned pp `from` (6.1; 1effe8ca4e34). Broken by B4. */
  readonly coalesceRefusesClonedRecycle: boolean;
  /** skb_try_coalesce takes pool references on the frags of a cloned pp `from` (6.8; f7dc3248dcfb). */
  readonly coalesceTakesPoolReferences: boolean;

  // ---- the 2018 design (../shared/seeds 004) ----
  /**
   * How a head that is freed finds its pool: by pp_recycle of the skb and the signature of the page (6a5bcd84e886, 5.14), or by the
   * memory info (mem id and type) that the driver stored in the skb (the RFC of December 2018). With memory info no frag is of a pool.
   */
  readonly poolReturn: 'pp_recycle' | 'mem_info';
  /** __copy_skb_header copies the memory info: it lies between headers_start and headers_end (the mistake before the RFC). */
  readonly copyHeaderCopiesMemInfo: boolean;
  /** __skb_clone copies the memory info by hand, as it does with head_frag: it lies before headers_start (the fix). */
  readonly cloneCopiesMemInfo: boolean;
  /** pskb_expand_head clears the memory info where it clears head_frag: the new head is kmalloc memory. */
  readonly expandHeadClearsMemInfo: boolean;
  /**
   * What skb_try_coalesce does with a head of a pool, which it would make a frag: take it out of the pool ("release page_pool
   * state"), link the whole skb ("use skb->frag_list coalesce instead"), refuse ("last-resort"), or nothing, as it was broken.
   */
  readonly coalesceMemInfo: 'release' | 'frag_list' | 'refuse' | 'none';
  /** The pool can hand out its pages in fragments (PP_FLAG_PAGE_FRAG, page_pool_alloc_frag: 53e0961da1c7, 5.15). */
  readonly hasPoolFragments: boolean;

  // ---- truesize ----
  /** What skb_try_coalesce adds to truesize: the exact delta, F1: the bytes moved, or the whole truesize. */
  readonly coalesceDelta: 'exact' | 'len' | 'truesize';
  /** When pskb_expand_head adjusts truesize (158f323b9868): only without an owner; F3: always, or never. */
  readonly expandHeadAdjustsTruesize: 'unowned' | 'always' | 'never';

  // ---- owners ----
  /** kfree_skb_partial releases the head state of an skb whose head was stolen (3d861f661006). Broken by C15. */
  readonly partialFreeReleasesHeadState: boolean;
  /** pskb_expand_head of a cloned skb takes a uarg reference for the copied shared_info. Broken by E1. */
  readonly expandHeadTakesUargReference: boolean;

  // ---- drivers ----
  /** A driver puts a page that it gives back once. Broken by A14. */
  readonly driverPutsOnce: boolean;
  /** A driver marks the skbs that it moves pool references into (skb_mark_for_recycle). Broken by B10: it forgets. */
  readonly driverMarksForRecycle: boolean;
}
