/** Rules of the 2018 design: Brouer, "page_pool return-hook via SKB" (2018). */
export interface Rfc2018Rules {
  /**
   * The way in which a freed head finds its pool: by pp_recycle of the skb and the signature of the page (6a5bcd84e886,
   * 5.14), or by the memory info (mem id and type) that the driver stored in the skb (the RFC of December 2018). With
   * memory info no frag is of a pool.
   */
  readonly poolReturn: 'pp_recycle' | 'mem_info';
  /**
   * __copy_skb_header copies the memory info, because the info lies between headers_start and headers_end (the mistake
   * before the RFC).
   */
  readonly copyHeaderCopiesMemInfo: boolean;
  /**
   * __skb_clone copies the memory info by hand, as it does with head_frag, because the info lies before headers_start
   * (the fix).
   */
  readonly cloneCopiesMemInfo: boolean;
  /** pskb_expand_head clears the memory info where it clears head_frag, because the new head is kmalloc memory. */
  readonly expandHeadClearsMemInfo: boolean;
  /**
   * The action of skb_try_coalesce on a head of a pool, which it would make a frag: take it out of the pool ('"release"
   * page_pool state'), link the whole skb ("use skb->frag_list coalesce instead"), refuse ("last-resort"), or nothing,
   * as in the broken version.
   */
  readonly coalesceMemInfo: 'release' | 'frag_list' | 'refuse' | 'none';
  /** The pool can hand out its pages in fragments (PP_FLAG_PAGE_FRAG, page_pool_alloc_frag: 53e0961da1c7, 5.15). */
  readonly hasPoolFragments: boolean;
}
