/** The memory models for which a rule holds: all (true), none (false), pages of pools, or all others. */
export type ForMemory = boolean | 'pools' | 'pages';

/** Rules of XDP and cpumap. */
export interface XdpRules {
  // ---- XDP ----
  /** The maximum length of metadata: xdp_metalen_invalid (6.1: 32; since 6.6 the maximum of meta_len). */
  readonly xdpMetalenMax: number;
  /** xdp_return_frame, _rx_napi, _bulk, xdp_return_buff return each frag before the head. Broken by H8. */
  readonly xdpReturnIncludesFrags: ForMemory;
  /** xdp_return_frame_bulk flushes its pages before it takes pages of another pool (mem->id != xa->mem.id). */
  readonly bulkFlushesOnOtherMemId: boolean;
  /** xdp_update_frame_from_buff refuses a packet with too little headroom for struct xdp_frame and the metadata. */
  readonly xdpConvertChecksHeadroom: boolean;
  /** xdp_convert_zc_to_xdp_frame counts the metadata as headroom (CVE-2026-81002). Broken by H3. */
  readonly zcFrameHeadroomCountsMeta: boolean;
  /** xdp_convert_zc_to_xdp_frame leaves room for skb_shared_info in the page (CVE-2026-81002). Broken by H3-limit. */
  readonly zcFrameLimitReservesSharedInfo: boolean;
  /** xdpf_clone leaves room for skb_shared_info in the page (e48e8edbef2e). Broken by H4. */
  readonly xdpfCloneReservesSharedInfo: ForMemory;
  /**
   * bpf_xdp_frags_shrink_tail takes the frags that it returned out of nr_frags. Broken by H9 on XDP's side: the frags
   * are returned again.
   */
  readonly adjustTailForgetsReturnedFrags: ForMemory;
  /**
   * bpf_xdp_adjust_tail frees a buffer of user memory by its own xdp_buff (c5114710c8ce, 6.8). Broken by H11: by its
   * page.
   */
  readonly adjustTailKnowsZcFrags: boolean;
  /** bpf_xdp_frags_increase_tail stays within the buffer of the last frag (rxq->frag_size). */
  readonly adjustTailChecksFragRoom: ForMemory;
  /**
   * It looks for the frag in its share of the page, by a modulo (88b6b7f7b216, 7.0). Broken by H19: the room of a frag
   * that begins behind the first share is a negative number without a sign, so any growth fits.
   */
  readonly adjustTailFindsShareOfPage: boolean;
  /** bpf_xdp_frags_shrink_tail clears XDP_FLAGS_FRAGS_PF_MEMALLOC with the last frag (8f12d1137c23, 6.18). */
  readonly adjustTailClearsPfmemalloc: boolean;
  /**
   * The size that __xdp_build_skb_from_frame uses: the frame's own (676e4a6fe703, 34cc0b338a61), or, as in 2017, a size
   * guessed from the packet's length (H2). H1 charges the right size, but puts skb_shared_info at the guessed place.
   */
  readonly frameSkbSize: 'frame_sz' | 'guessed' | 'spills';
  /** xdp_convert_zc_to_xdp_frame says how large the frame is (frame_sz = PAGE_SIZE). Broken by H2-zc: 0. */
  readonly zcFrameHasSize: boolean;
  /** __xdp_build_skb_from_frame releases the pages from their pool (xdp_release_frame, until 6.2). */
  readonly frameSkbLeavesPool: boolean;
  /** __xdp_build_skb_from_frame marks the skb for recycling (9c94bbf9a87b, 6.3). */
  readonly frameSkbIsMarked: boolean;
  /**
   * __xdp_build_skb_from_frame saves nr_frags before build_skb_around clears it: "nr_frags = sinfo->nr_frags". Broken
   * by F10-frame.
   */
  readonly frameSkbSavesFragCount: boolean;

  // ---- skbs from an xdp_buff (6.14) ----
  /** The kernel has xdp_build_skb_from_buff and xdp_build_skb_from_zc (net/core/xdp.c, 6.14). */
  readonly buildsSkbFromBuff: boolean;
  /** xdp_build_skb_from_buff reads nr_frags before napi_build_skb clears it. Broken by F10-buff. */
  readonly buffSkbSavesFragCount: boolean;
  /** xdp_build_skb_from_buff marks an skb of a MEM_TYPE_PAGE_POOL queue for recycling. Broken by B10-buff. */
  readonly buffSkbIsMarked: boolean;
  /** xdp_build_skb_from_zc marks its skb: all its memory is of the CPU's pool. Broken by B10-zc. */
  readonly zcSkbIsMarked: boolean;
  /** xdp_copy_frags_from_zc charges the memory that the pool gave. Broken by F14-zc: the bytes of the packet. */
  readonly zcCopyChargesPieces: boolean;

  /** virtio_net puts the page of a linearized packet of which no frame can be made (7a542bee27c6). Broken by G7-tx. */
  readonly driverPutsLinearizedPage: boolean;

  // ---- cpumap ----
  /** bq_flush_to_queue returns frames that find the ring full. */
  readonly cpumapReturnsDropped: boolean;
  /** cpu_map_bpf_prog_run_xdp clears the xdp_rxq_info that programs see (2487007aa3b9). Broken by H7. */
  readonly cpumapClearsRxq: boolean;
  /**
   * The kthread empties its ring before it stops, because the kernel waits for its start (640a604585aa). Broken by H6.
   */
  readonly cpumapStopDrainsRing: boolean;
  /** __cpu_map_ring_cleanup tells skbs from frames (7c62b75cd1a7). Broken by H6, together with cpumapStopDrainsRing. */
  readonly cpumapCleanupKnowsSkbs: boolean;
  /**
   * cpu_map_bpf_prog_run_skb returns after the first skb that the program does not pass (until 6.14): the rest of the
   * batch goes up without a run of the program.
   */
  readonly cpumapSkbProgStopsAtFirst: boolean;
  /**
   * cpu_map_kthread_run gives the skbs of a batch to GRO: those that it built from frames, then those of generic XDP
   * (6.15). Before, it passed a list to netif_receive_skb_list, in which the skbs of generic XDP came first.
   */
  readonly cpumapReceivesBuiltFirst: boolean;
  /**
   * cpu_map_kthread_run takes sk_buffs by napi_skb_cache_get_bulk, which allocates again after a failure (6.15).
   * Before, one failed kmem_cache_alloc_bulk meant that the whole batch was returned.
   */
  readonly cpumapRetriesAllocation: boolean;

  // ---- veth and generic XDP ----
  /**
   * veth copies an skb with a frag_list before XDP sees it (d0d641596304, CVE-2026-74476). Broken by H13: it counts
   * frags only.
   */
  readonly vethCopiesFragList: boolean;
  /**
   * veth copies an skb with little headroom into pages (7c10131803e4, CVE-2023-53107). Broken by H14: pskb_expand_head.
   */
  readonly vethCopiesLowHeadroom: boolean;
  /**
   * The program of a devmap entry gets a copy of a clone ("bpf: Run generic devmap egress prog on private skb", both).
   * Broken by H16.
   */
  readonly devmapProgramGetsCopy: boolean;
  /**
   * veth takes the bytes of the frags out of skb->len before it adds those that the program left ("veth: fix skb length
   * accounting after XDP frag adjustment", CVE-2026-74612, 6.1.184, 6.12.104, 7.1.9). Broken by H17: it sets data_len
   * alone.
   */
  readonly vethCountsFragsAgain: boolean;
  /**
   * bpf_prog_run_generic_xdp does so, too ("net: fix skb length accounting after generic XDP frag adjustment",
   * 6.12.104, 7.1.9). Broken by H18.
   */
  readonly genericXdpCountsFragsAgain: boolean;
  /**
   * The thread of a cpumap forbids direct returns until it has flushed what its program redirected (2b986b9e917b "bpf,
   * cpumap: Disable page_pool direct xdp_return need larger scope", 6.16.8; not in 6.1.192 and 6.12.117). Broken by R3:
   * only while the program runs.
   */
  readonly cpumapForbidsDirectUntilFlush: boolean;
}
