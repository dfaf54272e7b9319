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

  // ---- splice, zerocopy receive, carve ----
  /** splice_to_pipe drops the references of pages that the pipe had no room for (spd_release, all versions). */
  readonly spliceToPipeReleasesRest: boolean;
  /** An emptied pipe buffer drops its page reference (generic_pipe_buf_release, all versions). */
  readonly pipeReleasePutsPage: boolean;
  /** __skb_splice_bits copies the linear part of a head that clones share (skb_head_is_locked, all versions). */
  readonly spliceCopiesLockedHead: boolean;
  /** linear_to_page moves the offset of the socket's page_frag before anybody can use it again (dacb5d8875cc). Broken by J5. */
  readonly linearToPageAdvances: boolean;
  /** Pages reach a socket by MSG_SPLICE_PAGES (6.5: skb_splice_from_iter), page by page; before, by ->sendpage, buffer by buffer. */
  readonly splicesPagesFromIter: boolean;
  /** Splicing into an skb marks it SKBFL_SHARED_FRAG (cef401de7be8, f4c50a4034e6). Broken by J3. */
  readonly spliceMarksSharedFrag: boolean;
  /** skb_try_coalesce passes SKBFL_SHARED_FRAG on (f84eca581739). Broken by J3. */
  readonly coalesceKeepsSharedFrag: boolean;
  /** pskb_copy passes SKBFL_SHARED_FRAG on (48f6a5356a33). Broken by J3. */
  readonly pskbCopyKeepsSharedFrag: boolean;
  /** skb_shift passes SKBFL_SHARED_FRAG on. Broken by J3. */
  readonly shiftKeepsSharedFrag: boolean;
  /** skb_split passes SKBFL_SHARED_FRAG on. Broken by J3. */
  readonly splitKeepsSharedFrag: boolean;
  /** pskb_carve_inside_header and _nonlinear copy the flags of the shared_info with the rest of it. Broken by J3. */
  readonly carveKeepsSharedFrag: boolean;
  /** skb_zerocopy passes SKBFL_SHARED_FRAG on (6.12.y; 6.1.y does not). Broken by J3. */
  readonly skbZerocopyKeepsSharedFrag: boolean;
  /**
   * A contract: what skb_zerocopy filled may be decrypted in place, and merged with what may. Where false (6.1), it is a netlink
   * message and never meets the receive path, since it does not carry the marker.
   */
  readonly skbZerocopyMayMeetWriters: boolean;
  /** skb_zerocopy_headlen asks whether the head is a page fragment (a17ad0961706). Broken by E8. */
  readonly skbZerocopyChecksHeadFrag: boolean;
  /** skb_zerocopy orphans user pages, or shares their owner (36d5fe6a0007). Broken by E6. */
  readonly skbZerocopySharesUarg: boolean;
  /** skb_zerocopy takes a reference for each page that it shares (skb_frag_ref, all versions). */
  readonly skbZerocopyTakesPageReferences: boolean;
  /** The pskb_carve helpers take a uarg reference for the copied shared_info (98d0912e9f84). Broken by E1. */
  readonly carveTakesUargReference: boolean;
  /** pskb_carve_inside_nonlinear takes references for the frags that stay (skb_frag_ref, all versions). */
  readonly carveTakesPageReferences: boolean;
  /** tcp_zerocopy_receive maps no compound page and no page of the page cache (577e4432f3ac). Broken by J1. */
  readonly zerocopyReceiveChecksPage: boolean;
  /** tcp_zerocopy_receive maps whole pages only (can_map_frag: size PAGE_SIZE, offset 0, all versions). */
  readonly zerocopyReceiveChecksGeometry: boolean;
  /** A page that is mapped for a process is held by the page table (vm_insert_pages, all versions). */
  readonly mappingTakesPageReference: boolean;
  /** Unmapping drops the reference of the page table (zap_pte_range, all versions). */
  readonly zapPutsPage: boolean;
}
