/** Rules of splice, zerocopy receive and carve. */
export interface SpliceRules {
  /** splice_to_pipe drops the references of pages that the pipe had no room for (spd_release, all versions). */
  readonly spliceToPipeReleasesRest: boolean;
  /** An emptied pipe buffer drops its page reference (generic_pipe_buf_release, all versions). */
  readonly pipeReleasePutsPage: boolean;
  /** __skb_splice_bits copies the linear part of a head that clones share (skb_head_is_locked, all versions). */
  readonly spliceCopiesLockedHead: boolean;
  /**
   * __skb_splice_bits ends behind the linear part of an skb that the CPU cannot read (6.12: skb_frags_readable). Broken
   * by U5.
   */
  readonly spliceStopsAtUnreadable: boolean;
  /**
   * linear_to_page moves the offset of the socket's page_frag before the page_frag is used again (dacb5d8875cc). Broken
   * by J5.
   */
  readonly linearToPageAdvances: boolean;
  /**
   * Pages reach a socket by MSG_SPLICE_PAGES (6.5: skb_splice_from_iter), page by page; before, by ->sendpage, buffer
   * by buffer.
   */
  readonly splicesPagesFromIter: boolean;
  /** Splicing into an skb marks it SKBFL_SHARED_FRAG (cef401de7be8, f4c50a4034e6). Broken by J3. */
  readonly spliceMarksSharedFrag: boolean;
  /** skb_try_coalesce passes SKBFL_SHARED_FRAG on (f84eca581739). Broken by J3-coalesce. */
  readonly coalesceKeepsSharedFrag: boolean;
  /** pskb_copy passes SKBFL_SHARED_FRAG on (48f6a5356a33). Broken by J3-pskb-copy. */
  readonly pskbCopyKeepsSharedFrag: boolean;
  /** skb_shift passes SKBFL_SHARED_FRAG on. Broken by J3-shift. */
  readonly shiftKeepsSharedFrag: boolean;
  /** skb_split passes SKBFL_SHARED_FRAG on. Broken by J3-split. */
  readonly splitKeepsSharedFrag: boolean;
  /**
   * pskb_carve_inside_header and _nonlinear copy the flags of the shared_info with the rest of it. Broken by J3-carve.
   */
  readonly carveKeepsSharedFrag: boolean;
  /** skb_zerocopy passes SKBFL_SHARED_FRAG on (6.12.y; 6.1.y does not). Broken by J3-skb-zerocopy. */
  readonly skbZerocopyKeepsSharedFrag: boolean;
  /**
   * A contract: an skb that skb_zerocopy filled may be decrypted in place, and merged with other skbs that may be. If
   * false (6.1), such an skb is a netlink message and never meets the receive path, since it does not carry the marker.
   */
  readonly skbZerocopyMayMeetWriters: boolean;
  /** skb_zerocopy puts the page of the head that it shared when user pages cannot be orphaned (7.3). */
  readonly skbZerocopyPutsItsHead: boolean;
  /**
   * skb_zerocopy completes the owner of the source's user pages when they cannot be orphaned, though the source is sent
   * on (mended by 8ece90615012, 7.2). Broken by E19.
   */
  readonly skbZerocopyReportsError: boolean;
  /** skb_zerocopy_headlen asks whether the head is a page fragment (a17ad0961706). Broken by E8. */
  readonly skbZerocopyChecksHeadFrag: boolean;
  /** skb_zerocopy orphans user pages, or shares their owner (36d5fe6a0007). Broken by E6. */
  readonly skbZerocopySharesUarg: boolean;
  /** skb_zerocopy takes a reference for each page that it shares (skb_frag_ref, all versions). */
  readonly skbZerocopyTakesPageReferences: boolean;
  /** The pskb_carve helpers take a uarg reference for the copied shared_info (98d0912e9f84). Broken by E1-carve. */
  readonly carveTakesUargReference: boolean;
  /** pskb_carve_inside_nonlinear takes references for the frags that stay (skb_frag_ref, all versions). */
  readonly carveTakesPageReferences: boolean;
  /**
   * The pskb_carve helpers take page references for managed frags, and clear their mark, before they copy the
   * shared_info ("net: skbuff: fix pskb_carve leaking zcopy pages", 6.1.176, 6.12.93, 7.0.12). Broken by E17.
   */
  readonly carveDowngradesManaged: boolean;
  /**
   * The owner of user pages is told once that they are free, when the last reference is put ("vhost/net: complete
   * zerocopy ubufs only once", CVE-2026-74310, 6.1.178, 6.12.97, 7.1.5). Broken by R13: at each put.
   */
  readonly uargCompletesOnce: boolean;
  /** tcp_zerocopy_receive maps no compound page and no page of the page cache (577e4432f3ac). Broken by J1. */
  readonly zerocopyReceiveChecksPage: boolean;
  /** tcp_zerocopy_receive maps whole pages only (can_map_frag: size PAGE_SIZE, offset 0, all versions). */
  readonly zerocopyReceiveChecksGeometry: boolean;
  /**
   * can_map_frag says no of a net_iov before it asks for its page, also for the hint about the next bytes ("tcp: reject
   * net_iov in zerocopy receive mapping hints", 6.12.113, 7.2.11). Broken by U6.
   */
  readonly zerocopyHintsKnowNetIovs: boolean;
  /** skb_tx_error does not touch the owner of an skb that clones share (f66bdb1cc0fc). Broken by E3. */
  readonly txErrorSkipsCloned: boolean;
  /** skb_tstamp_tx copies user pages before the clone waits in the error queue (50749f2dd685). Broken by E4. */
  readonly tstampOrphansFrags: boolean;
  /** skb_tstamp_tx frees its clone if the copying of user pages fails (8a02fb71d719). Broken by E4-leak. */
  readonly tstampFreesOnFailure: boolean;
  /**
   * skb_copy_ubufs takes pages of a higher order where MAX_SKB_FRAGS of order 0 are too few (7e692df39336). Broken by
   * E5.
   */
  readonly copyUbufsUsesHighOrders: boolean;
  /**
   * The pages of a higher order are compound, so that a put frees them whole (7e692df39336, since its second version).
   * Broken by E5-compound.
   */
  readonly copyUbufsAllocatesCompound: boolean;
  /**
   * If a page cannot be pinned, rds_message_zcopy_from_user puts the earlier pages and forgets them (e17492979319).
   * Broken by E14.
   */
  readonly rdsForgetsUnpinnedPages: boolean;
  /**
   * The skbs of a vsock message that get the owner of its user pages (ae38d9179190, 1e584c304cfb): each, only the last
   * one, or none if the caller (io_uring) brought the owner. Broken by E15.
   */
  readonly vsockSetsUarg: 'each' | 'last' | 'own';
  /**
   * Pages that are spliced into a pure zerocopy skb make the socket pay for its user pages too (f8d9d938514f). Broken
   * by F8.
   */
  readonly spliceDowngradesPureZerocopy: boolean;
  /** A page that is mapped for a process is held by the page table (vm_insert_pages, all versions). */
  readonly mappingTakesPageReference: boolean;
  /** Unmapping drops the reference of the page table (zap_pte_range, all versions). */
  readonly zapPutsPage: boolean;
}
