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

  // ---- XDP ----
  /** How long metadata may be: xdp_metalen_invalid (6.1: 32; since 6.6 whatever meta_len can say). */
  readonly xdpMetalenMax: number;
  /** xdp_return_frame, _rx_napi, _bulk, xdp_return_buff return each frag before the head. Broken by H8. */
  readonly xdpReturnIncludesFrags: boolean;
  /** xdp_return_frame_bulk flushes what it has before pages of another pool join (mem->id != xa->mem.id). */
  readonly bulkFlushesOnOtherMemId: boolean;
  /** xdp_update_frame_from_buff refuses a packet with too little headroom for struct xdp_frame and the metadata. */
  readonly xdpConvertChecksHeadroom: boolean;
  /** xdp_convert_zc_to_xdp_frame counts the metadata as headroom (CVE-2026-81002). Broken by H3. */
  readonly zcFrameHeadroomCountsMeta: boolean;
  /** xdp_convert_zc_to_xdp_frame leaves room for skb_shared_info in the page (CVE-2026-81002). Broken by H3. */
  readonly zcFrameLimitReservesSharedInfo: boolean;
  /** xdpf_clone leaves room for skb_shared_info in the page (e48e8edbef2e). Broken by H4. */
  readonly xdpfCloneReservesSharedInfo: boolean;
  /** bpf_xdp_frags_shrink_tail takes the frags that it returned out of nr_frags. Broken: the driver's view in H9, they are returned again. */
  readonly adjustTailForgetsReturnedFrags: boolean;
  /** bpf_xdp_frags_increase_tail stays within the buffer of the last frag (rxq->frag_size). */
  readonly adjustTailChecksFragRoom: boolean;
  /** __xdp_build_skb_from_frame: the frame's own size (676e4a6fe703, 34cc0b338a61); as in 2017: guessed from the packet's length. H1, H2. */
  readonly frameSkbSize: 'frame_sz' | 'guessed';
  /** __xdp_build_skb_from_frame releases the pages from their pool (xdp_release_frame, until 6.2). */
  readonly frameSkbLeavesPool: boolean;
  /** __xdp_build_skb_from_frame marks the skb for recycling (9c94bbf9a87b, 6.3). */
  readonly frameSkbIsMarked: boolean;

  // ---- cpumap ----
  /** bq_flush_to_queue returns frames that find the ring full. */
  readonly cpumapReturnsDropped: boolean;
  /** cpu_map_bpf_prog_run_xdp clears the xdp_rxq_info that programs see (2487007aa3b9). Broken by H7. */
  readonly cpumapClearsRxq: boolean;
  /** The kthread empties its ring before it stops: its start is waited for (640a604585aa). Broken by H6. */
  readonly cpumapStopDrainsRing: boolean;
  /** __cpu_map_ring_cleanup knows skbs from frames (7c62b75cd1a7). Broken by H6, together with cpumapStopDrainsRing. */
  readonly cpumapCleanupKnowsSkbs: boolean;
  /** cpu_map_bpf_prog_run_skb returns after the first skb that the program does not pass (6.1, 6.12): the rest of the batch goes up unseen. */
  readonly cpumapSkbProgStopsAtFirst: boolean;
}
