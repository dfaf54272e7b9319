/** Rules of AF_XDP. */
export interface XskRules {
  /**
   * A packet may have several descriptors, and unusable descriptors come back through the completion ring (6.6:
   * cf24f5a5feea, and 6.12.y).
   */
  readonly xskMultiBuffer: boolean;
  /**
   * xdp_umem_reg wants room for a small frame and skb_shared_info behind the headroom (a315e022a72d, 7.0). Before, one
   * byte is enough.
   */
  readonly xskHeadroomLeavesFrame: boolean;
  /** A descriptor of length 0 is a packet of no bytes (until 6.6). */
  readonly xskAcceptsEmpty: boolean;
  /**
   * Addresses are written when the slot of the completion ring is reserved, and the completing skb publishes the oldest
   * slots (6.12.117: xskq_prod_reserve_addr, xskq_prod_submit_n). Else each skb publishes its own address
   * (xskq_prod_submit_addr).
   */
  readonly xskPublishesByPosition: boolean;
  /** The slot is reserved before the skb is built and the descriptor is taken (a6e944f25cdb, 5.19). Broken by X3. */
  readonly xskReservesBeforeBuild: boolean;
  /**
   * Only the device holds the skb that is sent (36ccdf85829a, 5.10). Broken by X4: the sender keeps a reference while
   * it sends.
   */
  readonly xskSendsSoleReference: boolean;
  /** NETDEV_TX_BUSY gives the reserved slots back (b1b95cb5c0a9, 5.11). Broken by X2. */
  readonly xskBusyCancelsReservation: boolean;
  /** On NETDEV_TX_BUSY, the skb is freed without completing its descriptor (skb->destructor = sock_wfree, both). */
  readonly xskBusyFreesQuietly: boolean;
  /** A failed build gives its slot back (xskq_prod_cancel, xsk_cq_cancel_locked, both). */
  readonly xskFailedBuildCancels: boolean;
  /** The skb is freed when its metadata is not acceptable (0c0d0f42ffa6, 6.13). Broken by X6. */
  readonly xskBadMetadataFreesSkb: boolean;
  /**
   * The truesize of user pages in an skb: the chunk, or with unaligned chunks the bytes (9c8f21e6f885, 5.13).
   * X12: always the bytes.
   */
  readonly xskZerocopyTruesize: 'chunk' | 'len';
  /** The accounts that are charged for user pages: skb->truesize and sk_wmem_alloc. X12: only one of them. */
  readonly xskZerocopyCharges: 'both' | 'skb' | 'socket';
  /**
   * Each descriptor after the first gets a page of its own, which is charged to skb and socket (cf24f5a5feea, 6.6).
   * X12: to the skb only.
   */
  readonly xskCopyChargesSocket: boolean;
  /** xsk_build_skb_zerocopy takes a reference on each of the user's pages (9c8f21e6f885). */
  readonly xskZerocopyTakesReference: boolean;
  /**
   * Slots of a completion ring that sockets share are reserved under a lock (f09ced4053bc, 5.11: cq_lock). Broken by
   * X5.
   */
  readonly xskReservesUnderLock: boolean;
  /**
   * xp_dma_unmap clears the addresses of its pool even if other pools keep the mappings ("always clear DMA mapping
   * information"). X15.
   */
  readonly xpUnmapForgetsAddresses: boolean;
  /**
   * __xp_dma_unmap clears the contiguity bit of the address first ("Clear page contiguity bit when unmapping pool").
   * X15-contig.
   */
  readonly xpUnmapClearsContiguity: boolean;
  /** xsk_release drops a packet whose end never came (cf24f5a5feea, 6.6). */
  readonly xskReleaseDropsPartial: boolean;
  /**
   * The skb knows the addresses of all its descriptors: in destructor_arg, from the second descriptor on in a struct
   * xsk_addrs, which is allocated for that (xsk_addrs_alloc, 7.3; not in 6.12.y).
   */
  readonly xskSkbListsAddrs: boolean;
  /**
   * A packet that is dropped completes its descriptors (xsk_drop_skb, 7.3, keeps the destructor xsk_destruct_skb).
   * Before, their slots were taken back.
   */
  readonly xskDropCompletes: boolean;
  /**
   * A slot is reserved before a descriptor is drained or given back, and a full ring is -EAGAIN (__xsk_generic_xmit of
   * mainline). In 6.12.y, whose ring is written at the reservation, both reserve for themselves.
   */
  readonly xskReservesForAll: boolean;
  /**
   * An invalid descriptor, and the rest of a packet with too many descriptors, come back through the completion ring
   * (bd44a6dcd424, 7.2). Before, the first never comes back, and the second is sent as a packet of its own.
   * Broken by X19.
   */
  readonly xskReclaimsInvalid: boolean;
  /**
   * __xsk_generic_xmit shows user space at its end how far it read the TX ring: if it sent a packet (1eb8b0dac189,
   * 6.17: sent_frame), or if it took any descriptor (7.2: cached_cons).
   */
  readonly xskShowsProgress: 'never' | 'sent' | 'taken';
  /** xsk_build_skb_zerocopy looks at metadata, too (30c3055f9c0d, 6.18: xsk_skb_metadata). */
  readonly xskZerocopyChecksMetadata: boolean;
  /** It then frees the skb whose metadata is not acceptable (8c2cff50afdd, 7.1). Broken by X22. */
  readonly xskZerocopyFreesSkb: boolean;
  /**
   * The addresses after the first are a list in skb->cb, a node for each descriptor, allocated after its page
   * (30f241fcf52a). Since 0ebc27a4c67d (6.18) they are one struct, allocated for the second descriptor before its page.
   */
  readonly xskListsAddrsInCb: boolean;
  /**
   * xsk_skb_init_misc sets the destructor before the metadata is looked at. The skb that is freed then completes its
   * descriptor, which is sent again (mended by 3dec153ae484, 7.1). Broken by X21.
   */
  readonly xskHalfBuiltCompletes: boolean;
  /**
   * xsk_build_skb frees an skb without frags when it fails: even the packet in xs->skb, whose only descriptor is in the
   * head (mended by 0f3776583d28, 7.1). Broken by X20.
   */
  readonly xskFailedBuildFreesPacket: boolean;
  /**
   * A full completion ring is -EAGAIN (5d0b204654de, 6.15). 6.1.192 and 6.12.117 return 0, as if the packet were sent.
   * Broken by R1.
   */
  readonly xskFullRingIsEagain: boolean;
  /**
   * A promise that `xsk-completion` checks: descriptors of a dropped packet complete (CVE-2026-74560), each packet
   * completes its own addresses even out of order (30f241fcf52a), and sendto() does not return 0 if it took none of
   * the descriptors that wait (5d0b204654de). 6.1.y and 6.12.y break it.
   */
  readonly xskKeepsPromises: boolean;
}
