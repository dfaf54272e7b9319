/** Rules of drivers. */
export interface MvnetaRules {
  // ---- drivers ----
  /** xdp_do_redirect takes packets with frags to devices (6.3; 6.1: -EOPNOTSUPP but for a cpumap). */
  readonly redirectSupportsFrags: boolean;
  /**
   * Only bq_xmit_all returns the frames that ndo_xdp_xmit did not take (fdc13979f91e, 5.13). Broken by H15: they are
   * returned twice.
   */
  readonly xmitReturnsUnsentOnce: boolean;
  /** The driver syncs received bytes before the CPU looks at them (mvneta_swbm_rx_frame). Broken by K7. */
  readonly driverSyncsForCpu: boolean;
  /**
   * A buffer that XDP drops is synced for the device as far as it was synced for the CPU. mvneta of 6.1 and 6.12 leaves
   * the FCS out.
   */
  readonly driverReturnsSyncedFcs: boolean;
  /** xdp_frags_size counts the FCS of the last buffer, as mvneta does: docs/reference/systems/driver.md. */
  readonly driverCountsFcs: boolean;
  /**
   * A driver that redirects a page leaves the mapping to the page's pool (8baeef7616d5, bnxt). Broken by K1: it unmaps
   * the page.
   */
  readonly driverLeavesPoolMapping: boolean;
  /** The completion of a sent frame unmaps as many bytes as were mapped (3cdf199d4755, bnxt). Broken by K2: 0 bytes. */
  readonly driverUnmapsMappedLength: boolean;
  /**
   * The driver builds the skb after the program said PASS (5db843258de1, am65-cpsw). Broken by K6: it builds the skb
   * before, and loses it on every other verdict.
   */
  readonly driverBuildsSkbAfterProgram: boolean;
  /** If build_skb fails, the driver puts the packet's buffers (aa8963fdce66, f4feb1e20058, tun). Broken by G5. */
  readonly buildSkbFailurePutsBuffers: boolean;
  /**
   * A driver puts the frags that the program left (a6413e6f6c9d, db25c42c2e1f, mlx5e). Broken by K4: it puts the frags
   * that the packet had before the program ran.
   */
  readonly driverCountsFragsAfterProgram: boolean;
  /**
   * A sent frame is returned after all its buffers are unmapped. mvneta of 6.1 and 6.12 returns it with the first one.
   */
  readonly driverReturnsFrameAfterUnmap: boolean;
  /**
   * The completion of an skb unmaps its head as it was mapped. K3 unmaps an address behind the headers (stmmac TSO), or
   * the length of the whole packet (atlantic).
   */
  readonly driverUnmapsHead: 'as_mapped' | 'behind_headers' | 'whole_packet';
  /**
   * If XDP_TX finds no room, the driver puts the packet (b69004f5a6ad, mlx5e). Broken by X16: it forgets the packet.
   */
  readonly driverPutsUnsentTx: boolean;
  /** If a frag cannot be mapped, the driver unmaps the parts of the frame that it has mapped. Broken by X16-unmap. */
  readonly driverUnmapsUnsent: boolean;
  /** A driver that gives a page back puts it only once. Broken by A14. */
  readonly driverPutsOnce: boolean;
  /** A driver forgets a page that it gave back (libwx). Broken by A14-keeps: it puts the page and goes on using it. */
  readonly driverForgetsPutPage: boolean;
  /**
   * A driver gives a page of a pool back to the pool. Broken by A13-put: it calls put_page, and the pool still counts
   * the page.
   */
  readonly driverPutsToPool: boolean;
  /**
   * A driver puts a page that it has released from its pool (e38553bdc377, fec). Broken by A13-driver: it only calls
   * page_pool_release_page.
   */
  readonly driverPutsReleasedPage: boolean;
  /**
   * A driver releases a page from its pool only once (43130d02baa1: a second release makes inflight negative). Broken
   * by A17.
   */
  readonly driverReleasesOnce: boolean;
  /** A buffer that does not become a frag of its packet is put (285fa6b1e03c, airoha). Broken by A15. */
  readonly driverPutsUnlinkedFrag: boolean;
  /**
   * A driver marks only skbs with pages of its pool (5597dd284ff8, icssg-prueth). Broken by B11: it marks every skb
   * that it allocates.
   */
  readonly driverMarksOnlyPoolSkbs: boolean;
  /** A contract: skb_mark_for_recycle may get an skb that has plain references to pages of a pool. B11-plain. */
  readonly markMayMeetPlainReferences: boolean;
  /**
   * The size that a driver passes to build_skb has room for skb_shared_info (676e4a6fe703; 02c4d6c26f1f, am65-cpsw).
   * Broken by G4.
   */
  readonly buildSizeHoldsSharedInfo: boolean;
  /**
   * A contract: napi_consume_skb may get a budget outside softirq, as netpoll made virtio_net do (f8321fa75102). G10.
   */
  readonly consumesWithBudgetAnywhere: boolean;
  /**
   * A driver that cuts its pages in halves uses one again only while no one else holds the page
   * (igb_can_reuse_rx_page). Broken by K5.
   */
  readonly halfPageReuseCountsHolders: boolean;
  /**
   * The driver takes back the pages of a chain that the packet did not reach (afd92d82c9d7, virtio_net, 5.15). Broken
   * by G7.
   */
  readonly bigChainGivesUnusedPages: boolean;
  /** A packet that cannot become a frame is put by its driver (7a542bee27c6, virtio_net, 6.0). Broken by G7-xdp-tx. */
  readonly driverPutsUnconverted: boolean;
  /** A driver marks the skbs that it moves pool references into (skb_mark_for_recycle). Broken by B10: it forgets. */
  readonly driverMarksForRecycle: boolean;
  /**
   * A driver charges a frag with the size of its buffer (50269e19ad99 "net: add a truesize parameter to
   * skb_add_rx_frag()"). Broken by F14: with the bytes of the packet.
   */
  readonly driverChargesBuffer: boolean;
  /**
   * A driver reads nr_frags before build_skb clears the skb_shared_info that holds it (9f7b2aa5034e, bnxt). Broken by
   * F10: truesize misses the frags.
   */
  readonly driverSavesFragCount: boolean;

  // ---- bugs of 2025 and 2026 ----
  /**
   * A driver has another buffer for the ring before it gives one away ("net: mvpp2: refill RX buffers before XDP or skb
   * use", CVE-2026-53215, 6.12.94, 7.0.13). Broken by R19: if there is no memory, the buffer is given to the hardware
   * again, although XDP or the stack has it.
   */
  readonly driverRefillsBeforeProgram: boolean;
  /**
   * A driver forgets a buffer that it recycled because no skb could be built ("net: stmmac: clear stale buf->page after
   * recycling on skb build failure", 7.2.9). Broken by K12.
   */
  readonly driverForgetsFailedBuffer: boolean;
  /**
   * A driver builds the skb between the ends that the program left ("net: mvpp2: build skb from XDP-adjusted data on
   * XDP_PASS", 6.12.94, 7.0.13). Broken by K13: between those that it was received with.
   */
  readonly driverBuildsSkbOfProgram: boolean;
  /** A driver that is closed frees the skbs in its transmit ring (macb, CVE-2026-72017). Broken by R17. */
  readonly driverFreesSentAtStop: boolean;
  /**
   * A driver frees an skb that it could not map only once ("ice: fix double-free of tx_buf skb", CVE-2026-53009,
   * 6.12.114; "rtase: fix double free of multi-frag skb on DMA map failure", 7.1.8). Broken by K14.
   */
  readonly driverFreesUnmappedOnce: boolean;
  /**
   * If a frag of an skb cannot be mapped, the driver unmaps the head, too (igbvf, CVE-2026-74495). Broken by R15: the
   * loop backwards ends before the first descriptor.
   */
  readonly driverUnmapsUnsentHead: boolean;
  /**
   * A poll that redirected packets flushes them at its end ("bnxt: properly flush XDP redirect lists", CVE-2025-38246,
   * 6.12.36). Broken by K15: they wait for a flush that may never come.
   */
  readonly driverFlushesRedirects: boolean;
  /**
   * A driver gives an skb at most MAX_SKB_FRAGS frags ("net: thunderbolt: Fix frags[] overflow by bounding
   * frame_count", CVE-2026-72157; "usb: gadget: f_phonet: fix skb frags[] overflow in pn_rx_complete()",
   * CVE-2026-31616; t7xx, 6.12.69). Broken by R25.
   */
  readonly driverBoundsFrags: boolean;
  /**
   * A driver that builds an skb in the buffer begins it where the buffer begins ("bnxt: fix head underflow on XDP
   * head-grow", CVE-2026-74269, 6.12.114, 7.1.5). Broken by R21: it moves the head along with the packet.
   */
  readonly driverSkbStartsInBuffer: boolean;
  /**
   * The frame that a driver shows to a program is no larger than its buffer ("net: mvpp2: limit XDP frame size to the
   * RX buffer", CVE-2026-53216, 6.12.94, 7.0.13). Broken by K16.
   */
  readonly driverFrameFitsBuffer: boolean;
  /**
   * A driver clears the flags of its xdp_buff for each packet ("net: mvneta: clear XDP pfmemalloc flag between frames",
   * 6.12.113, 7.2.10). Broken by K17: the next packet of the queue has XDP_FLAGS_FRAGS_PF_MEMALLOC of the last one.
   */
  readonly driverClearsXdpFlags: boolean;
}
