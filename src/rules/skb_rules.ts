/** Functions that drop some frags of an skb, and keep the skb. */
export type FragDrop =
  | '___pskb_trim'
  | '__pskb_pull_tail'
  | 'gro_pull_from_frag0'
  | 'skb_copy_ubufs'
  | 'skb_shift'
  | 'esp_ssg_unref'
  | 'tcp_trim_head';

/** Rules of sk_buffs: heads, marks, truesize, owners. */
export interface SkbRules {
  // ---- skb heads ----
  /** kmalloc_reserve has a cache of small heads (6.3: skb_small_head_cache). */
  readonly smallHeadCache: boolean;
  /**
   * napi_alloc_skb cuts small heads out of a page of its own (page_frag_alloc_1k). 6.14 reverted "net: skb: introduce
   * and use a single page frag cache": small heads are kmalloc memory again.
   */
  readonly napiSmallPageFrag: boolean;
  /**
   * __skb_unclone_keeptruesize does not move the end of a head whose size is that of skb_small_head_cache, since
   * skb_kfree_head told the caches apart by it (6.3). 7.3 has no such test, because skb_kfree_head just calls kfree.
   */
  readonly uncloneLeavesSmallHeads: boolean;

  // ---- pp_recycle ----
  /** __copy_skb_header copies pp_recycle. No kernel does so; it was the mistake of 2018 (B1). */
  readonly copyHeaderCopiesRecycle: boolean;
  /**
   * __copy_skb_header copies head_frag, too. No kernel does so, because head_frag lies before the `headers` group.
   * B1-head-frag.
   */
  readonly copyHeaderCopiesHeadFrag: boolean;
  /**
   * skb_release_data clears pp_recycle of a sharer that does not drop the last reference (2cc3aeb5ecccec, 5.14). Broken
   * by B3.
   */
  readonly releaseClearsRecycleOfSharer: boolean;
  /**
   * The function that drops frags with put_page although the skb recycles. The kernels have none; B9 (c3198822c6cb,
   * 6.9) and its siblings have one.
   */
  readonly dropsIgnoreRecycle: 'nowhere' | FragDrop;
  /** A contract: skb_shift may get two skbs that both recycle. TCP's write queue never holds such skbs. B9-shift. */
  readonly shiftMayMeetRecycled: boolean;
  /** skb_try_coalesce refuses skbs whose pp_recycle differ. Broken by B2. */
  readonly coalesceRequiresSameRecycle: boolean;
  /** skb_try_coalesce refuses two skbs of which one has net_iovs (6.12: skb_frags_readable). Broken by U2. */
  readonly coalesceRequiresSameReadable: boolean;
  /** __copy_skb_header copies `unreadable` with its group (6.12). Broken by U3: clones forget it. */
  readonly copyHeaderCopiesUnreadable: boolean;
  /** __pskb_pull_tail refuses frags that the CPU cannot read (6.12). Broken by U4. */
  readonly pullRefusesUnreadable: boolean;
  /**
   * skb_try_coalesce takes a cloned `from` for one that does not recycle, since it takes references anyway
   * (1effe8ca4e34 to 0646dc31ca88). With B5 this is wrong only if the clone is freed meanwhile; with pool references,
   * as 6.8 takes them, it is wrong at once.
   */
  readonly coalesceTakesCloneForPlain: boolean;
  /** skb_try_coalesce refuses a cloned pp `from` (6.1; 1effe8ca4e34). Broken by B5. */
  readonly coalesceRefusesClonedRecycle: boolean;
  /** skb_try_coalesce takes pool references on the frags of a cloned pp `from` (6.8; f7dc3248dcfb). */
  readonly coalesceTakesPoolReferences: boolean;
  /** skb_release_data drops dataref and reads the result in one step (atomic_sub_return). Broken by B3-two-last. */
  readonly releaseDataIsAtomic: boolean;

  // ---- truesize ----
  /** The amount that skb_try_coalesce adds to truesize: the exact delta. F1: the bytes moved, or the whole truesize. */
  readonly coalesceDelta: 'exact' | 'len' | 'truesize';
  /** pskb_expand_head adjusts truesize only if the skb has no owner (158f323b9868). F3: always, or never. */
  readonly expandHeadAdjustsTruesize: 'unowned' | 'always' | 'never';

  /** skb_unclone_keeptruesize puts the end of the head back where it was, too (2b88cba55883). Broken by E11. */
  readonly uncloneKeepsEndOffset: boolean;
  /**
   * skb_prepare_for_shift keeps truesize when it unclones (097b9146c0e2: skb_unclone_keeptruesize). Broken by F2: it
   * calls skb_unclone.
   */
  readonly shiftKeepsTruesize: boolean;
  /**
   * netdev_alloc_skb and napi_alloc_skb keep tiny heads out of the 32K page_frag (3226b158e67c; napi:
   * page_frag_alloc_1k). Broken by F6.
   */
  readonly tinyHeadsAvoidPageFrag: boolean;
  /**
   * ___pskb_trim recomputes truesize (skb_condense) of an skb that no socket is charged for (c21b48cc1bbf). F16: never,
   * or always.
   */
  readonly trimCondenses: 'unowned' | 'never' | 'always';

  // ---- owners ----
  /** kfree_skb_partial releases the head state of an skb whose head was stolen (3d861f661006). Broken by C15. */
  readonly partialFreeReleasesHeadState: boolean;
  /** pskb_expand_head of a cloned skb takes a uarg reference for the copied shared_info. Broken by E1. */
  readonly expandHeadTakesUargReference: boolean;
}
