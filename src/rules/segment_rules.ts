/** Rules of segmentation. */
export interface SegmentRules {
  /**
   * The frag_list members that skb_segment checks before it trusts a gso_size (9e4b7a99a03a: all). D3: only the first,
   * or none.
   */
  readonly segmentChecksMembers: 'all' | 'first' | 'none';
  /** skb_segment orphans user pages before it shares frags (1fd819ecb90c). Broken by D1. */
  readonly segmentOrphansFrags: boolean;
  /**
   * A segment that shares zerocopy frags holds their owner (skb_zerocopy_clone in skb_segment, bf5c25d60861). Broken by
   * an E1 of skb_segment.
   */
  readonly segmentTakesUargReference: boolean;
  /**
   * Segments are marked SKBFL_SHARED_FRAG if their source is (cef401de7be8 and 48f6a5356a33 for frag_list members).
   * Broken by a J3 of skb_segment.
   */
  readonly segmentKeepsSharedFrag: boolean;
  /**
   * The clone of a frag_list member is charged for the growth of its head by pskb_expand_head and by skb_segment again
   * (both kernels, since 158f323b9868).
   */
  readonly segmentCountsGrowthTwice: boolean;
  /** skb_segment swaps truesize with the destructor (0d08c42cf9a7). Broken by F15. */
  readonly segmentSwapsTruesize: boolean;
  /**
   * The functions that adjust sk_wmem_alloc to the truesize of the segments: tcp_gso_segment and __udp_gso_segment
   * (7ec318feeed1, 575b65bc5bff). F5: only one of them.
   */
  readonly gsoCorrectsCharge: 'both' | 'tcp' | 'udp';
  /** skb_segment_list gives the head bytes of its own before it writes (c329b261afe7). Broken by C8. */
  readonly segmentListUnclones: boolean;
  /** skb_segment_list clones members that another frag_list shares (53475c5dd856). Broken by C7. */
  readonly segmentListForksShared: boolean;
  /** skb_segment_list subtracts the members' truesize from the head's (until 238e03d04662). C5. */
  readonly segmentListTakesTruesize: boolean;
  /**
   * __pskb_pull_tail marks gso_size as untrusted when it shortens a member that cannot be a frag (2d7afdcbc9d3). Broken
   * by D4.
   */
  readonly pullMarksDodgy: boolean;
  /** skb_copy and skb_copy_expand refuse packets of SKB_GSO_FRAGLIST (d091e579b864). Broken by D6. */
  readonly copyRefusesFraglist: boolean;
  /**
   * If kcm_sendmsg could copy nothing into an skb, it takes the skb out of the frag_list again (ca220141fa8e). Broken
   * by D8.
   */
  readonly kcmUnlinksEmpty: boolean;
  /**
   * A segment of GSO_PARTIAL states the length of all its bytes in the UDP header (__udp_gso_segment, until 6.12). 7.3
   * states the length of the datagrams that the device makes of it.
   */
  readonly udpPartialStatesWhole: boolean;
}
