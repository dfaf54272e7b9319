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

  // ---- drivers ----
  /** xdp_do_redirect takes packets with frags to devices (6.3; 6.1: -EOPNOTSUPP but for a cpumap). */
  readonly redirectSupportsFrags: boolean;
  /** Frames that ndo_xdp_xmit did not take are returned by bq_xmit_all alone (fdc13979f91e, 5.13). Broken by H15: twice. */
  readonly xmitReturnsUnsentOnce: boolean;
  /** The driver syncs what was received before the CPU looks at it (mvneta_swbm_rx_frame). Broken by K7. */
  readonly driverSyncsForCpu: boolean;
  /** A buffer that XDP drops is synced for the device as far as it was synced for the CPU. mvneta of 6.1 and 6.12 leaves the FCS out. */
  readonly driverReturnsSyncedFcs: boolean;
  /** xdp_frags_size counts the FCS of the last buffer: what mvneta of 6.1 and 6.12 does, see docs/systems/driver.md. */
  readonly driverCountsFcs: boolean;
  /** The driver leaves the mapping of a page that it redirects to the page's pool (8baeef7616d5, bnxt). Broken by K1: it unmaps. */
  readonly driverLeavesPoolMapping: boolean;
  /** The completion of a frame that was sent unmaps as much as was mapped (3cdf199d4755, bnxt). Broken by K2: 0 bytes. */
  readonly driverUnmapsMappedLength: boolean;
  /** The skb is built when the program has said PASS (5db843258de1, am65-cpsw). Broken by K6: before, and lost on every other verdict. */
  readonly driverBuildsSkbAfterProgram: boolean;
  /** Where build_skb fails the driver puts the packet's buffers (aa8963fdce66, f4feb1e20058, tun). Broken by G5. */
  readonly buildSkbFailurePutsBuffers: boolean;
  /** The frags that a driver puts are those that the program left (a6413e6f6c9d, db25c42c2e1f, mlx5e). Broken by H9: those before. */
  readonly driverCountsFragsAfterProgram: boolean;
  /** A frame that was sent is returned when all its buffers are unmapped. mvneta of 6.1 and 6.12 returns it with the first one. */
  readonly driverReturnsFrameAfterUnmap: boolean;

  // ---- segmentation ----
  /** Which frag_list members skb_segment looks at before it trusts a gso_size (9e4b7a99a03a: all). D3: the first, or none. */
  readonly segmentChecksMembers: 'all' | 'first' | 'none';
  /** skb_segment orphans user pages before it shares frags (1fd819ecb90c). Broken by D1. */
  readonly segmentOrphansFrags: boolean;
  /** A segment that shares zerocopy frags holds their owner (skb_zerocopy_clone in skb_segment, bf5c25d60861). Broken by an E1 of skb_segment. */
  readonly segmentTakesUargReference: boolean;
  /** Segments are marked SKBFL_SHARED_FRAG where their source is (cef401de7be8 and 48f6a5356a33 for frag_list members). Broken by a J3 of skb_segment. */
  readonly segmentKeepsSharedFrag: boolean;
  /** The clone of a frag_list member is charged for the growth of its head by pskb_expand_head and by skb_segment again (both kernels, since 158f323b9868). */
  readonly segmentCountsGrowthTwice: boolean;
  /** skb_segment swaps truesize with the destructor (0d08c42cf9a7). Broken by F15. */
  readonly segmentSwapsTruesize: boolean;
  /** tcp_gso_segment and __udp_gso_segment correct sk_wmem_alloc by what the segments weigh more (7ec318feeed1, 575b65bc5bff). Broken by F5. */
  readonly gsoCorrectsCharge: boolean;
  /** skb_segment_list gives the head bytes of its own before it writes (c329b261afe7). Broken by C8. */
  readonly segmentListUnclones: boolean;
  /** skb_segment_list clones members that another frag_list shares (53475c5dd856). Broken by C7. */
  readonly segmentListForksShared: boolean;
  /** skb_segment_list subtracts the members' truesize from the head's (until 238e03d04662). C5. */
  readonly segmentListTakesTruesize: boolean;
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
  /** A driver puts a page that it gives back once. Broken by A14. */
  readonly driverPutsOnce: boolean;
  /** A driver marks the skbs that it moves pool references into (skb_mark_for_recycle). Broken by B10: it forgets. */
  readonly driverMarksForRecycle: boolean;
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
