/** Rules of page_pool and struct page. */
export interface PagePoolRules {
  // ---- page_pool ----
  /** The pool recycles only a page whose refcount is 1 (__page_pool_put_page, all versions). Broken by A11. */
  readonly recycleRequiresSoleReference: boolean;
  /** The pool never recycles a pfmemalloc page (__page_pool_put_page, all versions). Broken by A12. */
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
   * The pool tracks which of its pages are mapped, and the caller that takes a page out of that table unmaps it
   * (ee62ce7a1d90: pool->dma_mapped). Without the table, page_pool_release_page always unmaps the address in
   * page->dma_addr.
   */
  readonly tracksDmaMappings: boolean;
  /** The first scrub ends page_pool_dma_sync_for_device (ee62ce7a1d90: pool->dma_sync = false). */
  readonly destroyStopsSync: boolean;
  /**
   * A driver may be removed when its pools are destroyed, even while pages are still out, as ee62ce7a1d90 promises. If
   * false, the device must stay by contract until the last page came back.
   */
  readonly deviceMayGoAfterDestroy: boolean;
  /**
   * A pool is freed when its last page came back; until then a worker retries (c3f812cea0d7, 5.5). Broken by A1:
   * page_pool_destroy frees it even while pages are still out.
   */
  readonly destroyWaitsForInflight: boolean;
  /**
   * page_pool_destroy unlinks the pool from its NAPI, so that late returns cannot enter the cache (dd64b232deb8, 6.6).
   */
  readonly destroyUnlinksNapi: boolean;
  /**
   * Recycling a page of a PP_FLAG_DMA_SYNC_DEV pool syncs it for the device (page_pool_dma_sync_for_device, all
   * versions).
   */
  readonly recycleSyncsForDevice: boolean;
  /**
   * page_pool_alloc_frag rounds sizes up to the alignment of skb_shared_info, so that one can lie behind each fragment
   * (CVE-2026-99127). Before, it rounded up to dma_get_cache_alignment(), which is 1 on amd64.
   */
  readonly poolFragsAligned: boolean;
  /** page_pool_release_page is exported (until 6.5). */
  readonly hasReleasePage: boolean;

  // ---- memory providers ----
  /** Pools may have a memory provider, and skbs frags that the CPU cannot read (net_iov, 6.12). */
  readonly hasNetIovs: boolean;
  /** mp_ops->release_netmem says that the pool must not put the net_iov (net/core/devmem.c). Broken by U1. */
  readonly providerKeepsNetIovs: boolean;
  /**
   * A user that reads a net_iov holds a reference of its pool (page_pool_ref_netmem in io_zcrx_recv_frag). Broken by
   * U7.
   */
  readonly zcrxTakesPoolReference: boolean;

  // ---- page_frag ----
  /**
   * A page_frag cache frees a pfmemalloc page once its fragments came back, and takes another (d8c19014bba8, 5.10).
   * Broken by G2.
   */
  readonly pageFragDropsPfmemalloc: boolean;
  /**
   * page_frag_alloc returns NULL if the cache got a page smaller than the requested piece (dac22531bbd4, 6.0). Broken
   * by G3.
   */
  readonly pageFragRefusesOversize: boolean;
  /**
   * __page_frag_alloc_align carves from the start of the page to its end (8218f62c9c9b, 6.13). A piece of more than
   * PAGE_SIZE that the rest of the page has no room for is refused, even if a new page would have room.
   */
  readonly pageFragCarvesUpwards: boolean;
  // ---- page_pool, two CPUs ----
  /** CONFIG_PREEMPT_RT: a softirq can be preempted by another on its CPU. */
  readonly preemptRt: boolean;
  /**
   * page_pool_napi_local returns false on PREEMPT_RT (6.12: "the softirq can be preempted by the consumer"). Broken by
   * A10.
   */
  readonly napiLocalKnowsRt: boolean;
  /**
   * Before a pool is freed, page_pool_release takes the producer lock once, so that the producer of the last page has
   * left the ring (271683bb2cf3, in 6.1.y and 6.12.y). Broken by A7.
   */
  readonly releaseWaitsForProducers: boolean;
  /**
   * __page_pool_unmap_netmem_dma reads the DMA address before it takes the page out of pool->dma_mapped (24ef02f934ee,
   * in 6.12.y), because the scrubber has no reference to the page. Broken by A3.
   */
  readonly unmapReadsAddressFirst: boolean;
  /** page_pool_unref_page subtracts and looks at the result in one step (atomic_long_sub_return). Broken by K8-pool. */
  readonly unrefIsAtomic: boolean;

  /** __free_pages reads PageHead before it drops its reference (462a8e08e0e6, 6.2, in 6.1.y). Broken by K10. */
  readonly freePagesAsksFirst: boolean;

  // ---- struct page ----
  /**
   * The kernel does not read the pfmemalloc bit of user pages that enter an skb (326140063946, 228ebc41dfab:
   * skb_fill_page_desc_noacc). Broken by G8.
   */
  readonly userFragsSkipPfmemalloc: boolean;
  /**
   * The words of struct page that hold the pool's DMA address (model/mm/struct_page.ts): page->private (2018); a
   * dma_addr_t at the start of the union, on compound_head (c25fff7171be, 5.1; A6); two unsigned longs there, the low
   * bits first (9ddb3c14afba, 5.13); dma_addr and dma_addr_upper (5.15, 6.1); one word, shifted by PAGE_SHIFT where it
   * is too small (6.8, 6.12).
   */
  readonly dmaAddrLayout: 'private' | 'union' | 'two_words' | 'upper' | 'shifted';
  /**
   * The pool refuses a DMA address that the words cannot keep: page_pool_dma_map unmaps the page and fails (6.12:
   * page_pool_set_dma_addr_netmem).
   */
  readonly dmaAddrLossRefused: boolean;
  /**
   * page_pool_create refuses PP_FLAG_PAGE_FRAG if the upper half of the address needs the word of pp_frag_count
   * (d00e60ee54b1; 6.1: PAGE_POOL_DMA_USE_PP_FRAG_COUNT).
   */
  readonly fragsNeedOwnWord: boolean;
  /**
   * The bits of pp_magic that the test for a pool's page ignores: the two low bits, and the DMA index where there is
   * one ('right': 0fa32ca438b4, 95920c2ed02b); none (A5); all but the two topmost bits, so that kernel pointers pass
   * where PAGE_OFFSET is low (A4).
   */
  readonly signatureMask: 'right' | 'none' | 'too_wide';
  /**
   * The pool maps and unmaps with DMA_ATTR_SKIP_CPU_SYNC, and syncs by itself the bytes that the device gets
   * ("page_pool: use DMA_ATTR_SKIP_CPU_SYNC for DMA mappings"). Without the attribute, each map syncs the whole page,
   * and an unmap destroys the bytes that the CPU wrote.
   */
  readonly poolSkipsCpuSync: boolean;
  /**
   * page_pool_dma_map syncs a page of a PP_FLAG_DMA_SYNC_DEV pool for the device, because the page is mapped with
   * DMA_ATTR_SKIP_CPU_SYNC.
   */
  readonly mapSyncsForDevice: boolean;
}
