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

  // ---- AF_XDP ----
  /** Packets of several descriptors, and unusable descriptors that come back through the completion ring (6.6: cf24f5a5feea, and 6.12.y). */
  readonly xskMultiBuffer: boolean;
  /** A descriptor of length 0 is a packet of no bytes (until 6.6). */
  readonly xskAcceptsEmpty: boolean;
  /**
   * Addresses are written when the slot of the completion ring is reserved, and whoever completes publishes the oldest slots
   * (6.12.117: xskq_prod_reserve_addr, xskq_prod_submit_n). Else each skb publishes its own address (xskq_prod_submit_addr).
   */
  readonly xskPublishesByPosition: boolean;
  /** The slot is reserved before the skb is built and the descriptor is taken (a6e944f25cdb, 5.19). Broken by X3. */
  readonly xskReservesBeforeBuild: boolean;
  /** NETDEV_TX_BUSY gives the reserved slots back (b1b95cb5c0a9, 5.11). Broken by X2. */
  readonly xskBusyCancelsReservation: boolean;
  /** NETDEV_TX_BUSY: the skb is freed without completing its descriptor (skb->destructor = sock_wfree, both). */
  readonly xskBusyFreesQuietly: boolean;
  /** A failed build gives its slot back (xskq_prod_cancel, xsk_cq_cancel_locked, both). */
  readonly xskFailedBuildCancels: boolean;
  /** The skb goes when its metadata is not acceptable (0c0d0f42ffa6, 6.13). Broken by X6. */
  readonly xskBadMetadataFreesSkb: boolean;
  /** What user pages in an skb cost: the chunk, or with unaligned chunks the bytes (9c8f21e6f885, 5.13). X12: always the bytes. */
  readonly xskZerocopyTruesize: 'chunk' | 'len';
  /** Who is charged for user pages: skb->truesize and sk_wmem_alloc. X12: only one of them. */
  readonly xskZerocopyCharges: 'both' | 'skb' | 'socket';
  /** Each descriptor after the first is a page of its own, charged to skb and socket (cf24f5a5feea, 6.6). X12: to the skb only. */
  readonly xskCopyChargesSocket: boolean;
  /** xsk_build_skb_zerocopy takes a reference on each of the user's pages (9c8f21e6f885). */
  readonly xskZerocopyTakesReference: boolean;
  /** xsk_release drops a packet whose end never came (cf24f5a5feea, 6.6). */
  readonly xskReleaseDropsPartial: boolean;
}
