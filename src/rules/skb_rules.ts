/** Rules of sk_buffs: heads, marks, truesize, owners. */
export interface SkbRules {
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
  /**
   * skb_release_data takes pp_recycle from an skb that is not the last holder of its head (2cc3aeb5ecccec, 5.14): after
   * pskb_expand_head there would be two that believe to return the same pages. Broken by B3.
   */
  readonly releaseDataClearsRecycle: boolean;
  /** skb_release_data drops dataref and learns in one step who is the last (atomic_sub_return). Broken by B3-two-last. */
  readonly releaseDataIsAtomic: boolean;
  /**
   * skb_try_coalesce counts a cloned `from` as one that does not recycle: it takes full references then (1effe8ca4e34, 5.18, until
   * 0646dc31ca88, 6.3). B5.
   */
  readonly coalesceCountsCloneAsPlain: boolean;

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
}

export const SKB_RULES_6_1: SkbRules = {
  smallHeadCache: false,
  copyHeaderCopiesRecycle: false,
  coalesceRequiresSameRecycle: true,
  coalesceRefusesClonedRecycle: true,
  coalesceTakesPoolReferences: false,
  releaseDataClearsRecycle: true,
  releaseDataIsAtomic: true,
  coalesceCountsCloneAsPlain: false,
  coalesceDelta: 'exact',
  expandHeadAdjustsTruesize: 'unowned',
  partialFreeReleasesHeadState: true,
  expandHeadTakesUargReference: true,
};

export const SKB_RULES_6_12: SkbRules = {
  ...SKB_RULES_6_1,
  smallHeadCache: true,
  coalesceRefusesClonedRecycle: false,
  coalesceTakesPoolReferences: true,
};
