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

  // ---- GRO ----
  /** skb_gro_receive refuses packets whose pp_recycle differ (7d2c89b32587). Broken by C1. */
  readonly groRequiresSameRecycle: boolean;
  /** skb_gro_receive refuses zerocopy packets (4db79a322db8, CVE-2026-46323). Broken by C2. */
  readonly groRefusesZcopy: boolean;
  /** A contract: cloned packets may enter GRO, which moves their frags and heads unasked (9695b7de5b47 ended that for veth). C3. */
  readonly groMayReceiveCloned: boolean;
  /** A chained packet loses skb->sk together with its destructor (ed4cccef64c1, CVE-2024-35890). Broken by C4. */
  readonly groChainClearsSk: boolean;
  /** skb_gro_receive_list pulls the headers into the linear part (f2bb34345444, in 6.12.y). Broken by C11. */
  readonly groListChecksPull: boolean;
  /** skb_gro_receive does not chain a linear part that skb_segment cannot split (6.12.y, not in 6.1.y). C12. */
  readonly groChainRefusesLongLinear: boolean;
  /** What stays of an skb whose frags moved is charged for its head alone (e33d0ba8047b). Broken by C14. */
  readonly groResetsTruesize: boolean;
  /** napi_skb_free_stolen_head lets the owner go. Broken by the GRO side of C15. */
  readonly groStolenHeadOrphans: boolean;
  /** A contract: netif_napi_del while packets wait on rx_list, which it does not free (1118b2049d77). C16. */
  readonly napiDelWithRxList: boolean;
  /** What a merge adds to truesize (715dc1f34271): what the packet held less what is freed; F13: the bytes. */
  readonly groTruesizeDelta: 'exact' | 'len';
  /** The frag_list member that takes the frags is charged as well (skb_gro_receive, lp != p). Broken by F11. */
  readonly groChargesLast: boolean;
  /** SKBFL_SHARED_FRAG goes with the frags (48f6a5356a33, CVE-2026-43503). Broken by J3. */
  readonly groPropagatesSharedFrag: boolean;
  /** gro_pull_from_frag0 puts a frag that it emptied. */
  readonly groPullPutsEmptyFrag: boolean;
  /** IP headers are compared with the packet that is of the flow only (6.12: gro_receive_network_flush), not noted for each held one. */
  readonly groFlushByPair: boolean;
  /** frag0 stands for the linear part, too (6.12: skb_gro_reset_offset). */
  readonly groFrag0IsLinear: boolean;
  /** NETIF_F_GRO_FRAGLIST chains TCP packets, too (6.12: tcp4_check_fraglist_gro). */
  readonly groTcpFraglist: boolean;
  /** IPv4 packets may be merged beyond 64K (6.12: netif_get_gro_max_size, skb_gro_receive). */
  readonly groBigIpv4: boolean;
}
